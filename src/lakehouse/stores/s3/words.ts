/** What messages say of S3 and its relatives, and what to do next. */
import type { LakeLocation } from '../../../project/types.js';
import type { StoreWords } from '../remote/bucket-error.js';

export function s3Words({ endpoint, profile }: LakeLocation): StoreWords {
  const keys =
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a `profile:` of ~/.aws/config in profiles.yml.';
  return {
    service: 'the S3 service',
    endpoint: URL.canParse(endpoint ?? '') ? new URL(endpoint!).origin : 'Amazon S3',
    noCredentials: profile ? `Check the profile ${profile} in ~/.aws/config and ~/.aws/credentials.` : keys,
    expired: profile
      ? `Log in again (\`aws sso login --profile ${profile}\`), or make new keys for the profile.`
      : 'Get new credentials; temporary ones need AWS_SESSION_TOKEN as well. A wrong clock or `region:` is told in the same way.',
    forbidden:
      'Allow s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on what is in it.',
  };
}
