// A portal in a bad mood: 10 % of its answers are 429, 5 % are 503, 2 % of its bodies are cut, and it gives 1,000 rows
// where 50,000 are asked for. Every row must land, none twice, no human asked, for at most 1.3 times the requests of a
// calm run of the same portal. Exits 1 when one of these does not hold.
//
// usage: node bench/storm.mjs [rows=500000] [seed=7]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { writePortal } from './ingest-portal.mjs';

const rows = Number(process.argv[2] ?? 500_000);
const seed = process.argv[3] ?? '7';
const mostRequests = 1.3;
const lakeBin = fileURLToPath(new URL('../bin/lake.js', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lake-storm-'));

try {
  await writePortal(join(work, 'portal'), rows);
  const runs = [];
  for (const [name, faults] of [
    ['calm', 'cap=1:1000'],
    ['storm', 'cap=1:1000,status429=0.1,status503=0.05,cut=0.02'],
  ]) {
    runs.push({ name, ...(await build(name, faults)), ...(await landed(name)) });
  }
  console.log(`${'run'.padEnd(8)}${['requests', 'rows', 'distinct', 'seconds', 'exit'].map(right).join('')}`);
  for (const { name, requests, count, distinct, seconds, exit } of runs) {
    console.log(name.padEnd(8) + [requests, count, distinct, seconds.toFixed(1), exit].map(right).join(''));
  }
  const [calm, storm] = runs;
  const ratio = storm.requests / calm.requests;
  console.log(
    `\nRequests of the storm: ${ratio.toFixed(2)} × those of the calm run (at most ${mostRequests}).`,
  );
  const broken = [
    ...runs.flatMap(({ name, count, distinct, exit }) => [
      exit !== 0 && `${name}: exit code ${exit}`,
      count !== rows && `${name}: ${count} rows instead of ${rows}`,
      distinct !== count && `${name}: ${count - distinct} rows twice`,
    ]),
    ratio > mostRequests && `${ratio.toFixed(2)} × the requests`,
  ].filter(Boolean);
  for (const sentence of broken) console.error(`broken: ${sentence}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** One `lake build` into a lake of its own; nobody answers questions: standard input is closed. */
async function build(name, faults) {
  const project = join(work, name);
  mkdirSync(join(project, 'datasets'), { recursive: true });
  const write = (path, text) => writeFileSync(join(project, path), text);
  write(
    'project.yml',
    'name: storm\nversion: 1\nprofile: lake\nportals:\n  city: {type: socrata, url: https://data.example.org, timezone: America/New_York}\n',
  );
  write(
    'profiles.yml',
    `lake:\n  target: dev\n  outputs:\n    dev: {type: duckdb, portal: ${JSON.stringify(join(work, 'portal'))}, lake: {type: local, path: lake}}\n`,
  );
  write(
    'datasets/crashes.yml',
    `dataset: crashes\nportal: city\nsource: {id: abcd-1234}\nkey: [collision_id]\nguards: {cap: false}\nfields:\n  collision_id: bigint\n  crash_date: timestamp\n  borough: varchar\n  latitude: double\ntests: [{row_count: {min: ${rows}, max: ${rows}}}]\n`,
  );
  const child = spawn(process.execPath, [lakeBin, 'build', '--faults', faults, '--seed', seed], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  if (exit !== 0) console.error(out);
  const { requests, seconds } = JSON.parse(readFileSync(join(project, 'target', 'run_results.json'), 'utf8'));
  return { exit, requests, seconds };
}

/** What plain DuckDB counts in silver. */
async function landed(name) {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await connection.run(readFileSync(join(work, name, 'lake', 'views.sql'), 'utf8'));
  const reader = await connection.runAndReadAll(
    'select count(*)::int, count(distinct collision_id)::int from silver.crashes',
  );
  const [count, distinct] = reader.getRows()[0];
  connection.closeSync();
  return { count, distinct };
}

function right(cell) {
  return (typeof cell === 'number' ? cell.toLocaleString('en') : cell).padStart(12);
}
