/** A lake in a bucket: what every kind of object store has in common. */
import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { FileCache } from '../../cache/file-cache.js';
import { readCopy, writeCopy } from '../../cache/small-copies.js';
import { inParallel } from '../../in-parallel.js';
import { fileError } from '../file-error.js';
import { LocalStore } from '../local.js';
import {
  type ByteRange,
  checkKey,
  type FinishedFile,
  type NewObject,
  type Store,
  type Unfinished,
  type WholeObject,
} from '../store.js';
import type { Bucket, ListQuestion, ObjectInfo, PutOptions } from './bucket.js';
import { BucketError, type StoreWords, toLakeError } from './bucket-error.js';
import { download } from './download.js';
import { readWhole } from './read-body.js';
import { type Progress, type RemoteLimits, usualLimits, withTries } from './tries.js';

export interface RemoteStoreOptions {
  readonly bucket: Bucket;
  /** Folder in the bucket; empty for all of it. */
  readonly prefix: string;
  /** Errors of the bucket's client in the words of this program. */
  readonly explain: (error: unknown) => BucketError;
  readonly words: StoreWords;
  /** Absolute folder on this machine, of this lake alone: its cached and its staged files. */
  readonly folder: string;
  readonly cache: FileCache;
  readonly limits?: RemoteLimits;
}

/** Objects that one listing of a folder saves the requests for. */
const fewNames = 3;
const atOnce = 8;
/** Half of a lease, by the calendar: a machine that sleeps counts no time. */
const LONG_MS = 30_000;

/**
 * Every request is tried again where that may help. Writes stay right all the same: an object that is written once carries the
 * mark of its writer, so that one which is there already is known for one's own where an answer was lost.
 */
export class RemoteStore implements Store {
  readonly staging: Store;
  readonly #options: RemoteStoreOptions;
  readonly #limits: RemoteLimits;
  readonly #prefix: string;
  readonly #objects: string;
  /** What the last listing saw: another mark, another object. */
  readonly #marks = new Map<string, string>();
  /** Sizes that the lake's state tells of its files. */
  readonly #sizes = new Map<string, number>();

  constructor(options: RemoteStoreOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usualLimits;
    const folder = options.prefix.split('/').filter((name) => name !== '');
    this.#prefix = folder.map((name) => `${name}/`).join('');
    this.#objects = join(options.folder, 'objects');
    this.staging = new LocalStore(join(options.folder, 'staging'));
  }

  /** `gs://bucket/prefix` */
  get address(): string {
    return `${this.#options.bucket.address}/${this.#prefix}`.replace(/\/$/, '');
  }

