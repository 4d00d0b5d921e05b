/** Turns what the operating system says into what a person can act on. */
import { LakeError } from '../../errors/lake-error.js';

const kinds: Readonly<Record<string, readonly [code: string, what: string, hint: string]>> = {
  ENOSPC: [
    'LK6001',
    'the disk is full',
    'Free some space and run again; what was published before is intact.',
  ],
  EDQUOT: [
    'LK6001',
    'the disk quota is used up',
    'Free some space and run again; what was published before is intact.',
  ],
  EFBIG: [
    'LK6001',
    'files may not grow that large',
    'Raise the limit (`ulimit -f unlimited`), then run again.',
  ],
  EACCES: [
    'LK6002',
    'permission denied',
    'Check who owns the folder, or choose another `lake: path` in profiles.yml.',
  ],
  EPERM: [
    'LK6002',
    'not permitted',
    'Check who owns the folder, or choose another `lake: path` in profiles.yml.',
  ],
  EROFS: [
    'LK6002',
    'the file system is read-only',
    'Choose a `lake: path` in profiles.yml that can be written.',
  ],
  EMFILE: [
    'LK6003',
    'too many open files',
    'Raise the limit (`ulimit -n 4096`) or lower `threads`, then run again.',
  ],
  ENFILE: ['LK6003', 'too many open files', 'Close other programs, then run again.'],
  EXDEV: [
    'LK6004',
    'it lies on another file system',
    'Keep the whole lake on one file system, without mounts inside.',
  ],
  ENAMETOOLONG: [
    'LK6005',
    'the path is too long',
    'Use shorter names, or a `lake: path` nearer to the root.',
  ],
};

const otherwise = ['LK6007', 'it failed', 'Check that the lake is a folder on a working disk.'] as const;

/** The operating system's name for what went wrong: `ENOSPC`. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** `write 4,096 bytes to` + path + `the disk is full`. `doing` reads as a verb with its preposition. */
export function fileError(error: unknown, doing: string, path: string): LakeError {
  if (error instanceof LakeError) return error;
  const name = errno(error);
  const [code, what, hint] = (name && kinds[name]) || otherwise;
  const detail = code === otherwise[0] && name ? ` (${name})` : '';
  return new LakeError(code, `cannot ${doing} ${path}: ${what}${detail}`, {
    hint,
    transient: code === 'LK6003',
    details: { path, errno: name },
    cause: error,
  });
}
