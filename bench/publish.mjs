// A table published to Postgres, whole and after a day that changed 2,000 of its rows, beside the least that it can take (psql
// \copy of the same rows into a table with the same key), the way of scripts (psql: CSV into a temporary table, then INSERT … ON CONFLICT
// and UPDATE), and dlt where LAKE_BENCH_DLT names a Python that has it. CPU is that of all processes, the server's beside the client's.
// usage: DSN=postgresql://… node bench/publish.mjs [rows=500000]     the server runs on this machine; schemas lake_bench and dlt_bench are dropped
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { measure } from './measure.mjs';

const rows = Number(process.argv[2] ?? 500_000);
const dsn = process.env.DSN;
if (!dsn) throw new Error('DSN is not set: name a Postgres server of this machine');
const lakeBin = fileURLToPath(new URL('../bin/lake.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-publish-'));
const client = new pg.Client(dsn);
await client.connect();
const postmaster = await postmasterOf(client);

try {
  console.log(`Node.js ${process.version}, ${rows} rows, load ${loadavg()[0].toFixed(1)}\n`);
  writeProject();
  await client.query('drop schema if exists lake_bench cascade; drop schema if exists dlt_bench cascade');
  await client.query('create schema lake_bench');
  await build(1);
  await exported('all.csv', 'from gold.requests');
  const whole = await measured(
    'psql \\copy, all (floor)',
    script(`create table lake_bench.plain as ${emptyRows()};
alter table lake_bench.plain add primary key (srnumber);
\\copy lake_bench.plain from '${root}/all.csv' (format csv, header)
analyze lake_bench.plain`),
  );
  await measured('script, all', upsertScript('all.csv'), whole);
  const full = await measured('lake publish, all', lake(), whole);
  const dlt = process.env.LAKE_BENCH_DLT;
  if (dlt) await measured('dlt merge, all', `${dlt} "${root}/load.py" "${root}/all.csv"`, whole);
  await build(2);
  await exported('day.csv', "from gold.requests where status = 'Closed again'");
  console.log();
  await measured('script, day', upsertScript('day.csv'), full);
  await measured('lake publish, day', lake(), full);
  if (dlt) await measured('dlt merge, day', `${dlt} "${root}/load.py" "${root}/day.csv"`, full);
  await measured('lake publish, again', lake(), full);
  const { rows: differences } = await client.query(
    'select count(*) from ((table lake_bench.requests except table lake_bench.scripted) union all (table lake_bench.scripted except table lake_bench.requests)) d',
  );
  if (differences[0].count !== '0') throw new Error(`${differences[0].count} rows differ from the script's`);
} finally {
  await client.query('drop schema if exists lake_bench cascade; drop schema if exists dlt_bench cascade');
  await client.end();
  rmSync(root, { recursive: true, force: true });
}

function writeProject() {
  const write = (path, text) => writeFileSync(join(root, path), text);
  mkdirSync(join(root, 'models', 'gold'), { recursive: true });
  write('project.yml', 'name: bench\nversion: 1\nvars: {day: 1}\n');
  write(
    'profiles.yml',
    `bench:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish: {warehouse: {type: postgres, dsn: "{{env 'DSN'}}", schema: lake_bench}}
`,
  );
  write(
    'models/gold/requests.sql',
    `select '1-' || (1000000000 + i) as srnumber,
  timestamp '2023-01-01' + to_seconds(i * 63) as created_at, timestamp '2023-01-02' + to_seconds(i * 63 + i % 86400) as updated_at,
  'SR Created' as action_taken, ['BOS', 'ITA', 'OCB'][1 + i % 3] as owner,
  ['Bulky Items', 'Graffiti Removal', 'Illegal Dumping Pickup', 'Metal/Household Appliances'][1 + i % 4] as request_type,
  case when {{var 'day'}} > 1 and i % ${Math.round(rows / 2000)} = 7 then 'Closed again' else ['Open', 'Closed'][1 + i % 2] end as status,
  ['Call', 'Mobile App', 'Self Service'][1 + i % 3] as request_source, i % 10 = 0 as anonymous,
  (100 + i % 9000) || ' N MAIN ST, ' || (90001 + i % 90) as address, (90001 + i % 90)::varchar as zip_code,
  34 + (i % 10000) / 20000.0::double as latitude, -118 - (i % 7000) / 14000.0::double as longitude,
  (1 + i % 15)::integer as council_district, case when i % 8 > 0 then 'COUNCIL ' || i % 99 end as neighborhood_council
from range(${rows}) t(i)
`,
  );
  write(
    'models/gold/gold.yml',
    'version: 2\nmodels: [{name: requests, config: {publish: [{to: warehouse, key: [srnumber]}]}}]\n',
  );
  write(
    'load.py',
    `import os, sys, dlt, pyarrow.csv as csv
pipeline = dlt.pipeline("bench", pipelines_dir="${root}/dlt", destination=dlt.destinations.postgres(os.environ["DSN"]), dataset_name="dlt_bench")
@dlt.resource(name="requests", write_disposition={"disposition": "merge", "strategy": "upsert"}, primary_key="srnumber")
def requests():
    yield csv.read_csv(sys.argv[1])
pipeline.run(requests(), loader_file_format="csv")
`,
  );
}

