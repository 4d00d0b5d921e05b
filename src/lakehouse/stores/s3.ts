/** Amazon S3, and what speaks its API: R2, MinIO, versitygw (https://docs.aws.amazon.com/AmazonS3/latest/API). */
import { readFile } from 'node:fs/promises';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
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
import type { S3Connection } from './s3/connection.js';
import { explainS3 } from './s3/explain.js';
import { sendParts } from './s3/multipart.js';
import { openUploads } from './s3/open-uploads.js';
import type { ByteRange } from './store.js';

/** Larger files go in parts. */
const largeBytes = 16 * 1024 * 1024;
/** Metadata of an object; every S3 service keeps it, of checksums each keeps others. */
const writerKey = 'lake-writer';
const crc32Key = 'lake-crc32';
const usualType = 'application/octet-stream';

export class S3Bucket implements Bucket {
  readonly address: string;
  readonly #connection: S3Connection;
  #client: S3Client;

  constructor(connection: S3Connection) {
    this.#connection = connection;
    this.#client = connection.newClient();
    this.address = `s3://${connection.bucket}`;
  }

  async put(
    name: string,
    content: Uint8Array,
    { ifAbsent, writer, contentType = usualType, cacheControl }: PutOptions,
  ): Promise<string | false> {
    const { library } = this.#connection;
    const command = new library.PutObjectCommand({
      ...this.#at(name),
      Body: content,
      ContentLength: content.byteLength,
      ContentType: contentType,
      CacheControl: cacheControl,
      ContentMD5: checksumOf('md5', content),
      Metadata: described(writer, checksumOf('crc32', content)),
      ...(ifAbsent && { IfNoneMatch: '*' }),
    });
    const written = await this.#unlessThere((signal) => this.#client.send(command, signal));
    return written && (written.ETag ?? '');
  }

  async upload(name: string, upload: Upload): Promise<boolean> {
    const { path, bytes, ifAbsent, kept } = upload;
    if (bytes <= largeBytes) return (await this.put(name, await readFile(path), upload)) !== false;
    const { library } = this.#connection;
    try {
      const UploadId = kept.get('upload') ?? (await this.#begin(name, upload));
      const at = { ...this.#at(name), UploadId };
      const Parts = await sendParts(upload, {
        send: async ({ number, bytes: Body, md5 }) => {
          const part = { ...at, PartNumber: number, Body, ContentLength: Body.length, ContentMD5: md5 };
          const sent = await this.#asked((signal) =>
            this.#client.send(new library.UploadPartCommand(part), signal),
          );
          return sent.ETag!;
        },
      });
      kept.set('complete', 'asked');
      const command = { ...at, MultipartUpload: { Parts }, ...(ifAbsent && { IfNoneMatch: '*' }) };
      const ended = await this.#unlessThere((signal) =>
        this.#client.send(new library.CompleteMultipartUploadCommand(command), signal),
      );
      return ended !== false;
    } catch (error) {
      if (!(error instanceof BucketError) || error.kind !== 'session_lost') throw error;
      // Where the answer to its end was lost an upload is gone, and the object there.
      const there = kept.has('complete') ? await this.info(name) : undefined;
      if (there !== undefined && (ifAbsent || there.writer === upload.writer)) return false;
      kept.clear();
      throw error;
    }
  }

  /** What was uploaded of an object that never became one is paid for until somebody says so. */
  async abandon(name: string, { kept }: Pick<Upload, 'kept'>): Promise<void> {
    const UploadId = kept.get('upload');
    if (UploadId === undefined) return;
    const command = new this.#connection.library.AbortMultipartUploadCommand({ ...this.#at(name), UploadId });
    try {
      await this.#asked((signal) => this.#client.send(command, signal));
    } catch (error) {
      if (!(error instanceof BucketError) || error.kind !== 'session_lost') throw error;
    }
  }

  openUploads(prefix: string): Promise<readonly OpenUpload[]> {
    return openUploads(prefix, (from) => {
      const at = { Bucket: this.#connection.bucket, Prefix: prefix, ...from };
      const command = new this.#connection.library.ListMultipartUploadsCommand(at);
      return this.#asked((signal) => this.#client.send(command, signal), 'no_bucket');
    });
  }

  async read(name: string, range?: ByteRange, mark?: string): Promise<ObjectBody | 'empty' | undefined> {
    const command = new this.#connection.library.GetObjectCommand({
      ...this.#at(name),
      ...(range !== undefined && { Range: rangeHeader(range) }),
      ...(mark !== undefined && { IfMatch: mark }),
    });
    try {
      return bodyOf(await this.#asked((signal) => this.#client.send(command, signal)));
    } catch (error) {
      if (!(error instanceof BucketError)) throw error;
      if (error.kind === 'absent') return undefined;
      if (/InvalidRange/.test(error.message)) return 'empty';
      throw error;
    }
  }

