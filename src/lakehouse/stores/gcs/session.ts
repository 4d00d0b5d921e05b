/**
 * Uploading in pieces: https://cloud.google.com/storage/docs/performing-resumable-uploads. A session outlives lost connections and
 * busy servers; the store says how much of the file it has.
 */
import { open } from 'node:fs/promises';
import type { Upload } from '../remote/bucket.js';
import { BucketError } from '../remote/bucket-error.js';
import type { GcsConnection } from './connection.js';
import { answerError, saidIn } from './explain.js';

/** A multiple of 256 KiB. */
const pieceBytes = 8 * 1024 * 1024;

/** Begins an upload; the address of its session. Undefined when an object of that name is there. @throws BucketError */
export async function beginSession(
  { endpoint, bucket, userProject, kmsKeyName, send }: GcsConnection,
  name: string,
  { bytes, ifAbsent }: Pick<Upload, 'bytes' | 'ifAbsent'>,
  metadata: object,
): Promise<string | undefined> {
  const url = new URL(`${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket.name)}/o`);
  const ifGenerationMatch = ifAbsent ? '0' : undefined;
  const asked = { uploadType: 'resumable', name, ifGenerationMatch, userProject, kmsKeyName };
  for (const [key, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(key, value);
  const { statusCode, headers, body } = await send(url.href, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-upload-content-length': String(bytes) },
    body: JSON.stringify(metadata),
  });
  const text = await body.text().catch(() => '');
  if (statusCode === 200 || statusCode === 201) return String(headers['location']);
  if (statusCode === 412) return undefined;
  if (statusCode === 404) throw new BucketError('no_bucket', '');
  throw answerError(statusCode, saidIn(text));
}

/**
 * Sends what the store does not have yet.
 * @param session Address of the session, which is also its credential.
 * @returns What the store says that it has now; `exists` when an object of that name was there first.
 * @throws BucketError `session_lost` when the session is over.
 */
export async function sendPieces(
  connection: GcsConnection,
  session: string,
  upload: Upload,
): Promise<StoredObject | 'exists'> {
  const file = await open(upload.path, 'r');
  try {
    // A session that a try before has used: how far it came, only the store knows.
    let at = upload.kept.has('begun') ? await put(connection, session, `bytes */${upload.bytes}`) : 0;
    upload.kept.set('begun', 'yes');
    while (typeof at === 'number') {
      const piece = Buffer.alloc(Math.min(pieceBytes, upload.bytes - at));
      await file.read(piece, 0, piece.length, at);
      const before = at;
      at = await put(connection, session, `bytes ${at}-${at + piece.length - 1}/${upload.bytes}`, piece);
      if (typeof at === 'number' && at <= before)
        throw new BucketError('broken', 'it took no byte of a piece');
      upload.progress.further();
    }
    return at;
  } finally {
    await file.close();
  }
}

export interface StoredObject {
  readonly size: number;
  /** Base64; undefined where the service does not say. */
  readonly crc32c: string | undefined;
}

/** @returns Where the next piece begins, or how the upload ended. */
async function put(
  { send }: GcsConnection,
  session: string,
  range: string,
  body?: Uint8Array,
): Promise<number | StoredObject | 'exists'> {
  const headers = { 'content-range': range, 'content-length': String(body?.length ?? 0) };
  const { statusCode, headers: answer, body: said } = await send(session, { method: 'PUT', headers, body });
  const text = await said.text().catch(() => '');
  if (statusCode === 200 || statusCode === 201) return storedObject(text);
  if (statusCode === 412) return 'exists';
  if (statusCode === 308) return 1 + Number(/^bytes=0-(\d+)$/.exec(String(answer['range'] ?? ''))?.[1] ?? -1);
  // 499 is what a session says that was cancelled.
  if ([404, 410, 499].includes(statusCode)) throw new BucketError('session_lost', 'the upload was forgotten');
  throw answerError(statusCode, saidIn(text));
}

function storedObject(text: string): StoredObject {
  const { size, crc32c } = JSON.parse(text) as { readonly size: string; readonly crc32c?: string };
  return { size: Number(size), crc32c };
}
