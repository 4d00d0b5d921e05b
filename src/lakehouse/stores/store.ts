/**
 * What lake asks of a place that keeps files: a folder on disk, a bucket. Keys are relative paths with `/`.
 * A new kind of store is one file that passes `tests/lakehouse/stores/conformance.ts`.
 */
import { LakeError } from '../../errors/lake-error.js';

/** An object with its bytes. */
export interface WholeObject {
  readonly key: string;
  readonly content: Uint8Array;
}

/** A finished file on this machine that is to lie in the store. */
export interface FinishedFile {
  /** Absolute path; the file is gone from there afterwards. */
  readonly from: string;
  readonly key: string;
}

/** An object that is not there yet, under a key that nobody else takes. */
export type NewObject = FinishedFile | WholeObject;

/** What a writer that died had begun to write: no reader sees it, and nobody goes on with it. */
export interface Unfinished {
  /** What it was to become; a name of the store's own where that is not known. */
  readonly key: string;
  /** Name of an upload in pieces. */
  readonly upload?: string;
  /** 0 where the store does not tell. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Bytes `from` to `to`, both counted from 0 and included; left out, `to` is the end. Or the `last` so many. */
export type ByteRange = { readonly from: number; readonly to?: number } | { readonly last: number };

/**
 * Every method may throw LK6001 to LK6008 (disk full, no permission, too many files, a key that leads out of the lake) and,
 * where the store is not on this machine, LK6011 to LK6018 (no bucket, no permission, credentials, not reachable).
 */
export interface Store {
  /**
   * Writes a whole object where there is none, durably. False when there is one already: it is left as it is.
   * Of any number of callers at once, in any processes, exactly one gets true. Readers never see half of it.
   */
  putIfAbsent(key: string, content: Uint8Array): Promise<boolean>;
  /** Writes a whole object, replacing what is there. Readers see the old or the new one. */
  put(key: string, content: Uint8Array): Promise<void>;
  /** Undefined when there is no such object. A range may reach beyond the end: what is there comes. */
  get(key: string, range?: ByteRange): Promise<Buffer | undefined>;
  /**
   * As `get`, of an object that nobody writes anew under its key: a copy on this machine will do, one with this SHA-256 (hex), else
   * one of the same object as the last `list` of its folder saw.
   */
  getFixed(key: string, sha256?: string): Promise<Buffer | undefined>;
  /**
   * Names directly below a folder, sorted; those of folders end in `/`. Empty when there is no such folder.
   * @param after Only names that sort behind it.
   */
  list(folder: string, after?: string): Promise<readonly string[]>;
  /** Bytes of objects below a folder ('' is all), undefined for those that are not there; no object is read. */
  sizesOf(folder: string, names: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** An object that is not there is fine. */
  delete(key: string): Promise<void>;
  /** A folder with all below it, and those above it that hold nothing then; one that is not there is fine. */
  deleteFolder(folder: string): Promise<void>;
  /** All that was begun and neither ended nor taken back, by the writers of now as well. */
  unfinished(): Promise<readonly Unfinished[]>;
  /** Removes one of these; one that is not there is fine. */
  discard(unfinished: Unfinished): Promise<void>;
  /**
   * Puts a file of this machine (which may be gone from there afterwards), or some content, under a key, durably, in place of what
   * is there: readers see the old or the new one, whole.
   * @param contentType What a bucket calls it to those who download it: `text/csv`.
   */
  replace(object: NewObject, contentType?: string): Promise<void>;
  /** Takes over new objects, durably. */
  adopt(objects: readonly NewObject[]): Promise<void>;
  /**
   * A commit: takes over new objects, durably, and only then writes `last`, by which readers find them, as `putIfAbsent` does.
   * False when `last` was there already. Then, and where it throws, new objects may be left, which nobody finds.
   */
  publish(objects: readonly NewObject[], last: WholeObject): Promise<boolean>;
  /** Makes a folder on this machine in which files for `publish` can be finished; absolute path. */
  scratchFolder(folder: string): Promise<string>;
  /** Where such folders lie: the store itself where it is on this machine, else a folder here. */
  readonly staging: Store;
  /** Absolute path on this machine under which the engine finds the object. */
  localPath(key: string): string;
  /** Tells how long an immutable object is: that of its copy on this machine is compared with it. */
  expect(key: string, bytes: number): void;
  /**
   * Brings objects to where the engine finds them, and keeps them there until released.
   * @param paths As `localPath` gives them; others are left alone.
   * @throws LakeError LK6019 when one is gone, LK6011 to LK6018 when it cannot be had.
   */
  hold(paths: readonly string[]): Promise<() => void>;
  /** What a person, or another program, calls the object: an absolute path, `gs://bucket/key`. */
  place(key: string): string;
}

/** Whether the store's objects are files of this machine. */
export function isHere(store: Store): boolean {
  return store.staging === store;
}

const safeKey = /^[^/.\\\0][^/\\\0]*(?:\/[^/.\\\0][^/\\\0]*)*$/;

/**
 * Checks a key: relative, `/` between the names, no empty name, none that starts with `.` (those are the store's own).
 * @throws LakeError LK6006
 */
export function checkKey(key: string): string {
  if (safeKey.test(key)) return key;
  throw new LakeError('LK6006', `${JSON.stringify(key)} is not a path inside the lake`, {
    hint: 'Names in a lake are relative, without "..", and do not start with a dot.',
  });
}
