/** A lake in a bucket, opened: nothing is asked before it is used. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { LakeLocation } from '../../../project/types.js';
import { FileCache } from '../../cache/file-cache.js';
import type { Bucket } from './bucket.js';
import { BucketError, type StoreWords, toLakeError } from './bucket-error.js';
import { RemoteStore } from './remote-store.js';
import { parseSize } from './size.js';
import { type RemoteLimits, usualLimits } from './tries.js';

const usualCache = join('target', 'cache');
const usualCacheSize = '20GB';

interface OpenedBucket {
  readonly bucket: Bucket;
  readonly explain: (error: unknown) => BucketError;
}

/**
 * The client library of its kind of store is loaded now, and no other.
 * @throws LakeError LK6014 when a key file is not there; LK6018 for settings that make no client.
 */
export async function openRemote(
  location: LakeLocation,
  projectRoot: string,
  limits: RemoteLimits = usualLimits,
): Promise<RemoteStore> {
  const words = await wordsOf(location);
  const address = `${location.type === 'gcs' ? 'gs' : 's3'}://${location.bucket}`;
  const prefix = location.prefix ?? '';
  try {
    const { bucket, explain } = await openBucket(location, projectRoot, limits);
    const folder = resolve(projectRoot, location.cache?.path ?? usualCache);
    return new RemoteStore({
      bucket,
      prefix,
      explain,
      words,
      limits,
      folder: join(folder, folderName(location)),
      cache: new FileCache({ folder, maxBytes: parseSize(location.cache?.maxSize ?? usualCacheSize) }),
    });
  } catch (error) {
    if (error instanceof LakeError) throw error;
    const explained = error instanceof BucketError ? error : new BucketError('other', String(error));
    throw toLakeError(explained, 'open', `${address}/${prefix}`, address, words);
  }
}

async function openBucket(
  location: LakeLocation,
  projectRoot: string,
  limits: RemoteLimits,
): Promise<OpenedBucket> {
  if (location.type === 'gcs') {
    const [{ GcsBucket }, { connectGcs }, { explainGcs }] = await Promise.all([
      import('../gcs.js'),
      import('../gcs/connection.js'),
      import('../gcs/explain.js'),
    ]);
    return { bucket: new GcsBucket(await connectGcs(location, projectRoot, limits)), explain: explainGcs };
  }
  const [{ S3Bucket }, { connectS3 }, { explainS3 }] = await Promise.all([
    import('../s3.js'),
    import('../s3/connection.js'),
    import('../s3/explain.js'),
  ]);
  return { bucket: new S3Bucket(await connectS3(location, limits)), explain: explainS3 };
}

async function wordsOf(location: LakeLocation): Promise<StoreWords> {
  if (location.type === 'gcs') return (await import('../gcs/words.js')).gcsWords(location);
  return (await import('../s3/words.js')).s3Words(location);
}

/** Two lakes that differ in any way have different folders; a person sees which is which. */
function folderName({ type, endpoint, bucket, prefix }: LakeLocation): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([type, endpoint, bucket, prefix]))
    .digest('hex');
  const readable = [type, bucket, prefix]
    .filter(Boolean)
    .join('-')
    .replaceAll(/[^A-Za-z0-9-]+/g, '-');
  return `${readable.slice(0, 60)}-${hash.slice(0, 8)}`;
}
