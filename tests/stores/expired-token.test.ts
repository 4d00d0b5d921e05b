/** Credentials of S3 that end while a large file goes up in parts. The twin for Google Cloud Storage is in errors.test.ts. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, faultProxy, type SeenRequest } from '../support/fault-proxy.js';
import { runLake } from '../support/run-lake.js';
import { type BucketProject, kinds, projectInBucket } from './support/in-buckets.js';
import { openedOnce } from './support/opened.js';
import { type Server, s3Keys } from './support/servers.js';

const s3 = kinds.find(({ type }) => type === 's3')!;
const megabyte = 1024 * 1024;

let server: Server;
let proxy: FaultProxy;
let project: BucketProject;
beforeAll(async () => {
  server = await s3.start();
  await server.makeBucket('lake-test');
  proxy = await faultProxy(server.origin);
  project = projectInBucket(s3, proxy, {
    'models/gold/large.sql': `select i as id, md5((i + {{var 'day'}})::varchar) as text from range({{var 'rows'}}) t(i)`,
  });
});
beforeEach(() => proxy.befalls(() => undefined));
afterAll(async () => {
  project.remove();
  await proxy.close();
  await server.stop();
});

const expired = {
  kind: 'status' as const,
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>',
};
const partOf = ({ method, path }: SeenRequest): number | undefined =>
  method === 'PUT' ? Number(/partNumber=(\d+)/.exec(path)?.[1] ?? 0) || undefined : undefined;

test('F28: a token that expires in the middle of an upload in parts is replaced, each time that it does, and no part that arrived is sent again', async () => {
  const { store, close } = await openedOnce({ ...project.location, prefix: 'once' });
  const content = randomBytes(40 * megabyte);
  const from = join(await store.scratchFolder('_staging/x'), 'large');
  await writeFile(from, content);
  const sent: number[] = [];
  const once = new Set([2, 3]);
  proxy.befalls((request) => {
    const part = partOf(request);
    if (part === undefined) return undefined;
    sent.push(part);
    return once.delete(part) ? expired : undefined;
  });
  await store.adopt([{ from, key: 't/large' }]);
  expect(sent).toEqual([1, 2, 2, 3, 3]);
  expect(await store.sizesOf('t', ['large'])).toEqual([content.length]);
  expect((await store.get('t/large', { last: 1_000 }))?.equals(content.subarray(-1_000))).toBe(true);
  expect(await store.unfinished()).toEqual([]);
  await close();
});

test('F28: a token that has expired for good in the middle of an upload fails the run with what to do; the version before stays, and the next run converges', async () => {
  const vars = (day: number, rows: number) => ['--vars', `{day: ${day}, rows: ${rows}}`];
  const rows = 'select count(*)::integer as n, min(text) as text from gold.large where id = 0';
  await project.told('build', ...vars(1, 100));
  const before = await project.json('query', rows, ...vars(1, 100));
  let over = false;
  proxy.befalls((request) => {
    over ||= partOf(request) === 2;
    return over ? expired : undefined;
  });
  const failed = await runLake(project.root, ['build', ...vars(2, 1_200_000)], s3Keys);
  expect(over).toBe(true);
  expect(failed.exitCode).not.toBe(0);
  const told = failed.stdout + failed.stderr;
  expect(told).toContain('LK6013');
  expect(told).toContain('ExpiredToken');
  expect(told).toContain('AWS_SESSION_TOKEN');

  proxy.befalls(() => undefined);
  expect(await project.json('query', rows, ...vars(1, 100))).toEqual(before);
  const lake = await project.lake();
  expect((await lake.head('gold.large'))!.version).toBe(0);
  await project.told('build', ...vars(2, 1_200_000));
  await expect((await project.lake()).head('gold.large')).resolves.toMatchObject({
    version: 1,
    state: { rows: 1_200_000 },
  });
  // The upload that was begun could not be ended without credentials.
  expect(await lake.store.unfinished()).toHaveLength(1);
  await project.told('vacuum', ...vars(2, 1_200_000));
  expect(await lake.store.unfinished()).toEqual([]);
  const [newest] = await project.json('query', rows, ...vars(2, 1_200_000));
  expect(newest).toMatchObject({ n: 1 });
  expect(newest).not.toEqual(before[0]);
}, 240_000);
