/** `profiles.yml` of a project whose lake may lie in a folder, on a server of Google's protocol, or on one of S3's. */

export interface BucketServers {
  /** Addresses. */
  readonly gcs: string;
  readonly s3: string;
  readonly bucket: string;
}

/** Targets `local`, `gcs` and `s3`, all on the sample portal; each bucket has a cache of its own. */
export function bucketProfiles({ gcs, s3, bucket }: BucketServers): string {
  return `lake:
  target: local
  outputs:
    local: {type: duckdb, portal: sample, lake: {type: local, path: lake}}
    gcs:
      type: duckdb
      portal: sample
      lake: {type: gcs, bucket: ${bucket}, prefix: city, endpoint: '${gcs}', anonymous: true}
      cache: {path: target/cache-gcs}
    s3:
      type: duckdb
      portal: sample
      lake: {type: s3, bucket: ${bucket}, prefix: city, endpoint: '${s3}', force_path_style: true}
      cache: {path: target/cache-s3}
`;
}
