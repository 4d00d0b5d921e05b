/** Google's client, as lake uses it, and requests to the JSON API that need a deadline of their own. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Bucket as GoogleBucket, StorageOptions } from '@google-cloud/storage';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { LakeLocation } from '../../../project/types.js';
import { BucketError } from '../remote/bucket-error.js';
import { type RemoteLimits, within } from '../remote/tries.js';
import { explainGcs } from './explain.js';
import { usualEndpoint } from './words.js';

export interface GcsConnection {
  readonly bucket: GoogleBucket;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly userProject: string | undefined;
  readonly limits: RemoteLimits;
  /** One request with credentials; the body is read by whoever asks. @throws BucketError when no answer comes. */
  send(url: string, options?: SendOptions): Promise<Dispatcher.ResponseData>;
}

export interface SendOptions {
  readonly method?: 'GET' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * Asks nobody yet. Credentials: `key_file`, else the application-default ones (https://cloud.google.com/docs/authentication),
 * else, with `anonymous`, none.
 */
export async function connectGcs(
  location: LakeLocation,
  projectRoot: string,
  limits: RemoteLimits,
): Promise<GcsConnection> {
  const { Storage } = await import('@google-cloud/storage');
  const endpoint = (location.endpoint ?? usualEndpoint).replace(/\/+$/, '');
  const storage = new Storage({
    apiEndpoint: endpoint,
    timeout: limits.answer,
    // Lake tries again itself, with what it knows of each request.
    retryOptions: { autoRetry: false, maxRetries: 0 },
    useAuthWithCustomEndpoint: location.anonymous !== true,
    ...(location.keyFile !== undefined && { keyFilename: readableKey(projectRoot, location.keyFile) }),
    ...(location.anonymous && { authClient: nobody as unknown as StorageOptions['authClient'] }),
  });
  // STORAGE_EMULATOR_HOST breaks the addresses of requests; `endpoint` says the same, and works.
  storage.baseUrl = `${endpoint}/storage/v1`;
  storage.apiEndpoint = endpoint;
  const bucket = storage.bucket(location.bucket!, {
    ...(location.userProject !== undefined && { userProject: location.userProject }),
    ...(location.kmsKeyName !== undefined && { kmsKeyName: location.kmsKeyName }),
  });
  const dispatcher = new EnvHttpProxyAgent();
  const send: GcsConnection['send'] = async (url, { method = 'GET', headers, body } = {}) => {
    try {
      const auth = location.anonymous
        ? {}
        : await within(limits.answer, storage.authClient.getRequestHeaders(url));
      return await request(url, {
        method,
        headers: { ...auth, ...headers },
        body,
        dispatcher,
        headersTimeout: limits.answer,
        bodyTimeout: limits.idle,
      });
    } catch (error) {
      throw explainGcs(error);
    }
  };
  return { bucket, endpoint, userProject: location.userProject, limits, send };
}

/** Credentials of nobody, in the shape of google-auth-library's clients. */
const nobody = {
  getRequestHeaders: async () => ({}),
  getAccessToken: async () => ({}),
  on: () => undefined,
};

function readableKey(projectRoot: string, path: string): string {
  const file = resolve(projectRoot, path);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new BucketError('no_credentials', `there is no key file ${path}`);
}