  async putIfAbsent(key: string, content: Uint8Array): Promise<boolean> {
    return (await this.#putIfAbsent(key, content)) !== false;
  }

  /** The new object's mark, empty where its answer was lost. */
  async #putIfAbsent(key: string, content: Uint8Array): Promise<string | false> {
    const writer = randomUUID();
    const name = this.#name(key);
    return this.#tried(`write ${content.byteLength} bytes to`, key, async () => {
      const { bucket } = this.#options;
      const mark = await bucket.put(name, content, { ifAbsent: true, writer });
      if (mark !== false) return mark;
      return (await bucket.info(name))?.writer === writer && '';
    });
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    const name = this.#name(key);
    const how = { ifAbsent: false, writer: randomUUID() };
    await this.#tried(`write ${content.byteLength} bytes to`, key, () =>
      this.#options.bucket.put(name, content, how),
    );
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    const name = this.#name(key);
    return this.#tried('read', key, async () => {
      const answer = await this.#options.bucket.read(name, range);
      if (answer === undefined) return undefined;
      if (answer === 'empty') return Buffer.alloc(0);
      return readWhole(answer, this.#limits.idle, this.#options.explain);
    });
  }

  async getFixed(key: string, sha256?: string): Promise<Buffer | undefined> {
    const mark = sha256 ?? this.#marks.get(key);
    if (mark === undefined) return this.get(key);
    const path = this.#copy(key, mark);
    const copy = readCopy(path);
    if (copy !== undefined) return copy;
    const content = await this.get(key);
    if (content !== undefined && (sha256 === undefined || sha256Of(content) === sha256))
      writeCopy(path, content);
    return content;
  }

  async list(folder: string, after = ''): Promise<readonly string[]> {
    const prefix = folder === '' ? this.#prefix : `${this.#name(folder)}/`;
    const question = { prefix, folders: true, ...(after !== '' && { after: prefix + after }) };
    const names: string[] = [];
    for await (const page of this.#pages(folder, question)) {
      for (const { name, mark } of page.objects) this.#marks.set(name.slice(this.#prefix.length), mark);
      names.push(...page.objects.map(({ name }) => name), ...page.folders);
    }
    const below = names.map((name) => name.slice(prefix.length));
    return below.filter((name) => name !== '' && !name.startsWith('.') && name > after).sort();
  }

  async sizesOf(folder: string, names: readonly string[]): Promise<readonly (number | undefined)[]> {
    if (names.length <= fewNames)
      return Promise.all(names.map(async (name) => (await this.#info(below(folder, name)))?.bytes));
    const prefix = folder === '' ? this.#prefix : `${this.#name(folder)}/`;
    const sizes = new Map<string, number>();
    for await (const page of this.#pages(folder, { prefix, folders: false }))
      for (const { name, bytes } of page.objects) sizes.set(name.slice(prefix.length), bytes);
    return names.map((name) => sizes.get(name));
  }

  async delete(key: string): Promise<void> {
    await this.#delete(key, this.#name(key));
  }

  async deleteFolder(folder: string): Promise<void> {
    const prefix = `${this.#name(folder)}/`;
    for await (const page of this.#pages(folder, { prefix, folders: false }))
      await inParallel(atOnce, page.objects, ({ name }) =>
        this.#delete(name.slice(this.#prefix.length), name),
      );
  }

  async unfinished(): Promise<readonly Unfinished[]> {
    const open = await this.#tried('list', '', () => this.#options.bucket.openUploads(this.#prefix));
    return open.map(({ name, upload, since }) => ({
      key: name.slice(this.#prefix.length),
      upload,
      bytes: 0,
      since,
    }));
  }

  async discard({ key, upload }: Unfinished): Promise<void> {
    const kept = new Map(upload === undefined ? [] : [['upload', upload]]);
    await this.#tried('clear up', key, () => this.#options.bucket.abandon(this.#name(key), { kept }));
  }

  async adopt(objects: readonly NewObject[]): Promise<void> {
    await inParallel(atOnce, objects, (object) =>
      'from' in object ? this.#adoptFile(object) : this.#adoptContent(object),
    );
  }

  async publish(objects: readonly NewObject[], last: WholeObject): Promise<boolean> {
    const began = Date.now();
    await this.adopt(objects);
    if (Date.now() - began > LONG_MS) await this.#stillThere(objects);
    const mark = await this.#putIfAbsent(last.key, last.content);
    if (mark) writeCopy(this.#copy(last.key, mark), last.content);
    return mark !== false;
  }

  /**
   * A machine that slept meanwhile may have lost its lease, and a vacuum may have taken what it had sent: of such a version nothing
   * but the log would be there.
   * @throws LakeError LK6018, transient
   */
  async #stillThere(objects: readonly NewObject[]): Promise<void> {
    for (const { key } of objects) {
      if ((await this.#info(key)) !== undefined) continue;
      throw new LakeError('LK6018', `${this.place(key)} is gone again, before its version was published`, {
        transient: true,
        hint: 'This run stood still for longer than its lease: run the same command again.',
      });
    }
  }

  async #adoptContent({ key, content }: WholeObject): Promise<void> {
    await this.put(key, content);
    writeCopy(this.#copy(key, sha256Of(content)), content);
  }

  /** Uploads, then keeps the file for those who read it here. */
  async #adoptFile({ from, key }: FinishedFile): Promise<void> {
    const bytes = sizeOf(from);
    await this.#upload(key, from, bytes);
    this.#sizes.set(key, bytes);
    this.#options.cache.take(from, this.localPath(key), bytes);
  }

  async replace(object: NewObject, contentType?: string): Promise<void> {
    // Google's store lets copies of public objects be an hour old, unless told otherwise.
    const how = {
      ifAbsent: false,
      cacheControl: 'no-cache',
      ...(contentType !== undefined && { contentType }),
    };
    const { key } = object;
    if ('from' in object) return this.#upload(key, object.from, sizeOf(object.from), how);
    const { content } = object;
    const name = this.#name(key);
    await this.#tried(`write ${content.byteLength} bytes to`, key, () =>
      this.#options.bucket.put(name, content, { ...how, writer: randomUUID() }),
    );
  }

  async #upload(
    key: string,
    path: string,
    bytes: number,
    how: Omit<PutOptions, 'writer'> = { ifAbsent: true },
  ): Promise<void> {
    const { bucket } = this.#options;
    const name = this.#name(key);
    const upload = { ...how, path, bytes, writer: randomUUID(), kept: new Map<string, string>() };
    try {
      await this.#tried(`upload ${bytes} bytes to`, key, async (progress) => {
        if (await bucket.upload(name, { ...upload, progress })) return;
        if ((await bucket.info(name))?.writer !== upload.writer)
          throw new BucketError('other', 'an object of that name is there already');
      });
    } catch (error) {
      await bucket.abandon(name, upload).catch(() => undefined);
      throw error;
    }
  }

  scratchFolder(folder: string): Promise<string> {
    return this.staging.scratchFolder(folder);
  }

  localPath(key: string): string {
    return join(this.#objects, checkKey(key));
  }

  place(key: string): string {
    return `${this.#options.bucket.address}/${this.#name(key)}`;
  }

  expect(key: string, bytes: number): void {
    this.#sizes.set(key, bytes);
  }

  async hold(paths: readonly string[]): Promise<() => void> {
    const here = paths.filter((path) => path.startsWith(this.#objects + sep));
    const { cache } = this.#options;
    const release = cache.hold(here);
    try {
      await inParallel(atOnce, here, async (path) => {
        const key = path
          .slice(this.#objects.length + 1)
          .split(sep)
          .join('/');
        await cache.bring(path, this.#sizes.get(key), (to) => this.#download(key, to));
      });
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  async #download(key: string, to: string): Promise<number | undefined> {
    const name = this.#name(key);
    const { bucket, explain } = this.#options;
    const read = (range?: ByteRange, mark?: string) => bucket.read(name, range, mark);
    try {
      return await download({ read, explain, limits: this.#limits, renew: () => bucket.renew() }, to);
    } catch (error) {
      throw error instanceof BucketError
        ? this.#error(error, 'download', key)
        : fileError(error, 'write', to);
    }
  }

  #delete(key: string, name: string): Promise<void> {
    this.#options.cache.drop(join(this.#objects, key));
    return this.#tried('delete', key, () => this.#options.bucket.delete(name));
  }

  async #info(key: string): Promise<ObjectInfo | undefined> {
    const name = this.#name(key);
    return this.#tried('look at', key, () => this.#options.bucket.info(name));
  }

  async *#pages(folder: string, question: ListQuestion) {
    let page: string | undefined;
    do {
      const asked = { ...question, ...(page !== undefined && { page }) };
      const listed = await this.#tried('list', folder, () => this.#options.bucket.list(asked));
      yield listed;
      page = listed.next;
    } while (page !== undefined);
  }

  #copy(key: string, mark: string): string {
    return `${this.localPath(key)}@${sha256Of(Buffer.from(mark)).slice(0, 16)}`;
  }

  #name(key: string): string {
    return this.#prefix + checkKey(key);
  }

  async #tried<T>(doing: string, key: string, work: (progress: Progress) => Promise<T>): Promise<T> {
    try {
      return await withTries(this.#limits, work, () => this.#options.bucket.renew());
    } catch (error) {
      throw error instanceof BucketError ? this.#error(error, doing, key) : error;
    }
  }

  #error(error: BucketError, doing: string, key: string): LakeError {
    const { bucket, words } = this.#options;
    const place = key === '' ? this.address : this.place(key);
    return toLakeError(error, doing, place, bucket.address, words);
  }
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}
