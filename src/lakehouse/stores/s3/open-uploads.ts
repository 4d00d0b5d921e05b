/** Uploads in parts that were never ended: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import type { OpenUpload } from '../remote/bucket.js';
import { BucketError } from '../remote/bucket-error.js';

/** Where a page of the list begins. */
export interface UploadMarker {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

type Page = Pick<
  ListMultipartUploadsCommandOutput,
  'Uploads' | 'IsTruncated' | 'NextKeyMarker' | 'NextUploadIdMarker'
>;

/** None where the credentials may not list them, or the service does not: the bucket's own rules end them then. */
export async function openUploads(
  prefix: string,
  ask: (from: UploadMarker) => Promise<Page>,
): Promise<readonly OpenUpload[]> {
  const found: OpenUpload[] = [];
  let from: UploadMarker | undefined = {};
  while (from !== undefined) {
    const page: Page = await ask(from).catch(noneWhereRefused);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
      if (Key?.startsWith(prefix) && UploadId !== undefined)
        found.push({ name: Key, upload: UploadId, since: Initiated?.getTime() ?? 0 });
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    from = IsTruncated && KeyMarker ? { KeyMarker, ...(UploadIdMarker && { UploadIdMarker }) } : undefined;
  }
  return found;
}

function noneWhereRefused(error: unknown): Page {
  if (error instanceof BucketError && ['forbidden', 'other'].includes(error.kind)) return {};
  throw error;
}
