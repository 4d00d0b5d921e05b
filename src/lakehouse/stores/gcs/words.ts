/** What messages say of Google Cloud Storage, and what to do next. */
import type { LakeLocation } from '../../../project/types.js';
import type { StoreWords } from '../remote/bucket-error.js';

export const usualEndpoint = 'https://storage.googleapis.com';

export function gcsWords(location: LakeLocation): StoreWords {
  const login =
    'Run `gcloud auth application-default login`, set GOOGLE_APPLICATION_CREDENTIALS, or name a `key_file:` in profiles.yml.';
  return {
    service: 'Google Cloud Storage',
    endpoint: URL.canParse(location.endpoint ?? '') ? new URL(location.endpoint!).origin : usualEndpoint,
    noCredentials: location.keyFile ? 'Check `key_file:` of the lake in profiles.yml.' : login,
    expired: location.keyFile ? 'Make a new key for `key_file:` in profiles.yml.' : login,
    forbidden:
      'Give the account the role Storage Object User (roles/storage.objectUser) on the bucket; where the requester pays, set `user_project:`.',
  };
}
