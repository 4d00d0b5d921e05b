/** Tables as objects of buckets: whole or not at all, whatever befalls requests, and whenever the process dies. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRemote } from '../../src/lakehouse/stores/remote/open-remote.js';
import type { RemoteStore } from '../../src/lakehouse/stores/remote/remote-store.js';
import type { Manifest } from '../../src/publish/files/manifest.js';
import { randomFrom } from '../chaos/support/instants.js';
import { type Fault, type FaultProxy, faultProxy, type SeenRequest } from '../support/fault-proxy.js';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';
import { kinds } from './support/in-buckets.js';
import { type Server, s3Keys } from './support/servers.js';

const BIN = fileURLToPath(new URL('../../bin/lake.js', import.meta.url));
const kills = Number(process.env['LAKE_PUBLISH_KILLS'] ?? 4);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_122);

Object.assign(process.env, s3Keys);

/** Some 20 MB as CSV, so that it goes in pieces. */
const large = (version: number) =>
  `select range as id, ${version} as version, md5(range::varchar) as words from range(400000)\n`;
const small = (version: number) => `select range as id, ${version} as version from range(10)\n`;

describe.each(kinds)('$name', (kind) => {
  let server: Server;
  let proxy: FaultProxy;
  let project: TempProject;
  let bucket: RemoteStore;
  let version = 1;

  beforeAll(async () => {
    server = await kind.start();
    await server.makeBucket('open-data');
    proxy = await faultProxy(server.origin);
    const how = kind.type === 'gcs' ? 'anonymous: true' : 'force_path_style: true';
    project = modelProject({
      'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish:
        open: {type: ${kind.type}, bucket: open-data, prefix: daily, endpoint: '${proxy.origin}', ${how}}
        none: {type: ${kind.type}, bucket: not-there, endpoint: '${proxy.origin}', ${how}}
`,
      'models/gold/large.sql': large(1),
      'models/gold/small.sql': small(1),
      'models/gold/gold.yml': `version: 2
models:
  - {name: large, config: {publish: [{to: open, path: 'ünï/{name}.csv'}]}}
  - {name: small, config: {publish: [{to: open}, {to: open, path: 'parts/'}]}}
`,
    });
    await told('build');
    const at = {
      type: kind.type,
      bucket: 'open-data',
      prefix: 'daily',
      endpoint: server.origin,
      ...kind.extra,
    };
    bucket = await openRemote(at, project.root);
  });
  afterAll(async () => {
    project.remove();
    await proxy.close();
    await server.stop();
  });

  async function told(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runLake(project.root, args, s3Keys);
    expect(`${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe('0 ');
    return stdout;
  }

  const isWrite = ({ method }: SeenRequest) => method === 'PUT' || method === 'POST' || method === 'DELETE';

  /** The version of a CSV's rows. @throws AssertionError where they are not all there. */
  async function versionOf(key: string, rows: number): Promise<number> {
    const lines = String(await bucket.get(key))
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(lines).toHaveLength(rows);
    const versions = [...new Set(lines.map((line) => line.split(',')[1]))];
    expect(versions).toHaveLength(1);
    return Number(versions[0]);
  }

  async function checked(manifestKey: string): Promise<Manifest> {
    const manifest: Manifest = JSON.parse(String(await bucket.get(manifestKey)));
    const folder = manifestKey.replace(/[^/]+$/, '');
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = (await bucket.get(folder + name))!;
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
    return manifest;
  }

  /** The next rows in the lake, and nowhere else. */
  async function news(): Promise<void> {
    version += 1;
    project.write({ 'models/gold/large.sql': large(version), 'models/gold/small.sql': small(version) });
    await told('build', '--no-publish');
  }

  test('objects hold the rows and say what they are; what is there is not sent again', async () => {
    expect(await versionOf('ünï/large.csv', 400_000)).toBe(1);
    expect(await checked('ünï/large.csv.manifest.json')).toMatchObject({
      table: 'gold.large',
      rows: 400_000,
    });
    await checked('small.parquet.manifest.json');
    await checked('parts/manifest.json');
    expect(await bucket.list('')).toEqual(['parts/', 'small.parquet', 'small.parquet.manifest.json', 'ünï/']);
    proxy.forget();
    expect(await told('publish')).toContain('Nothing changed');
    expect(proxy.seen.filter(isWrite)).toEqual([]);
    await bucket.delete('small.parquet');
    expect(await told('publish')).toContain('1 published');
    await checked('small.parquet.manifest.json');
  });

  test('busy servers, lost connections, lost answers and damaged bodies cost tries, not rows', async () => {
    await news();
    const faults: Fault[] = [
      { kind: 'status', status: 503 },
      { kind: 'reset' },
      { kind: 'lost_answer' },
      { kind: 'corrupt_request', at: 20 },
    ];
    const left = [...faults, ...faults];
    let writes = 0;
    // Every second write meets the next of them.
    proxy.befalls((request) => (isWrite(request) && ++writes % 2 === 1 ? left.shift() : undefined));
    expect(await told('publish')).toContain('3 published');
    proxy.befalls(() => undefined);
    expect(left.length).toBeLessThan(faults.length);
    expect(await versionOf('ünï/large.csv', 400_000)).toBe(version);
    for (const key of ['ünï/large.csv.manifest.json', 'small.parquet.manifest.json', 'parts/manifest.json'])
      await checked(key);
    expect(await bucket.unfinished()).toEqual([]);
  });

  test('a bucket that is not there is told with what to do, and the other targets have their rows', async () => {
    project.write({
      'models/gold/other.sql': small(1),
      'models/gold/other.yml':
        'version: 2\nmodels: [{name: other, config: {publish: [{to: none}, {to: open}]}}]\n',
    });
    const { exitCode, stdout, stderr } = await runLake(project.root, ['build', '--select', 'other'], s3Keys);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toMatch(/LK8030 none\/other.parquet was not published: .*there is no bucket/);
    await checked('other.parquet.manifest.json');
    project.write({ 'models/gold/other.sql': '', 'models/gold/other.yml': '' });
  });

  test(
    'a publication that is killed at any request leaves whole objects of before or of now; the next one completes it and leaves nothing behind',
    async () => {
      await news();
      let writes = 0;
      proxy.befalls((request) => {
        if (isWrite(request)) writes += 1;
        return undefined;
      });
      await told('publish', '--select', 'large', 'small');
      proxy.befalls(() => undefined);
      const all = writes;
      expect(all).toBeGreaterThan(6);
      const random = randomFrom(seed);
      for (let i = 0; i < kills; i++) {
        const before = version;
        await news();
        const nth = 1 + Math.floor(((i + random()) / kills) * all);
        const when = ['before', 'torn', 'after'][i % 3];
        const child = execa(process.execPath, [BIN, 'publish'], {
          cwd: project.root,
          reject: false,
          stdin: 'ignore',
          env: s3Keys,
        });
        const die = () => void child.kill('SIGKILL');
        let count = 0;
        proxy.befalls((request) => {
          if (!isWrite(request) || ++count !== nth) return undefined;
          if (when === 'after') return { kind: 'lost_answer', done: die };
          die();
          return when === 'before' ? { kind: 'silence' } : undefined;
        });
        await child;
        proxy.befalls(() => undefined);
        expect(count).toBeGreaterThanOrEqual(nth);
        expect([before, version]).toContain(await versionOf('ünï/large.csv', 400_000));
        await checked('parts/manifest.json');
        await told('publish');
        expect(await versionOf('ünï/large.csv', 400_000)).toBe(version);
        for (const key of [
          'ünï/large.csv.manifest.json',
          'small.parquet.manifest.json',
          'parts/manifest.json',
        ])
          await checked(key);
        expect(await bucket.unfinished()).toEqual([]);
      }
      // Of the parts those of this manifest and the one before, as soon as a publication has come to its end.
      await news();
      await told('publish');
      expect(await bucket.list('parts')).toHaveLength(3);
    },
    100_000 + kills * 30_000,
  );
});
