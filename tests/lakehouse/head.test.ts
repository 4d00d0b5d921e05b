import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { bareState } from './support/writer.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const table = 'silver.x';
const log = (version: number) =>
  opened.at('silver/x/_delta_log', `${String(version).padStart(20, '0')}.json`);

async function stateFile(version: number): Promise<string> {
  const names = await readdir(opened.at('silver/x/_lake'));
  return opened.at('silver/x/_lake', names.find((name) => name.startsWith(`${version}-`))!);
}

describe('reading a lake', () => {
  test('that was never written to', async () => {
    expect(await opened.lake.head(table)).toBeUndefined();
    expect(await opened.lake.tables()).toEqual([]);
    expect(await opened.lake.newestSet()).toBeUndefined();
    expect(await opened.lake.attempts()).toEqual([]);
    await opened.lake.unstage('run-1');
    await expect(readdir(opened.lake.root)).rejects.toThrow('ENOENT');
  });

  test('at a version that is not there', async () => {
    await opened.writer.write(table, 'select 1 as a');
    await expect(opened.lake.at(table, 1)).rejects.toMatchObject({
      code: 'LK6024',
      message: 'silver.x has no version 1',
    });
  });

  test('tables are folders with a version; other folders are none', async () => {
    await opened.writer.write('silver.b', 'select 1 as a');
    await opened.writer.write('gold.a', 'select 1 as a');
    await opened.lake.stage('gold.only-staged', 'run-1');
    await opened.lake.publishSet('run-1', {}, {});
    await opened.lake.store.put('my notes/x y/readme.txt', Buffer.from(''));
    expect(await opened.lake.tables()).toEqual(['gold.a', 'silver.b']);
  });

  test('60 heads take less than 100 ms', async () => {
    await opened.writer.write(table, 'select 1 as a');
    const commit = {
      table,
      mode: 'state',
      columns: [],
      partitionBy: [],
      files: [],
      state: bareState,
    } as const;
    for (let base = 0; base < 50; base++) await opened.lake.commit({ ...commit, base });
    const lake = await opened.again();
    const took: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const start = performance.now();
      const heads = await Promise.all(Array.from({ length: 60 }, () => lake.head(table)));
      took.push(performance.now() - start);
      expect(heads.every((head) => head?.version === 50)).toBe(true);
    }
    expect(Math.min(...took)).toBeLessThan(100);
  });
});

describe('damaged state is refused, and left where it is', () => {
  beforeEach(async () => {
    await opened.writer.write(table, 'select 1 as a');
    await opened.writer.write(table, 'select 2 as a');
  });

  test('F31: a state file that is gone is refused', async () => {
    const path = await stateFile(1);
    await unlink(path);
    await expect(opened.lake.head(table)).rejects.toMatchObject({
      code: 'LK6020',
      message: `silver.x: the state of version 1 is missing: ${path}`,
      hint: expect.stringContaining('Restore the file from a backup.'),
    });
    expect((await opened.lake.at(table, 0)).version).toBe(0);
  });

  test.each([
    ['torn', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['edited', (text: string) => text.replace('"rows":1', '"rows":2')],
  ])('F31: a state file is refused that is %s', async (_, damage) => {
    const path = await stateFile(1);
    const damaged = damage(await readFile(path, 'utf8'));
    await writeFile(path, damaged);
    await expect(opened.lake.head(table)).rejects.toMatchObject({
      code: 'LK6021',
      details: { table, version: 1, path },
    });
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });

  test('F31: a state of a newer lake is refused', async () => {
    const { createHash } = await import('node:crypto');
    const path = await stateFile(1);
    const newer = (await readFile(path, 'utf8')).replace('"format":1', '"format":2');
    const sha256 = createHash('sha256').update(newer).digest('hex');
    await writeFile(path, newer);
    await writeFile(
      log(1),
      (await readFile(log(1), 'utf8')).replace(/"sha256":"\w+"/, `"sha256":"${sha256}"`),
    );
    await expect(opened.lake.head(table)).rejects.toMatchObject({
      code: 'LK6022',
      message: 'silver.x: version 1 was written by a newer lake, in format 2',
      hint: 'This lake knows format 1: upgrade it, or use another target.',
    });
  });

  test.each(['', '{"commitInfo":{"timest', 'not json'])(
    'F31: a log is refused that holds %j',
    async (text) => {
      await writeFile(log(1), text);
      await expect(opened.lake.head(table)).rejects.toMatchObject({
        code: 'LK6021',
        message: expect.stringContaining(`version 1 is damaged: ${log(1)} is not a Delta commit`),
      });
    },
  );

  test('a set that is torn', async () => {
    await opened.lake.publishSet('run-1', { [table]: 1 }, {});
    await writeFile(opened.at('_sets/1.json'), '{"format":1,');
    await expect(opened.lake.newestSet()).rejects.toMatchObject({
      code: 'LK6021',
      message: `${opened.at('_sets/1.json')} is damaged: it is not JSON`,
    });
  });
});

test.each([
  ['gcs', 'gs://b/city'],
  ['s3', 's3://b/city'],
] as const)('a lake on %s is opened without asking anybody', async (type, root) => {
  const lake = await openLake(
    { type, bucket: 'b', prefix: 'city', anonymous: true, region: 'r' },
    '/nowhere',
  );
  expect(lake.root).toBe(root);
  expect(lake.store.place('_sets/1.json')).toBe(`${root}/_sets/1.json`);
});
