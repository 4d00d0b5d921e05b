/** What is told of a bucket, credentials or an address that is not as it should be; never a secret. */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../lakehouse/support/temporary-folder.js';
import { type FaultProxy, faultProxy } from '../support/fault-proxy.js';
import { type At, openedOnce } from './support/opened.js';
import { type Server, s3Keys, startFakeGcs, startVersitygw } from './support/servers.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Every operation of a lake that cannot be used. */
async function expectAll(at: At, told: object): Promise<void> {
  const { store, close } = await openedOnce(at);
  await expect(store.list('_sets')).rejects.toMatchObject(told);
  await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject(told);
  await expect(store.putIfAbsent('a', Buffer.from('x'))).rejects.toMatchObject(told);
  const from = join(await store.scratchFolder('_staging/x'), 'large');
  await writeFile(from, Buffer.alloc(20 * 1024 * 1024));
  await expect(store.adopt([{ from, key: 't/large' }])).rejects.toMatchObject(told);
  await close();
}

describe('Google Cloud Storage', () => {
  let server: Server;
  let proxy: FaultProxy;
  let tokens: TokenServer;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (extra: Partial<At> = {}): At => ({
    type: 'gcs',
    bucket: 'lake-test',
    endpoint: proxy.origin,
    anonymous: true,
    ...extra,
  });
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await startFakeGcs();
    await server.makeBucket('lake-test');
    proxy = await faultProxy(server.origin);
    tokens = await tokenServer();
  });
  afterEach(() => {
    proxy.befalls(() => undefined);
    tokens.refuse(false);
  });
  afterAll(async () => {
    await Promise.all([proxy.close(), server.stop(), tokens.close()]);
    await folder.remove();
  });

  const answers = (status: number, reason: string, message: string) =>
    proxy.befalls(() => ({
      kind: 'status',
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
    }));

  test('no bucket of that name', () =>
    expectAll(at({ bucket: 'no-such-bucket' }), {
      code: 'LK6011',
      message: expect.stringMatching(/there is no bucket gs:\/\/no-such-bucket$/),
      hint: expect.stringContaining('bucket:'),
      transient: false,
    }));

  test('no permission, in the words of the service', async () => {
    const message = 'lake@city.iam.gserviceaccount.com does not have storage.objects.list access';
    answers(403, 'forbidden', message);
    await expectAll(at(), { code: 'LK6012', message: expect.stringContaining(message) });
  });

  test('a bucket whose requester pays', async () => {
    answers(400, 'required', 'Bucket is a requester pays bucket but no user project provided.');
    await expectAll(at(), { code: 'LK6012', hint: expect.stringContaining('user_project') });
  });

  test('the project that pays and the key that encrypts are named in each request', async () => {
    const { store, close } = await openedOnce(at({ userProject: 'payer', kmsKeyName: 'projects/p/k' }));
    proxy.forget();
    await store.putIfAbsent('a', Buffer.from('x'));
    await store.get('a');
    await store.list('');
    await store.delete('a');
    expect(proxy.seen.map(({ path }) => /userProject=payer/.test(path))).toEqual([true, true, true, true]);
    expect(proxy.seen[0]!.path).toContain(`kmsKeyName=${encodeURIComponent('projects/p/k')}`);
    await close();
  });

  test('a limit of requests is no missing permission', async () => {
    answers(403, 'rateLimitExceeded', 'The project exceeded the rate limit');
    const { store, close } = await openedOnce(at());
    await expect(store.list('a')).rejects.toMatchObject({ code: 'LK6016', transient: true });
    await close();
  });

  test('nobody at the address', () =>
    expectAll(at({ endpoint: 'http://user:secret@127.0.0.1:1' }), {
      code: 'LK6015',
      message: expect.stringMatching(/nobody answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)$/),
      transient: true,
    }));

  test('no credentials', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('HOME', folder.path);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    proxy.befalls(({ headers }) =>
      headers.authorization === undefined ? { kind: 'status', status: 401 } : undefined,
    );
    await expectAll(at({ anonymous: false }), {
      code: 'LK6014',
      hint: expect.stringContaining('gcloud auth application-default login'),
    });
  });

  test('a key file that is not there, or is none', async () => {
    const missing = openedOnce(at({ anonymous: false, keyFile: join(folder.path, 'none.json') }));
    await expect(missing).rejects.toMatchObject({
      code: 'LK6014',
      hint: expect.stringContaining('key_file'),
    });
    const file = join(folder.path, 'not-a-key.json');
    await writeFile(file, '{"type": "service_account", "secret": "hunter2hunter2"}');
    await expectAll(at({ anonymous: false, keyFile: file }), {
      code: 'LK6014',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  test('an account whose trust was withdrawn', async () => {
    tokens.refuse(true);
    const keyFile = await keyOf(folder.path, tokens.origin);
    await expectAll(at({ anonymous: false, keyFile }), {
      code: 'LK6013',
      message: expect.stringContaining('invalid_grant'),
      hint: expect.stringContaining('key_file'),
    });
  });

  test('F28: a token that expires in the middle of the work is replaced', async () => {
    const keyFile = await keyOf(folder.path, tokens.origin);
    const { store, close } = await openedOnce(at({ anonymous: false, keyFile }));
    const old = new Set<string>();
    const expire = (): void => {
      for (const { headers } of proxy.seen) old.add(String(headers.authorization));
      proxy.befalls(({ headers }) =>
        old.has(String(headers.authorization)) && headers.authorization !== undefined
          ? { kind: 'status', status: 401, body: 'Invalid Credentials' }
          : undefined,
      );
    };
    await store.put('t/a', Buffer.from('a'));
    expire();
    expect(await store.get('t/a')).toEqual(Buffer.from('a'));
    expire();
    expect(await store.list('t')).toEqual(['a']);
    expire();
    const content = Buffer.alloc(20 * 1024 * 1024, 'x');
    const from = join(await store.scratchFolder('_staging/x'), 'large');
    await writeFile(from, content);
    let pieces = 0;
    proxy.befalls(({ method }) => {
      if (method === 'PUT' && ++pieces === 2) expire();
      return undefined;
    });
    await store.adopt([{ from, key: 't/large' }]);
    expect(await store.sizesOf('t', ['large'])).toEqual([content.length]);
    expect([...old].every((token) => token === 'undefined' || token.startsWith('Bearer token-'))).toBe(true);
    await close();
  });
});

describe('S3', () => {
  let server: Server;
  let proxy: FaultProxy;
  const at = (extra: Partial<At> = {}): At => ({
    type: 's3',
    bucket: 'lake-test',
    endpoint: proxy.origin,
    forcePathStyle: true,
    ...extra,
  });
  beforeAll(async () => {
    server = await startVersitygw();
    await server.makeBucket('lake-test');
    proxy = await faultProxy(server.origin);
  });
  afterEach(() => proxy.befalls(() => undefined));
  afterAll(async () => {
    await Promise.all([proxy.close(), server.stop()]);
  });

  const useKeys = (keys: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries({ ...s3Keys, ...keys })) vi.stubEnv(name, value);
  };
  const answers = (status: number, code: string, message: string) =>
    proxy.befalls(() => ({
      kind: 'status',
      status,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    }));

  test('no bucket of that name', async () => {
    useKeys({});
    await expectAll(at({ bucket: 'no-such-bucket' }), {
      code: 'LK6011',
      message: expect.stringMatching(/there is no bucket s3:\/\/no-such-bucket$/),
    });
  });

  test('a wrong key, which no message has', async () => {
    useKeys({ AWS_SECRET_ACCESS_KEY: 'very-secret-and-wrong' });
    await expectAll(at(), {
      code: 'LK6013',
      message: expect.stringMatching(/^(?!.*very-secret).*SignatureDoesNotMatch/),
    });
    useKeys({ AWS_ACCESS_KEY_ID: 'nobody' });
    await expectAll(at(), { code: 'LK6013', message: expect.stringContaining('access key') });
  });

  test('credentials that have expired', async () => {
    useKeys({});
    answers(400, 'ExpiredToken', 'The provided token has expired.');
    await expectAll(at(), { code: 'LK6013', hint: expect.stringContaining('AWS_SESSION_TOKEN') });
  });

  test('F28: credentials that are replaced in the middle of the work are found', async () => {
    useKeys({ AWS_SECRET_ACCESS_KEY: 'rotated-away' });
    const { store, close } = await openedOnce(at());
    let first = true;
    proxy.befalls(() => {
      if (first) useKeys({});
      first = false;
      return undefined;
    });
    await store.put('t/a', Buffer.from('a'));
    expect(await store.get('t/a')).toEqual(Buffer.from('a'));
    await close();
  });

  test('no permission', async () => {
    useKeys({});
    answers(403, 'AccessDenied', 'Access Denied');
    await expectAll(at(), { code: 'LK6012', hint: expect.stringContaining('s3:PutObject') });
  });

  test('no credentials', async () => {
    useKeys({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    await expectAll(at(), { code: 'LK6014', hint: expect.stringContaining('AWS_ACCESS_KEY_ID') });
  });

  test('a profile that is not there', async () => {
    useKeys({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    await expectAll(at({ profile: 'city' }), {
      code: 'LK6014',
      hint: expect.stringContaining('profile city'),
    });
  });

  test('nobody at the address', async () => {
    useKeys({});
    await expectAll(at({ endpoint: 'http://127.0.0.1:1' }), {
      code: 'LK6015',
      message: expect.stringMatching(/nobody answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)$/),
    });
  });

  test('a bucket of another region', async () => {
    useKeys({});
    answers(301, 'PermanentRedirect', 'The bucket must be addressed using the specified endpoint.');
    await expectAll(at(), { code: 'LK6018', message: expect.stringContaining('PermanentRedirect') });
  });
});

interface TokenServer {
  readonly origin: string;
  refuse(whether: boolean): void;
  close(): Promise<void>;
}

/** An OAuth 2.0 token endpoint: another token each time. */
async function tokenServer(): Promise<TokenServer> {
  let given = 0;
  let refusing = false;
  const server: HttpServer = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(refusing ? 400 : 200, { 'content-type': 'application/json' });
      const granted = { access_token: `token-${++given}`, expires_in: 3600, token_type: 'Bearer' };
      response.end(
        JSON.stringify(refusing ? { error: 'invalid_grant', error_description: 'Invalid JWT' } : granted),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    refuse(whether) {
      refusing = whether;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A key file of workload identity federation: tokens come from this endpoint, for what another file holds. */
async function keyOf(folder: string, tokenOrigin: string): Promise<string> {
  const file = join(folder, 'subject-token');
  await writeFile(file, 'subject');
  const path = join(folder, 'key.json');
  const key = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${tokenOrigin}/token`,
    credential_source: { file },
  };
  await writeFile(path, JSON.stringify(key));
  return path;
}
