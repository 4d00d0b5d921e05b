// From a portal's pages to tested silver, beside the floor of the same machine in the same run.
//
// usage: node bench/ingest.mjs [rows=500000] [csv-pages|json-pages|csv-file]
//
// The floor is what no tool can avoid: the same bytes by parallel curl, one DuckDB COPY of them to text Parquet (of JSON,
// with all names told), one to typed and de-duplicated Parquet. How CPU and memory are measured: measure.mjs.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forms } from './ingest-forms.mjs';
import { sourceColumns, writePortal } from './ingest-portal.mjs';
import { measure } from './measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rows = Number(process.argv[2] ?? 500_000);
const formName = process.argv[3] ?? 'csv-pages';
const form = forms[formName];
if (!form) throw new Error(`no form ${formName}; there are ${Object.keys(forms).join(', ')}`);
const work = mkdtempSync(join(tmpdir(), 'lake-bench-'));
const lakeBin = join(root, 'bin', 'lake.js');
const duckdb = join(root, 'bench', 'duckdb.mjs');

const portalDir = join(work, 'portal');
await writePortal(portalDir, rows, form.type);
const portal = spawn(process.execPath, [lakeBin, 'portal', portalDir, '--output', 'json'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
const origin = await localOrigin(portal);
try {
  const addresses = form.urls(origin, rows);
  const spool = join(work, 'pages');
  mkdirSync(spool);
  await get(addresses[0]); // the portal reads its files when it is first asked

  const urls = addresses.map(
    (url, n) => `url = "${url}"\noutput = "${spool}/p${String(n).padStart(4, '0')}"`,
  );
  writeFileSync(join(work, 'curl.cfg'), `${urls.join('\n')}\n`);
  const curl = await measure(
    'parallel curl',
    `curl -s --globoff --compressed -Z --parallel-max 4 -K ${work}/curl.cfg`,
  );
  const list = `['${readdirSync(spool)
    .map((f) => join(spool, f))
    .join("', '")}']`;
  const text = await measure(
    'COPY to text Parquet',
    sql(
      `copy (select * from ${form.read(list)}) to '${work}/text.parquet' (format parquet, compression zstd)`,
    ),
  );
  const typed = await measure(
    'COPY to typed Parquet',
    sql(typedCopy(`${work}/text.parquet`, `${work}/typed.parquet`)),
  );
  const bytes = folderBytes(spool);

  const project = join(work, 'project');
  writeProject(project, origin);
  const lake = await measure('lake build', `cd ${project} && ${process.execPath} ${lakeBin} build --quiet`);
  const results = JSON.parse(readFileSync(join(project, 'target', 'run_results.json'), 'utf8'));
  const fetched = results.nodes.find((n) => n.id === 'bronze.bench').bytes;
  const again = await measure(
    'lake build, unchanged',
    `cd ${project} && ${process.execPath} ${lakeBin} build --quiet`,
  );

  const floor = {
    wall: curl.wall + text.wall + typed.wall,
    cpu: curl.cpu + text.cpu + typed.cpu,
    memory: Math.max(curl.memory, text.memory, typed.memory),
  };
  console.log(
    `\n${rows.toLocaleString('en')} rows, ${sourceColumns.length} columns, ${formName}, Node.js ${process.version}\n`,
  );
  line('', ['wall s', 'CPU s', 'peak MB', 'MB read']);
  for (const m of [curl, text, typed]) line(m.name, [m.wall.toFixed(1), m.cpu.toFixed(1), mb(m.memory), '']);
  line('floor (sum; peak: max)', [floor.wall.toFixed(1), floor.cpu.toFixed(1), mb(floor.memory), mb(bytes)]);
  line(lake.name, [lake.wall.toFixed(1), lake.cpu.toFixed(1), mb(lake.memory), mb(fetched)]);
  line('  × the floor', [
    ratio(lake.wall, floor.wall),
    ratio(lake.cpu, floor.cpu),
    ratio(lake.memory, floor.memory),
    ratio(fetched, bytes),
  ]);
  line(again.name, [again.wall.toFixed(1), again.cpu.toFixed(1), mb(again.memory), '']);
} finally {
  portal.kill('SIGTERM');
  rmSync(work, { recursive: true, force: true });
}

function sql(statement) {
  return `${process.execPath} ${duckdb} ${JSON.stringify(statement)}`;
}

function typedCopy(from, to) {
  const columns = sourceColumns
    .map(({ name, type }) => `try_cast("${name}" as ${type}) as "${name}"`)
    .join(', ');
  return `copy (select ${columns} from read_parquet('${from}') qualify row_number() over (partition by collision_id order by ":updated_at" desc) = 1) to '${to}' (format parquet, compression zstd)`;
}

function writeProject(dir, url) {
  mkdirSync(join(dir, 'datasets'), { recursive: true });
  const types = { INTEGER: 'integer', DOUBLE: 'double', TIMESTAMP: 'timestamp', BIGINT: 'bigint' };
  const fields = sourceColumns.map(({ name, type }) => `  ${name}: ${types[type] ?? 'varchar'}`).join('\n');
  writeFileSync(
    join(dir, 'project.yml'),
    `name: bench\nversion: 1\nprofile: lake\nportals:\n  city: ${form.portal(url)}\n`,
  );
  writeFileSync(
    join(dir, 'profiles.yml'),
    'lake:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
  );
  writeFileSync(
    join(dir, 'datasets', 'bench.yml'),
    `dataset: bench\nportal: city\nsource: ${form.source(url, rows)}\nkey: [collision_id]\nguards: {cap: false}\nfields:\n${fields}\ntests: [{row_count: {min: ${rows}, max: ${rows}}}]\n`,
  );
}

async function localOrigin(child) {
  let err = '';
  for await (const chunk of child.stderr) {
    err += chunk;
    const match = /→\s+(http:\S+)[\s\S]*Serving/.exec(err);
    if (match) {
      child.stderr.resume();
      return match[1];
    }
  }
  throw new Error(`the portal did not start: ${err}`);
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await response.arrayBuffer();
}

function folderBytes(dir) {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

function mb(value) {
  return (value / 1e6).toFixed(0);
}

function ratio(value, floor) {
  return `${(value / floor).toFixed(2)} ×`;
}

function line(name, cells) {
  console.log(name.padEnd(26) + cells.map((cell) => String(cell).padStart(10)).join(''));
}
