/**
 * What lake asks of a place that keeps files: a folder on disk, a bucket. Keys are relative paths with `/`.
 * A new kind of store is one file that passes `tests/lakehouse/stores/conformance.ts`.
 */
import { LakeError } from '../../errors/lake-error.js';

/** A finished file on this machine that is to lie in the store. */
export interface FinishedFile {
  /** Absolute path; the file is gone from there afterwards. */
  readonly from: string;
  readonly key: string;
}

/** Every method may throw LK6001 to LK6008: disk full, no permission, too many files, a key that leads out of the lake. */
export interface Store {
  /**
   * Writes a whole object where there is none, durably. False when there is one already: it is left as it is.
   * Of any number of callers at once, in any processes, exactly one gets true. Readers never see half of it.
   */
  putIfAbsent(key: string, content: Uint8Array): Promise<boolean>;
  /** Writes a whole object, replacing what is there. Readers see the old or the new one. */
  put(key: string, content: Uint8Array): Promise<void>;
  /** Undefined when there is no such object. */
  get(key: string): Promise<Buffer | undefined>;
  /** Names directly below a folder, sorted; those of folders end in `/`. Empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** An object that is not there is fine. */
  delete(key: string): Promise<void>;
  /** A folder with all below it; one that is not there is fine. */
  deleteFolder(folder: string): Promise<void>;
  /** Takes over finished files, durably. Keys are new: nothing is replaced. */
  adopt(files: readonly FinishedFile[]): Promise<void>;
  /** Makes a folder on this machine in which files for `adopt` can be finished; absolute path. */
  scratchFolder(folder: string): Promise<string>;
  /** Absolute path on this machine under which the engine finds the object. */
  localPath(key: string): string;
}

/**
 * Checks a key: relative, `/` between the names, no empty name, none that starts with `.` (those are the store's own).
 * @throws LakeError LK6006
 */
export function checkKey(key: string): string {
  const safe = key.split('/').every((name) => name !== '' && !name.startsWith('.') && !/[\\\0]/.test(name));
  if (safe) return key;
  throw new LakeError('LK6006', `${JSON.stringify(key)} is not a path inside the lake`, {
    hint: 'Names in a lake are relative, without "..", and do not start with a dot.',
  });
}
