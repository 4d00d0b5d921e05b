/** Google's client, as lake uses it, and requests to the JSON API that need a deadline of their own. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Bucket as GoogleBucket, Storage, StorageOptions } from '@google-cloud/storage';
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
  readonly kmsKeyName: string | undefined;
  readonly limits: RemoteLimits;
  /** One request with credentials; the body is read by whoever asks. @throws BucketError when no answer comes. */
  send(url: string, options?: SendOptions): Promise<Dispatcher.ResponseData>;
  /** A new client: the token that the old one keeps may have expired, or its account have new keys. */
  renew(): void;
}

export interface SendOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
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
  const library = await import('@google-cloud/storage');
  const endpoint = (location.endpoint ?? usualEndpoint).replace(/\/+$/, '');
  const options: StorageOptions = {
    apiEndpoint: endpoint,
    timeout: limits.answer,
    // Lake tries again itself, with what it knows of each request.
    retryOptions: { autoRetry: false, maxRetries: 0 },
    useAuthWithCustomEndpoint: location.anonymous !== true,
    ...(location.keyFile !== undefined && { keyFilename: readableKey(projectRoot, location.keyFile) }),
    ...(location.anonymous && { authClient: nobody as unknown as StorageOptions['authClient'] }),
  };
  const newClient = (): Storage => {
    const client = new library.Storage(options);
    // STORAGE_EMULATOR_HOST breaks the addresses of requests; `endpoint` says the same, and works.
    client.baseUrl = `${endpoint}/storage/v1`;
    client.apiEndpoint = endpoint;
    return client;
  };
  let storage = newClient();
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
  return {
    get bucket() {
      const { userProject } = location;
      return storage.bucket(location.bucket!, { ...(userProject !== undefined && { userProject }) });
    },
    endpoint,
    userProject: location.userProject,
    kmsKeyName: location.kmsKeyName,
    limits,
    send,
    renew() {
      storage = newClient();
    },
  };
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
