/** Los Angeles end to end: yearly datasets of a portal, one manifest, a table of Postgres with two views over it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLake } from '../../support/run-lake.js';
import { copySampleProject } from '../../support/sample-project.js';
import { type TempProject, tempProject } from '../../support/small-city.js';
import { type Database, database } from './support/shelf.js';

const SCHEMA = 'los_angeles';

let project: TempProject;
let db: Database;

beforeAll(async () => {
  db = await database();
  project = tempProject({});
  copySampleProject(project.root);
  writeFileSync(
    join(project.root, 'profiles.yml'),
    `lake:
  outputs:
    sample:
      type: duckdb
      portal: sample
      lake: {type: local, path: lake}
      publish: {warehouse: {type: postgres, dsn: "{{env 'DSN'}}", schema: ${SCHEMA}}}
`,
  );
});
afterAll(async () => {
  await db.end();
  project.remove();
});

const lake = (...args: string[]) => runLake(project.root, args, { DSN: db.dsn });
const count = async (sql: string) => Number((await db.rows(`select count(*) from ${sql}`))[0]![0]);

/** The rows of silver and of the target as lines, in one order. */
async function both(columns: string): Promise<[string[], string[]]> {
  const asked = await lake(
    'query',
    `select concat_ws('|', ${columns}) as line from silver.requests_311 order by srnumber`,
    '--output',
    'json',
    '--limit',
    '20000',
  );
  const lines = (JSON.parse(asked.stdout) as { line: string }[]).map(({ line }) => line);
  const there = await db.rows(
    `select concat_ws('|', ${columns}) from ${SCHEMA}.requests order by srnumber collate "C"`,
  );
  return [lines, there.flat() as string[]];
}

const COLUMNS =
  'srnumber, status, created_at, updated_at, closed_at, latitude, council_district, address, year';

test('a day: eleven years become one table, typed and indexed, with both views and the record of the load', async () => {
  const { exitCode, stdout } = await lake(
    'build',
    '-s',
    'requests_311',
    '--since',
    '2023-01-01',
    '--day',
    '1',
  );
  expect(exitCode, stdout).toBe(0);
  expect((await lake('build', '-s', 'requests_311', '--day', '1')).exitCode).toBe(0);
  const [silver, requests] = await both(COLUMNS);
  expect(requests.length).toBeGreaterThan(3_000);
  expect(requests).toEqual(silver);
  expect(await count(`(select distinct year from ${SCHEMA}.requests) y`)).toBe(11);
  expect(await count(`${SCHEMA}.vis`)).toBe(requests.length);
  expect(await count(`${SCHEMA}.open_requests`)).toBeGreaterThan(0);
  expect(
    await db.rows(`select format_type(atttypid, atttypmod) from pg_attribute where attrelid = '${SCHEMA}.requests'::regclass
and attname in ('srnumber', 'created_at', 'anonymous', 'latitude', 'council_district') order by attname`),
  ).toEqual([['boolean'], ['integer'], ['timestamp without time zone'], ['double precision'], ['text']]);
});

test('the next day: new, closed and withdrawn requests, and no others, are written; views and record follow', async () => {
  const [before] = await db.rows(`select max(load_id), max(lake_version) from ${SCHEMA}.lake_loads`);
  const total = await count(`${SCHEMA}.requests`);
  const { exitCode, stdout } = await lake('build', '-s', 'requests_311', '--day', '2');
  expect(exitCode, stdout).toBe(0);
  const [silver, requests] = await both(COLUMNS);
  expect(requests).toEqual(silver);
  expect(requests.length).toBe(total + 5);
  expect(
    await db.rows(
      `select base_version, rows_added, rows_changed, rows_removed, rows_total from ${SCHEMA}.lake_loads where load_id > $1`,
      [before![0]],
    ),
  ).toEqual([[before![1], '6', '9', '1', String(total + 5)]]);
  expect(
    await count(
      `${SCHEMA}.vis v join ${SCHEMA}.requests r using (srnumber) where v.days_to_close is not null and r.closed_at is null`,
    ),
  ).toBe(0);
  expect(await count(`${SCHEMA}.vis`)).toBe(total + 5);
  expect(
    await db.rows(`select (select count(*) from ${SCHEMA}.open_requests) = (select count(*) from ${SCHEMA}.requests
where status = 'Open' and latitude is not null and longitude is not null)`),
  ).toEqual([['t']]);
});

test('the same day again brings nothing', async () => {
  const loads = await count(`${SCHEMA}.lake_loads`);
  const again = await lake('build', '-s', 'requests_311', '--day', '2');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('Nothing changed');
  expect((await lake('publish', 'requests_311')).stdout).toContain('Nothing changed');
  expect(await count(`${SCHEMA}.lake_loads`)).toBe(loads);
});