async function build(day) {
  await measure(
    'build',
    `cd "${root}" && "${process.execPath}" "${lakeBin}" build -q --no-publish --vars '{day: ${day}}'`,
  );
}

async function exported(name, sql) {
  await measure(
    'export',
    `cd "${root}" && "${process.execPath}" "${lakeBin}" export --query "${sql}" --to "${root}/${name}"`,
  );
}

function lake() {
  return `cd "${root}" && "${process.execPath}" "${lakeBin}" publish -q`;
}

/** The columns of the model, as a table of the target has them. */
function emptyRows() {
  return `select ''::text as srnumber, now()::timestamp as created_at, now()::timestamp as updated_at, ''::text as action_taken, ''::text as owner,
''::text as request_type, ''::text as status, ''::text as request_source, true as anonymous, ''::text as address, ''::text as zip_code,
0::double precision as latitude, 0::double precision as longitude, 0::integer as council_district, ''::text as neighborhood_council limit 0`;
}

function script(sql) {
  const file = join(root, `${Math.random()}.sql`);
  writeFileSync(file, `${sql};\n`);
  return `psql -q -v ON_ERROR_STOP=1 -f "${file}" "${dsn}"`;
}

function upsertScript(name) {
  const set =
    'created_at updated_at action_taken owner request_type status request_source anonymous address zip_code latitude longitude council_district neighborhood_council'
      .split(' ')
      .map((column) => `${column} = excluded.${column}`);
  return script(`create table if not exists lake_bench.scripted as ${emptyRows()};
create unique index if not exists scripted_key on lake_bench.scripted (srnumber);
begin;
create temp table loading (like lake_bench.scripted) on commit drop;
\\copy loading from '${root}/${name}' (format csv, header)
insert into lake_bench.scripted select * from loading on conflict (srnumber) do update set ${set.join(', ')};
commit`);
}

/** @param floor What its figures are ratios of. */
async function measured(name, command, floor) {
  const before = serverCpu();
  const { wall, cpu, memory } = await measure(name, command);
  // A backend's time counts once its end was seen.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const server = serverCpu() - before;
  const total = cpu + server;
  const ratio = floor
    ? `${(total / floor.total).toFixed(2)} × CPU, ${(wall / floor.wall).toFixed(2)} × wall`
    : '';
  console.log(
    `${name.padEnd(26)}${wall.toFixed(2).padStart(7)} s  CPU ${cpu.toFixed(2).padStart(6)} s + server ${server.toFixed(2).padStart(6)} s  ${Math.round(
      memory / 1e6,
    )
      .toString()
      .padStart(5)} MB  ${ratio}  load ${loadavg()[0].toFixed(1)}`,
  );
  return { wall, total };
}

async function postmasterOf(connected) {
  const { rows: found } = await connected.query('select pg_backend_pid() as pid');
  return Number(statOf(found[0].pid)[1]);
}

/** Seconds of the server and of all its processes that have ended. */
function serverCpu() {
  const stat = statOf(postmaster);
  return stat.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/** Fields of /proc/<pid>/stat from the third on. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
