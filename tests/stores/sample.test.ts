/** The whole sample project, built by the command line into buckets, against the same built into a folder. */
import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../lakehouse/support/temporary-folder.js';
import { bucketProfiles } from '../support/bucket-profiles.js';
import { type FaultProxy, faultProxy, type SeenRequest } from '../support/fault-proxy.js';
import { runLake } from '../support/run-lake.js';
import { copySampleProject } from '../support/sample-project.js';
import { type Server, s3Keys, startFakeGcs, startVersitygw } from './support/servers.js';

let folder: TemporaryFolder;
let servers: readonly { readonly server: Server; readonly proxy: FaultProxy }[];

beforeAll(async () => {
  folder = await temporaryFolder();
  copySampleProject(folder.path);
  servers = await Promise.all(
    [startFakeGcs, startVersitygw].map(async (start) => {
      const server = await start();
      await server.makeBucket('city-lake');
      return { server, proxy: await faultProxy(server.origin) };
    }),
  );
  const [gcs, s3] = servers.map(({ proxy }) => proxy.origin) as [string, string];
  await writeFile(join(folder.path, 'profiles.yml'), bucketProfiles({ gcs, s3, bucket: 'city-lake' }));
  mkdirSync(join(folder.path, 'target'), { recursive: true });
  const built = await lake('build', '--target', 'local');
  expect(built.exitCode).toBe(0);
}, 300_000);

afterAll(async () => {
  await Promise.all(servers.map(({ server, proxy }) => proxy.close().then(() => server.stop())));
  await folder.remove();
});

const lake = (...args: readonly string[]) => runLake(folder.path, args, s3Keys);

async function rows(target: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const { exitCode, stdout, stderr } = await lake('query', sql, '--target', target, '--output', 'json');
  expect(`${exitCode} ${stderr}`).toMatch(/^0/);
  return JSON.parse(stdout);
}

/** Rows of every table and view, by name. */
async function counts(target: string): Promise<Readonly<Record<string, unknown>>> {
  const tables = await rows(
    target,
    `select schema_name || '.' || view_name as name from duckdb_views() where not internal and schema_name in ('silver', 'gold') order by 1`,
  );
  const names = tables.map(({ name }) => String(name));
  expect(names.length).toBeGreaterThan(25);
  const counted = names
    .map((name) => `select '${name}' as name, count(*) as n from ${name}`)
    .join(' union all ');
  return Object.fromEntries((await rows(target, counted)).map(({ name, n }) => [String(name), n]));
}

async function publishedTables(target: string): Promise<number> {
  const { stdout } = await lake('ls', '--target', target, '--output', 'json');
  const nodes = JSON.parse(stdout) as readonly { readonly node: string }[];
  // Every silver table has one of quarantined rows beside it.
  return nodes.length + nodes.filter(({ node }) => node.startsWith('silver.')).length;
}

/** Requests of the proxy by what they are about. */
function asked(proxy: FaultProxy): {
  readonly all: number;
  readonly downloads: number;
  readonly writes: number;
} {
  const isDownload = ({ method, path }: SeenRequest): boolean =>
    method === 'GET' &&
    /\.parquet/.test(decodeURIComponent(path)) &&
    !/\/storage\/v1\/(?!.*alt=media)/.test(path);
  return {
    all: proxy.seen.length,
    downloads: proxy.seen.filter(isDownload).length,
    writes: proxy.seen.filter(({ method }) => method === 'PUT' || method === 'POST').length,
  };
}

describe.each([
  { target: 'gcs', index: 0 },
  { target: 's3', index: 1 },
])('the sample project in a bucket: $target', ({ target, index }) => {
  test('is built, holds the rows that it holds on disk, and is read without a download of what was written', async () => {
    const { proxy } = servers[index]!;
    const built = await lake('build', '--target', target);
    expect(`${built.exitCode} ${built.stderr}`).toMatch(/^0/);
    // Every file that the build reads it has written itself.
    expect(asked(proxy).downloads).toBe(0);
    expect(await counts(target)).toEqual(await counts('local'));
    expect(asked(proxy).downloads).toBe(0);
  }, 300_000);

  test('a build that changes nothing reads the tails of logs, writes its lease and its record, and starts no engine', async () => {
    const { proxy } = servers[index]!;
    proxy.forget();
    const again = await lake('build', '--target', target);
    expect(again.exitCode).toBe(0);
    expect(again.stdout + again.stderr).toMatch(/Nothing changed: .*no engine was started/);
    const { all, downloads, writes } = asked(proxy);
    expect(downloads).toBe(0);
    expect(writes).toBeLessThanOrEqual(4);
    expect(all).toBeLessThanOrEqual(2 * (await publishedTables(target)));
  }, 180_000);

  test('another machine reads it, and downloads the tables that it asks for, once', async () => {
    const { proxy } = servers[index]!;
    rmSync(join(folder.path, `target/cache-${target}`), { recursive: true });
    proxy.forget();
    const sql = 'select count(*) as n, count(distinct hood_158) as areas from gold.toronto_incidents';
    expect(await rows(target, sql)).toEqual(await rows('local', sql));
    expect(asked(proxy).downloads).toBe(1);
    proxy.forget();
    await rows(target, sql);
    expect(asked(proxy).downloads).toBe(0);
  }, 120_000);

  test('the commands that read work on it', async () => {
    for (const args of [
      ['plan'],
      ['test'],
      ['history'],
      ['show', '--select', 'gold.nyc_boroughs'],
      ['freshness'],
      ['drift'],
    ]) {
      const { exitCode, stderr } = await lake(...args, '--target', target);
      expect(`${args[0]} ${exitCode} ${exitCode === 0 ? '' : stderr}`).toBe(`${args[0]} 0 `);
    }
  }, 180_000);
});
