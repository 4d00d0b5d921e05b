/** Where a lake lies, or a bucket that is published to. */
export interface LakeLocation {
  readonly type: 'local' | 'gcs' | 's3';
  /** Local: path, relative to the project root or absolute. */
  readonly path?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly endpoint?: string;
  /** No credentials are sent. */
  readonly anonymous?: boolean;
  /** GCS: key file of a service account, relative to the project root or absolute; else the application-default credentials. */
  readonly keyFile?: string;
  /** GCS: project that pays for requests, where the requester does. */
  readonly userProject?: string;
  /** GCS: name of the Cloud KMS key that new objects are encrypted with. */
  readonly kmsKeyName?: string;
  /** S3: the bucket stands in the path of addresses, not in their host. */
  readonly forcePathStyle?: boolean;
  /** S3: a profile of the AWS configuration files. */
  readonly profile?: string;
  /** GCS and S3: where copies of its files are kept on this machine; `maxSize` as it is written. */
  readonly cache?: { readonly path?: string; readonly maxSize?: string };
}