  async info(name: string): Promise<ObjectInfo | undefined> {
    const command = new this.#connection.library.HeadObjectCommand(this.#at(name));
    try {
      const { ContentLength, Metadata } = await this.#asked((signal) => this.#client.send(command, signal));
      const writer = Metadata?.[writerKey];
      return { bytes: ContentLength ?? 0, ...(writer !== undefined && { writer }) };
    } catch (error) {
      if (error instanceof BucketError && error.kind === 'absent') return undefined;
      throw error;
    }
  }

  async list({ prefix, folders, after, page }: ListQuestion): Promise<ListedPage> {
    const command = new this.#connection.library.ListObjectsV2Command({
      Bucket: this.#connection.bucket,
      Prefix: prefix,
      ...(folders && { Delimiter: '/' }),
      ...(after !== undefined && { StartAfter: after }),
      ...(page !== undefined && { ContinuationToken: page }),
    });
    const {
      Contents = [],
      CommonPrefixes = [],
      NextContinuationToken: next,
      IsTruncated,
    } = await this.#asked((signal) => this.#client.send(command, signal), 'no_bucket');
    return {
      objects: Contents.map(({ Key, Size, ETag = '' }) => ({ name: Key!, bytes: Size ?? 0, mark: ETag })),
      folders: CommonPrefixes.map(({ Prefix }) => Prefix!),
      ...(IsTruncated && next !== undefined && { next }),
    };
  }

  async delete(name: string): Promise<void> {
    const command = new this.#connection.library.DeleteObjectCommand(this.#at(name));
    try {
      await this.#asked((signal) => this.#client.send(command, signal));
    } catch (error) {
      if (!(error instanceof BucketError) || error.kind !== 'absent') throw error;
    }
  }

  async renew(): Promise<void> {
    this.#client = this.#connection.newClient();
  }

  #at(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#connection.bucket, Key: name };
  }

  async #begin(
    name: string,
    { path, writer, kept, contentType = usualType, cacheControl }: Upload,
  ): Promise<string> {
    const Metadata = described(writer, await checksumOfFile('crc32', path));
    const command = new this.#connection.library.CreateMultipartUploadCommand({
      ...this.#at(name),
      ContentType: contentType,
      CacheControl: cacheControl,
      Metadata,
    });
    const { UploadId } = await this.#asked((signal) => this.#client.send(command, signal), 'no_bucket');
    kept.set('upload', UploadId!);
    return UploadId!;
  }

  /** A write: false where an object is there already. */
  async #unlessThere<T>(work: (options: Abortable) => Promise<T>): Promise<T | false> {
    try {
      return await this.#asked(work, 'no_bucket');
    } catch (error) {
      if (error instanceof BucketError && error.kind === 'changed') return false;
      throw error;
    }
  }

  /** @param absent What a 404 without a name means. */
  async #asked<T>(
    work: (options: Abortable) => Promise<T>,
    absent: 'absent' | 'no_bucket' = 'absent',
  ): Promise<T> {
    const { limits } = this.#connection;
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new BucketError('broken', `no answer for ${limits.answer / 1000} s`)),
      limits.answer,
    );
    try {
      return await work({ abortSignal: late.signal });
    } catch (error) {
      const explained = late.signal.aborted ? (late.signal.reason as BucketError) : explainS3(error);
      throw explained.kind === 'absent' ? new BucketError(absent, '') : explained;
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Abortable {
  readonly abortSignal: AbortSignal;
}

function bodyOf(answer: GetObjectCommandOutput): ObjectBody {
  const { Body, ContentLength = 0, ContentRange, ETag = '', Metadata } = answer;
  const checksum = Metadata?.[crc32Key];
  return {
    length: ContentLength,
    total: Number(/\/(\d+)$/.exec(ContentRange ?? '')?.[1] ?? ContentLength),
    mark: ETag,
    ...(checksum !== undefined
      ? { checksum: { kind: 'crc32' as const, value: checksum } }
      : md5Of(answer) !== undefined && { checksum: { kind: 'md5' as const, value: md5Of(answer)! } }),
    body: Body as unknown as ObjectBody['body'],
  };
}

/** The ETag is the MD5 of an object that came in one piece and is not encrypted with a key of its owner's. */
function md5Of({
  ETag = '',
  ServerSideEncryption,
  SSECustomerAlgorithm,
}: GetObjectCommandOutput): string | undefined {
  const hex = /^"([0-9a-f]{32})"$/.exec(ETag)?.[1];
  const plain = SSECustomerAlgorithm === undefined && [undefined, 'AES256'].includes(ServerSideEncryption);
  return hex !== undefined && plain ? Buffer.from(hex, 'hex').toString('base64') : undefined;
}

function described(writer: string, crc32: string): Record<string, string> {
  return { [writerKey]: writer, [crc32Key]: crc32 };
}

function rangeHeader(range: ByteRange): string {
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.from}-${range.to ?? ''}`;
}
