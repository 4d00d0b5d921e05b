import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileError } from '../../../src/lakehouse/stores/file-error.js';
import { LocalStore } from '../../../src/lakehouse/stores/local.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { storeConformance } from './conformance.js';

storeConformance('a local folder', async () => {
  const folder = await temporaryFolder();
  const root = join(folder.path, 'not', 'made', 'yet');
  return { store: new LocalStore(root), other: new LocalStore(root), close: folder.remove };
});

describe('a local store', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('B20: a symbolic link that leads out of the lake is refused for reading and writing', async () => {
    const store = new LocalStore(join(folder.path, 'lake'));
    const outside = join(folder.path, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await store.put('bronze/own/a', Buffer.from('a'));
    await symlink(outside, join(folder.path, 'lake', 'bronze', 'linked'));
    const refused = { code: 'LK6006', message: expect.stringContaining('leads out of the lake') };
    await expect(store.get('bronze/linked/secret')).rejects.toMatchObject(refused);
    await expect(store.list('bronze/linked')).rejects.toMatchObject(refused);
    await expect(store.put('bronze/linked/new', Buffer.from(''))).rejects.toMatchObject(refused);
    await expect(store.putIfAbsent('bronze/linked/deep/new', Buffer.from(''))).rejects.toMatchObject(refused);
    await expect(store.delete('bronze/linked/secret')).rejects.toMatchObject(refused);
    await expect(store.scratchFolder('bronze/linked/deep')).rejects.toMatchObject(refused);
    expect(await readdir(outside)).toEqual(['secret']);
  });

  test('the root itself may be a symbolic link', async () => {
    await mkdir(join(folder.path, 'big-disk'));
    await symlink(join(folder.path, 'big-disk'), join(folder.path, 'lake'));
    const store = new LocalStore(join(folder.path, 'lake'));
    await store.put('a/b', Buffer.from('x'));
    expect(await store.get('a/b')).toEqual(Buffer.from('x'));
    expect(await readdir(join(folder.path, 'big-disk', 'a'))).toEqual(['b']);
  });

  test('leaves no temporary file, whoever wins', async () => {
    const store = new LocalStore(folder.path);
    await store.put('a/put', Buffer.from('x'));
    await store.putIfAbsent('a/absent', Buffer.from('x'));
    await store.putIfAbsent('a/absent', Buffer.from('y'));
    expect(await readdir(join(folder.path, 'a'))).toEqual(['absent', 'put']);
  });

  test('temporary files of a killed process are not listed', async () => {
    const store = new LocalStore(folder.path);
    await store.put('log/0.json', Buffer.from('x'));
    await writeFile(join(folder.path, 'log', '.left-over.tmp'), 'half');
    expect(await store.list('log')).toEqual(['0.json']);
  });

  test('F24: a name that is too long says so', async () => {
    const store = new LocalStore(folder.path);
    const error = { code: 'LK6005', message: expect.stringContaining('the path is too long') };
    await expect(store.put(`a/${'x'.repeat(256)}`, Buffer.from(''))).rejects.toMatchObject(error);
  });

  test('F24: a folder that nobody may write says so, with the path', async () => {
    const error = { code: 'LK6002', message: expect.stringContaining('/sys/lake') };
    await expect(new LocalStore('/sys/lake').put('a/b', Buffer.from(''))).rejects.toMatchObject(error);
  });

  test('a root that is a file says so', async () => {
    await writeFile(join(folder.path, 'file'), '');
    const error = { code: 'LK6007', message: expect.stringMatching(/cannot .* \(ENOTDIR\)$/) };
    await expect(new LocalStore(join(folder.path, 'file')).put('a/b', Buffer.from(''))).rejects.toMatchObject(
      error,
    );
  });

  test('F23: a full disk names the path and the bytes', async () => {
    const full = await writeFile('/dev/full', 'x').catch((error: unknown) => error);
    expect(fileError(full, 'write 1 bytes to', '/lake/x')).toMatchObject({
      code: 'LK6001',
      message: 'cannot write 1 bytes to /lake/x: the disk is full',
      hint: expect.stringContaining('what was published before is intact'),
      transient: false,
    });
  });
});
