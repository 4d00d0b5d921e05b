/**
 * New York end to end: collisions, the people and the vehicles in them as one mass load and seven daily updates, each day's rows as CSV in the
 * bucket that the city's collision projects read, and each day compared with silver.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRemote } from '../../src/lakehouse/stores/remote/open-remote.js';
import type { RemoteStore } from '../../src/lakehouse/stores/remote/remote-store.js';
import type { Manifest } from '../../src/publish/files/manifest.js';
import { rowsOf, withLakes } from '../run/support/city.js';
import { runLake } from '../support/run-lake.js';
import { copySampleProject } from '../support/sample-project.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Server, s3Keys, startVersitygw } from './support/servers.js';

const BUCKET = 'nyc-application-collisions';
const TABLES = ['crashes', 'persons', 'vehicles'];
const DAYS = [1, 2, 3, 4, 5, 6, 7, 8];

let server: Server;
let project: TempProject;
let bucket: RemoteStore;
beforeAll(async () => {
  Object.assign(process.env, s3Keys);
  server = await startVersitygw();
  await server.makeBucket(BUCKET);
  project = tempProject({});
  copySampleProject(project.root);
  // All eight days are built on one: versions stand for their dates.
  for (const table of TABLES) {
    const path = join(project.root, 'datasets', 'nyc', `${table}.yml`);
    const written = readFileSync(path, 'utf8');
    expect(written).toContain("path: '{name}/{date}.csv'");
    writeFileSync(path, written.replace('{date}', '{version}'));
  }
  writeFileSync(
    join(project.root, 'profiles.yml'),
    `lake:
  target: prod
  outputs:
    prod:
      type: duckdb
      portal: sample
      lake: {type: local, path: lake}
      publish:
        collisions:
          {type: s3, bucket: ${BUCKET}, prefix: collisions_raw_data, endpoint: '${server.origin}', force_path_style: true}
`,
  );
  const at = { type: 's3', bucket: BUCKET, endpoint: server.origin, forcePathStyle: true } as const;
  bucket = await openRemote(at, project.root);
});
afterAll(async () => {
  project.remove();
  await server.stop();
});

async function buildOn(day: number): Promise<string> {
  const args = ['build', '--select', ...TABLES.map((name) => `+silver.${name}`), '--day', String(day)];
  const { exitCode, stdout, stderr } = await runLake(project.root, args, s3Keys);
  expect(`${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe('0 ');
  return stdout;
}

/** Rows that one of the two has and the other has not: silver's of now, and those of a file in the bucket. */
async function differences(connection: DuckDBConnection, table: string, csv: Buffer): Promise<unknown[][]> {
  const path = join(project.root, 'target', `${table}.csv`);
  writeFileSync(path, csv);
  const columns = await rowsOf(
    connection,
    `select * from (describe lake0.silver.${table}) where column_name <> '_load_id'`,
  );
  const types = columns.map(([name, type]) => `'${name}': '${type}'`).join(', ');
  const silver = `select columns(c -> c <> '_load_id') from lake0.silver.${table}`;
  const file = `from read_csv('${path}', header = true, all_varchar = false, columns = {${types}})`;
  return rowsOf(
    connection,
    `(${silver} except all ${file}) union all (${file} except all ${silver}) limit 5`,
  );
}

test('each of eight days is a file of each table that changed, whose rows are those of silver, and the listing has no others', async () => {
  const listed = new Set<string>();
  let sent = 0;
  for (const day of DAYS) {
    const told = await buildOn(day);
    for (const table of TABLES) {
      const folder = `collisions_raw_data/${table}`;
      const names = (await bucket.list(folder)).filter((name) => name.endsWith('.csv'));
      const isSent = told.includes(`✓ collisions/${table}/`);
      const fresh = names.filter((name) => !listed.has(`${folder}/${name}`));
      expect([day, table, fresh.length]).toEqual([day, table, isSent ? 1 : 0]);
      if (isSent) listed.add(`${folder}/${fresh[0]}`);
      sent += fresh.length;
      // Of a day without changes the newest file is the one of before.
      const newest = [...listed].filter((key) => key.startsWith(folder)).at(-1)!;
      const csv = (await bucket.get(newest))!;
      const found = await withLakes(project.root, ['lake'], (connection) =>
        differences(connection, table, csv),
      );
      expect([day, table, found]).toEqual([day, table, []]);
      const manifest: Manifest = JSON.parse(String(await bucket.get(`${newest}.manifest.json`)));
      const sum = createHash('sha256').update(csv).digest('hex');
      expect(manifest).toMatchObject({
        files: [{ sha256: sum, bytes: csv.length }],
        sources: [{ path: 'https://data.cityofnewyork.us' }],
      });
    }
  }
  const all = TABLES.map((table) => bucket.list(`collisions_raw_data/${table}`));
  expect((await Promise.all(all)).flat()).toHaveLength(2 * sent);
  expect([...listed].filter((key) => key.includes('/crashes/'))).toHaveLength(DAYS.length);
}, 600_000);
