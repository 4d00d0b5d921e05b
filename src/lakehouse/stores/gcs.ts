/**
 * Google Cloud Storage, and what speaks its JSON API (https://cloud.google.com/storage/docs/json_api). Google's client writes, lists and deletes;
 * bodies are read without it, for its downloads never settle when one ends early.
 */
import { readFile } from 'node:fs/promises';
import type { File, SaveOptions } from '@google-cloud/storage';
import type { GcsConnection } from './gcs/connection.js';
import { answerError, explainGcs, saidIn, statusOf } from './gcs/explain.js';
import { beginSession, sendPieces } from './gcs/session.js';
import type {
  Bucket,
  ListedPage,
  ListQuestion,
  ObjectBody,
  ObjectInfo,
  OpenUpload,
  PutOptions,
  Upload,
} from './remote/bucket.js';
import { BucketError } from './remote/bucket-error.js';
import { checksumOf, checksumOfFile } from './remote/checksum.js';
import { within } from './remote/tries.js';
import type { ByteRange } from './store.js';

/** Larger files go in pieces. */
const largeBytes = 8 * 1024 * 1024;
const writerKey = 'lake-writer';
const usualType = 'application/octet-stream';

export class GcsBucket implements Bucket {
  readonly address: string;
  readonly #connection: GcsConnection;

  constructor(connection: GcsConnection) {
    this.#connection = connection;
    this.address = `gs://${connection.bucket.name}`;
  }

  async put(name: string, content: Uint8Array, { ifAbsent, ...how }: PutOptions): Promise<string | false> {
    const options: SaveOptions = {
      resumable: false,
      validation: false,
      timeout: this.#connection.limits.answer,
      metadata: described(how, checksumOf('crc32c', content)),
      ...(ifAbsent && { preconditionOpts: { ifGenerationMatch: 0 } }),
    };
    const file = this.#file(name);
    const written = await this.#written(file.save(Buffer.from(content), options));
    return written && String(file.metadata.generation ?? '');
  }

  async upload(name: string, upload: Upload): Promise<boolean> {
    if (upload.bytes <= largeBytes) {
      return (await this.put(name, await readFile(upload.path), upload)) !== false;
    }
    try {
      let session = upload.kept.get('session');
      if (session === undefined) {
        session = await this.#session(name, upload);
        if (session === undefined) return false;
        upload.kept.set('session', session);
      }
      const stored = await sendPieces(this.#connection, session, upload);
      if (stored === 'exists') return false;
      const crc32c = stored.crc32c ?? upload.kept.get('crc32c');
      if (stored.size === upload.bytes && crc32c === upload.kept.get('crc32c')) return true;
      // The service compares the whole; an emulator may not, and nothing names the object yet.
      await this.delete(name);
      throw new BucketError('session_lost', `it kept ${stored.size} of ${upload.bytes} bytes`);
    } catch (error) {
      if (error instanceof BucketError && error.kind === 'session_lost') upload.kept.clear();
      throw error;
    }
  }

  /** Sessions end by themselves after a week, and cost nothing. */
  async abandon(): Promise<void> {}

  /** Nor can they be listed. */
  async openUploads(): Promise<readonly OpenUpload[]> {
    return [];
  }

  async read(name: string, range?: ByteRange, mark?: string): Promise<ObjectBody | 'empty' | undefined> {
    const { endpoint, bucket, userProject, send } = this.#connection;
    const url = new URL(
      `${endpoint}/storage/v1/b/${encodeURIComponent(bucket.name)}/o/${encodeURIComponent(name)}?alt=media`,
    );
    if (mark !== undefined) url.searchParams.set('ifGenerationMatch', mark);
    if (userProject !== undefined) url.searchParams.set('userProject', userProject);
    const {
      statusCode,
      headers: said,
      body,
    } = await send(url.href, {
      ...(range !== undefined && { headers: { range: rangeHeader(range) } }),
    });
    if (statusCode === 200 || statusCode === 206) {
      const length = Number(said['content-length'] ?? said['x-goog-stored-content-length']);
      const whole = /\/(\d+)$/.exec(String(said['content-range'] ?? ''))?.[1];
      const crc32c = /crc32c=([^,\s]+)/.exec(String(said['x-goog-hash'] ?? ''))?.[1];
      return {
        length,
        total: statusCode === 206 ? Number(whole) : length,
        mark: String(said['x-goog-generation'] ?? ''),
        ...(crc32c !== undefined && { checksum: { kind: 'crc32c' as const, value: crc32c } }),
        body,
      };
    }
    const text = await body.text().catch(() => '');
    if (statusCode === 416) return 'empty';
    if (statusCode === 412) throw new BucketError('changed', 'it was written anew meanwhile');
    if (statusCode === 404 && !/bucket does not exist/i.test(text)) return undefined;
    throw answerError(statusCode, {
      ...saidIn(text),
      retryAfter: String(said['retry-after'] ?? '') || undefined,
    });
  }

  async info(name: string): Promise<ObjectInfo | undefined> {
    const answer = await this.#unlessAbsent(this.#file(name).getMetadata());
    if (answer === undefined) return undefined;
    const { size, metadata } = answer[0];
    const writer = metadata?.[writerKey];
    return { bytes: Number(size), ...(typeof writer === 'string' && { writer }) };
  }

  async list({ prefix, folders, after, page }: ListQuestion): Promise<ListedPage> {
    const { bucket } = this.#connection;
    const [, , answer] = await this.#asked(
      bucket.getFiles({
        autoPaginate: false,
        prefix,
        fields: 'items(name,size,generation),prefixes,nextPageToken',
        ...(folders && { delimiter: '/' }),
        ...(after !== undefined && { startOffset: after }),
        ...(page !== undefined && { pageToken: page }),
      }),
      true,
    );
    const said = answer as {
      readonly items?: readonly {
        readonly name: string;
        readonly size: string;
        readonly generation: string;
      }[];
      readonly prefixes?: readonly string[];
      readonly nextPageToken?: string;
    };
    return {
      objects: (said.items ?? []).map((item) => ({
        name: item.name,
        bytes: Number(item.size),
        mark: item.generation,
      })),
      folders: said.prefixes ?? [],
      ...(said.nextPageToken && { next: said.nextPageToken }),
    };
  }

