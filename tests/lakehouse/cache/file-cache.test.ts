import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileCache } from '../../../src/lakehouse/cache/file-cache.js';
import { readCopy, writeCopy } from '../../../src/lakehouse/cache/small-copies.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const path = (name: string): string => join(folder.path, 'lake', 'objects', 't', name);
const hour = 3_600_000;

/** A file that another process brought, so long ago. */
async function there(name: string, bytes: number, ageMs: number): Promise<void> {
  await mkdir(dirname(path(name)), { recursive: true });
  await writeFile(path(name), Buffer.alloc(bytes));
  const at = new Date(Date.now() - ageMs);
  await utimes(path(name), at, at);
}

function writing(bytes: number) {
  const asked: string[] = [];
  const fetch = async (to: string) => {
    asked.push(to);
    await writeFile(to, Buffer.alloc(bytes, 'x'));
    return bytes;
  };
  return { asked, fetch };
}

describe('a cache of files', () => {
  test('brings a file once, also for many who want it at once', async () => {
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    const { asked, fetch } = writing(10);
    await Promise.all([1, 2, 3].map(() => cache.bring(path('a'), 10, fetch)));
    await cache.bring(path('a'), 10, fetch);
    await new FileCache({ folder: folder.path, maxBytes: 1_000 }).bring(path('a'), undefined, fetch);
    expect(asked).toHaveLength(1);
    expect(await readFile(path('a'), 'utf8')).toBe('xxxxxxxxxx');
  });

  test('F25: a file of another length than the lake says is brought anew', async () => {
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    await there('a', 0, hour);
    const { asked, fetch } = writing(10);
    await cache.bring(path('a'), 10, fetch);
    expect(asked).toHaveLength(1);
    expect(await readFile(path('a'), 'utf8')).toBe('xxxxxxxxxx');
  });

  test('F21: what a killed process had begun to bring is swept by the next download, and never what another one is bringing', async () => {
    const incoming = join(folder.path, 'incoming');
    await mkdir(incoming);
    for (const [name, age] of [
      ['killed', 2 * hour],
      ['slow', hour / 2],
      ['coming', 0],
    ] as const) {
      await writeFile(join(incoming, name), 'half');
      const at = new Date(Date.now() - age);
      await utimes(join(incoming, name), at, at);
    }
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    await cache.bring(path('a'), 10, writing(10).fetch);
    expect((await readdir(incoming)).sort()).toEqual(['coming', 'slow']);
  });

  test('a file that did not come whole is never in its place, and nothing is left of it', async () => {
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    const broken = async (to: string) => {
      await writeFile(to, 'half');
      throw new Error('connection lost');
    };
    await expect(cache.bring(path('a'), 10, broken)).rejects.toThrow('connection lost');
    await expect(cache.bring(path('a'), 10, writing(4).fetch)).rejects.toMatchObject({
      code: 'LK6019',
      message: expect.stringContaining('has 4 bytes instead of 10'),
    });
    expect(existsSync(path('a'))).toBe(false);
    expect(await readdir(join(folder.path, 'incoming'))).toEqual([]);
    await cache.bring(path('a'), 10, writing(10).fetch);
  });

  test('beyond its size the files that were not used for longest go', async () => {
    await there('oldest', 300, 3 * hour);
    await there('old', 300, 2 * hour);
    await there('asked for', 300, 4 * hour);
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    await cache.bring(path('asked for'), 300, writing(300).fetch);
    await cache.bring(path('new'), 400, writing(400).fetch);
    expect((await readdir(dirname(path('')))).sort()).toEqual(['t']);
    expect((await readdir(dirname(path('x')))).sort()).toEqual(['asked for', 'new']);
  });

  test('what a task reads stays, and so does what another process has just used', async () => {
    await there('held', 400, 3 * hour);
    await there('just used by others', 400, 1_000);
    await there('old', 400, 2 * hour);
    const cache = new FileCache({ folder: folder.path, maxBytes: 1_000 });
    const release = cache.hold([path('held'), path('new')]);
    await cache.bring(path('new'), 400, writing(400).fetch);
    const names = async () => (await readdir(dirname(path('x')))).sort();
    expect(await names()).toEqual(['held', 'just used by others', 'new']);
    release();
    release();
    cache.hold([path('newer')]);
    await cache.bring(path('newer'), 400, writing(400).fetch);
    expect(await names()).toEqual(['just used by others', 'newer']);
  });

  test('a folder that cannot be written says so', async () => {
    await writeFile(join(folder.path, 'file'), '');
    const cache = new FileCache({ folder: join(folder.path, 'file'), maxBytes: 1_000 });
    await expect(cache.bring(path('a'), 1, writing(1).fetch)).rejects.toMatchObject({ code: 'LK6007' });
  });
});

describe('a copy of a small object', () => {
  test('F25: is nothing when a byte of it is another, or it is cut', async () => {
    const file = join(folder.path, 'a', 'copy');
    expect(readCopy(file)).toBeUndefined();
    writeCopy(file, Buffer.from('content'));
    expect(readCopy(file)).toEqual(Buffer.from('content'));
    const sealed = await readFile(file);
    await writeFile(file, sealed.subarray(0, 8));
    expect(readCopy(file)).toBeUndefined();
    sealed[6]! ^= 1;
    await writeFile(file, sealed);
    expect(readCopy(file)).toBeUndefined();
    await writeFile(file, '');
    expect(readCopy(file)).toBeUndefined();
  });

  test('that cannot be written is done without', () => {
    writeCopy(join('/sys/nowhere', 'copy'), Buffer.from('content'));
    expect(readCopy(join('/sys/nowhere', 'copy'))).toBeUndefined();
  });
});
