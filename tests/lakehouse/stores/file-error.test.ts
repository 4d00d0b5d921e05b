import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileError } from '../../../src/lakehouse/stores/file-error.js';

const system = (code: string) => Object.assign(new Error(code), { code });

it.each([
  ['ENOSPC', 'LK6001', 'the disk is full', false],
  ['EROFS', 'LK6002', 'the file system is read-only', false],
  ['EMFILE', 'LK6003', 'too many open files', true],
  ['ENFILE', 'LK6003', 'too many open files', true],
  ['ENAMETOOLONG', 'LK6005', 'the path is too long', false],
  ['EIO', 'LK6007', 'it failed (EIO)', false],
])('F24: what the system calls %s is %s, with path and what to do', (name, code, said, transient) => {
  const error = fileError(system(name), 'write 5 bytes to', '/lake/x');
  expect(error).toMatchObject({ code, message: `cannot write 5 bytes to /lake/x: ${said}`, transient });
  expect(error.hint).toMatch(/\w/);
});

const SHM = '/dev/shm';
const isOther = existsSync(SHM) && statSync(SHM).dev !== statSync(tmpdir()).dev;

it.skipIf(!isOther)('F24: a lake over two file systems cannot publish, and is told so', () => {
  const [here, there] = [mkdtempSync(join(tmpdir(), 'lake-')), mkdtempSync(join(SHM, 'lake-'))];
  try {
    writeFileSync(join(there, 'a'), '');
    const path = join(here, 'a');
    const move = () => renameSync(join(there, 'a'), path);
    expect(move).toThrow();
    try {
      move();
    } catch (error) {
      expect(fileError(error, 'move a to', path)).toMatchObject({
        code: 'LK6004',
        message: `cannot move a to ${path}: it lies on another file system`,
      });
    }
  } finally {
    for (const folder of [here, there]) rmSync(folder, { recursive: true, force: true });
  }
});