  async delete(name: string): Promise<void> {
    await this.#unlessAbsent(this.#file(name).delete());
  }

  async renew(): Promise<void> {
    this.#connection.renew();
  }

  #file(name: string): File {
    const { bucket, kmsKeyName } = this.#connection;
    return bucket.file(name, { ...(kmsKeyName !== undefined && { kmsKeyName }) });
  }

  /** The address of a new session; undefined when an object of that name is there. */
  async #session(name: string, upload: Upload): Promise<string | undefined> {
    const crc32c = await checksumOfFile('crc32c', upload.path);
    upload.kept.set('crc32c', crc32c);
    const metadata = described(upload, crc32c);
    return beginSession(this.#connection, name, upload, metadata);
  }

  async #written(work: Promise<unknown>): Promise<boolean> {
    try {
      await within(this.#connection.limits.answer, work);
      return true;
    } catch (error) {
      if (statusOf(error) === 412) return false;
      throw statusOf(error) === 404 ? new BucketError('no_bucket', '') : explainGcs(error);
    }
  }

  async #unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await this.#asked(work);
    } catch (error) {
      if (error instanceof BucketError && error.kind === 'absent') return undefined;
      throw error;
    }
  }

  /** @param ofBucket Whether 404 can only mean the bucket. */
  async #asked<T>(work: Promise<T>, ofBucket = false): Promise<T> {
    try {
      return await within(this.#connection.limits.answer, work);
    } catch (error) {
      const explained = explainGcs(error);
      if (statusOf(error) !== 404 || explained.kind === 'no_bucket') throw explained;
      throw new BucketError(ofBucket ? 'no_bucket' : 'absent', '');
    }
  }
}

/** The store compares what came with the checksum before the object is there. */
function described(
  { writer, contentType = usualType, cacheControl }: Omit<PutOptions, 'ifAbsent'>,
  crc32c: string,
) {
  return { contentType, cacheControl, crc32c, metadata: { [writerKey]: writer } };
}

function rangeHeader(range: ByteRange): string {
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.from}-${range.to ?? ''}`;
}
