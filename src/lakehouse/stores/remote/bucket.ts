/**
 * What an object store of one kind has to know: one request for each method, no second try. All that they share (keys,
 * tries, lost answers, pages, downloads, the cache) is in `RemoteStore`.
 */
import type { ByteRange } from '../store.js';
import type { ChecksumKind } from './checksum.js';
import type { Progress } from './tries.js';

/** An object that somebody wrote, without its bytes. */
export interface ObjectInfo {
  readonly bytes: number;
  /** Who wrote it, where that was lake: the mark that it was written with. */
  readonly writer?: string;
}

/** The beginning of an answer. Whoever takes it reads the body to its end or destroys it. */
export interface ObjectBody {
  /** Bytes of the whole object, of which this may be a range. */
  readonly total: number;
  /** Bytes of this body. */
  readonly length: number;
  /** The object's generation or ETag: another means another content. */
  readonly mark: string;
  /** Of the whole object; undefined where the store has none that can be compared. */
  readonly checksum?: { readonly kind: ChecksumKind; readonly value: string };
  readonly body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };
}

export interface ListedObject {
  readonly name: string;
  readonly bytes: number;
  /** As `ObjectBody` has it. */
  readonly mark: string;
}

export interface ListedPage {
  /** Full names of objects. */
  readonly objects: readonly ListedObject[];
  /** Full names of folders, with their slash. */
  readonly folders: readonly string[];
  /** What asks for the next page; undefined after the last. */
  readonly next?: string;
}

export interface ListQuestion {
  readonly prefix: string;
  /** Names with a further slash are one folder. */
  readonly folders: boolean;
  /** Full name: only those that sort behind it, or it and those behind it. */
  readonly after?: string;
  readonly page?: string;
}

/** An upload in pieces that nobody has ended. */
export interface OpenUpload {
  /** Full name. */
  readonly name: string;
  readonly upload: string;
  /** Milliseconds since 1970, by the store's clock. */
  readonly since: number;
}

/** A file of this machine on its way into the bucket. */
export interface Upload {
  readonly path: string;
  readonly bytes: number;
  readonly writer: string;
  /** False: an object of that name is replaced. */
  readonly ifAbsent: boolean;
  readonly contentType?: string;
  /** Of HTTP: what those who keep copies do with them. */
  readonly cacheControl?: string;
  /** What the next try goes on with: the address of a session, parts that have arrived. Empty at first. */
  readonly kept: Map<string, string>;
  readonly progress: Progress;
}

export type PutOptions = Pick<Upload, 'ifAbsent' | 'writer' | 'contentType' | 'cacheControl'>;

/** Names are full ones, with the lake's prefix. Every method throws `BucketError`. */
export interface Bucket {
  /** `gs://bucket`, for messages. */
  readonly address: string;
  /**
   * Writes a whole object, with its checksum for the store to compare before anybody sees it.
   * @returns Its mark, as `ObjectBody` has it; false where there is an object and `ifAbsent` was asked: it is left as it is.
   */
  put(name: string, content: Uint8Array, how: PutOptions): Promise<string | false>;
  /** The same for a file. A large one goes in pieces, which a further try goes on with. */
  upload(name: string, upload: Upload): Promise<boolean>;
  /** Lets an upload go that no further try will end. */
  abandon(name: string, upload: Pick<Upload, 'kept'>): Promise<void>;
  /** Uploads that cost something until somebody lets them go; none where they end by themselves. */
  openUploads(prefix: string): Promise<readonly OpenUpload[]>;
  /**
   * Undefined when there is no such object, `empty` when it does not reach into the range.
   * @param mark Only this content: `BucketError` of kind `changed` when it is another one.
   */
  read(name: string, range?: ByteRange, mark?: string): Promise<ObjectBody | 'empty' | undefined>;
  info(name: string): Promise<ObjectInfo | undefined>;
  list(question: ListQuestion): Promise<ListedPage>;
  /** An object that is not there is fine. */
  delete(name: string): Promise<void>;
  /** The credentials were refused: the next request gets new ones, where there are any. */
  renew(): Promise<void>;
}
