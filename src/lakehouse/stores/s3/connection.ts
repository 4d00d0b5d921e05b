/** Amazon's client, as lake uses it. */
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { LakeLocation } from '../../../project/types.js';
import type { RemoteLimits } from '../remote/tries.js';

export interface S3Connection {
  /** Keeps credentials until they expire, as far as it knows. */
  readonly newClient: () => S3Client;
  /** The client's library: its commands are classes. */
  readonly library: typeof import('@aws-sdk/client-s3');
  readonly bucket: string;
  readonly limits: RemoteLimits;
}

/**
 * Asks nobody yet. Credentials: those of `profile`, else what the client finds (environment, configuration files, the
 * machine's role), else, with `anonymous`, none.
 */
export async function connectS3(location: LakeLocation, limits: RemoteLimits): Promise<S3Connection> {
  // Which Node.js future versions of the client want is nothing that a user of lake could act on: the version is pinned.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const library = await import('@aws-sdk/client-s3');
  const { region, endpoint, forcePathStyle, profile, anonymous, bucket } = location;
  const config: S3ClientConfig = {
    // Other services want a region in signatures, and take any.
    ...(region !== undefined || endpoint !== undefined ? { region: region ?? 'us-east-1' } : {}),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(profile !== undefined && { profile }),
    ...(anonymous && { signer: { sign: async (request) => request }, credentials: nobody }),
    // Lake tries again itself, and sends and compares checksums that all services know.
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: limits.answer, socketTimeout: limits.answer },
  };
  return { newClient: () => new library.S3Client(config), library, bucket: bucket!, limits };
}

const nobody = { accessKeyId: '', secretAccessKey: '' };
