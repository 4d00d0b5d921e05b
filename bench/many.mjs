// A project of many small datasets at three portals of a separate process: built once, then measured when nothing changed.
// Fails above the bounds: two requests a dataset, five seconds, no engine.
// usage: node bench/many.mjs [datasets=1000] [--keep=<folder>]   (with --keep the folder is made once and used again)
import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BOUNDS = { requestsEach: 2, seconds: 5 };
const RUNS = 5;
/** A kept project asks the same addresses again: under other ones everything would be new. */
const KEPT_PORT = '47311';
const ORIGINS = {
  soda: 'https://data.many.example',
  ckan: 'https://ckan.many.example',
  files: 'https://files.many.example',
};
const self = fileURLToPath(import.meta.url);
const bin = fileURLToPath(new URL('../bin/lake.js', import.meta.url));

if (process.send) await servePortal(process.argv[2]);
else await main();

async function main() {
  const count = Number(process.argv.slice(2).find((arg) => /^\d+$/.test(arg)) ?? 1000);
  const kept = process.argv.find((arg) => arg.startsWith('--keep='))?.slice('--keep='.length);
  const root = kept ?? mkdtempSync(join(tmpdir(), 'lake-many-'));
  const fresh = !existsSync(join(root, 'project.yml'));
  if (fresh) writeProject(root, count);
  const portal = fork(self, [join(root, 'portal'), ...(kept === undefined ? [] : [KEPT_PORT])], {
    execArgv: [],
  });
  try {
    const origins = await new Promise((resolve, reject) => {
      portal.once('message', resolve);
      portal.once('exit', () => reject(new Error('the portal ended')));
    });
    writeFileSync(join(root, 'project.yml'), projectYaml(origins));
    console.log(`Node.js ${process.version}, ${count} datasets, ${count} silver tables`);
    const first = lake(root);
    console.log(`first build        ${line(first)}`);
    if (first.exitCode !== 0) throw new Error(first.text);
    const runs = Array.from({ length: RUNS }, () => lake(root));
    for (const run of runs) console.log(`nothing changed    ${line(run)}`);
    const broken = judge(runs, count);
    for (const what of broken) console.error(`above its bound: ${what}`);
    process.exitCode = broken.length > 0 ? 1 : 0;
  } finally {
    portal.kill();
    if (kept === undefined) rmSync(root, { recursive: true, force: true });
  }
}

function judge(runs, count) {
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  const requests = Math.max(...runs.map((run) => run.requests));
  console.log(
    `median ${seconds.toFixed(2)} s (bound ${BOUNDS.seconds} s), ${(requests / count).toFixed(2)} requests a dataset (bound ${BOUNDS.requestsEach})`,
  );
  return [
    requests > BOUNDS.requestsEach * count && `${requests} requests for ${count} datasets`,
    seconds > BOUNDS.seconds && `${seconds.toFixed(2)} s`,
    runs.some((run) => run.engineStarted) && 'an engine was started',
    runs.some((run) => run.exitCode !== 0) && 'a run failed',
  ].filter(Boolean);
}

/** One real process; its CPU time is told by the system. */
function lake(root) {
  const before = process.resourceUsage();
  const cpu = ({ userCPUTime, systemCPUTime }) => (userCPUTime + systemCPUTime) / 1e6;
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    [
      '-c',
      `"${process.execPath}" ${process.env.NODE_ARGS ?? ''} "${bin}" build -q; code=$?; times; exit $code`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const result = JSON.parse(readFileSync(join(root, 'target', 'run_results.json'), 'utf8'));
  return {
    seconds,
    cpu: childCpu(stdout) ?? cpu(process.resourceUsage()) - cpu(before),
    requests: result.requests,
    engineStarted: result.engineStarted,
    exitCode: status,
    text: `${stdout.slice(-2000)}${stderr.slice(-2000)}`,
  };
}

/** The second line of `times`: user and system time of the shell's children, `0m1.234s 0m0.345s`. */
function childCpu(stdout) {
  const [, minutes, seconds, systemMinutes, systemSeconds] =
    /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(stdout) ?? [];
  if (minutes === undefined) return undefined;
  return Number(minutes) * 60 + Number(seconds) + Number(systemMinutes) * 60 + Number(systemSeconds);
}

function line({ seconds, cpu, requests, engineStarted }) {
  return `${seconds.toFixed(2).padStart(8)} s  ${cpu.toFixed(2).padStart(8)} s CPU  ${String(requests).padStart(6)} requests  engine ${engineStarted ? 'started' : 'not started'}`;
}

function projectYaml(origins) {
  const url = (name) => origins[ORIGINS[name]];
  return `name: many
version: 1
profile: many
portals:
  soda: {type: socrata, url: '${url('soda')}', timezone: UTC}
  ckan: {type: ckan, url: '${url('ckan')}', timezone: UTC}
  files: {type: http, url: '${url('files')}', timezone: UTC}
`;
}

function writeProject(root, count) {
  const write = (path, text) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write(
    'profiles.yml',
    'many:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
  );
  const origins = { soda: [], ckan: [], files: [] };
  for (let i = 0; i < count; i += 1) {
    const portal = ['soda', 'ckan', 'files'][i % 3];
    const name = `${portal}_${i}`;
    const id = `many-${i.toString(36).padStart(4, '0')}`;
    const source = { soda: `id: ${id}`, ckan: `package: ${name}`, files: `url: /${name}.csv` }[portal];
    write(
      `datasets/${portal}/${name}.yml`,
      `dataset: ${name}
portal: ${portal}
source: {${source}}
key: [id]
fields:
  id: integer
  name: {required: true}
  amount: {type: double, range: [0, null]}
  day: date
`,
    );
    const rows = Array.from({ length: 20 }, (_, n) => `${n},name ${n},${n * i}.5,2026-10-${10 + n}`);
    write(`portal/${name}.csv`, `id,name,amount,day\n${rows.join('\n')}\n`);
    const types = (number, text) => `{id: ${number}, name: text, amount: ${number}, day: ${text}}`;
    if (portal === 'soda') {
      origins.soda.push(
        `      ${id}: {row_identifier: id, table: {files: [${name}.csv], updated_at: 2026-10-01T10:00:00Z, columns: ${types('number', 'text')}}}`,
      );
    } else if (portal === 'ckan') {
      origins.ckan.push(
        `      ${name}: {resources: [{name: ${name}, format: CSV, updated_at: 2026-10-01T10:00:00Z, table: {files: [${name}.csv], columns: ${types('float8', 'text')}}}]}`,
      );
    } else origins.files.push(`      /${name}.csv: ${name}.csv`);
  }
  write(
    'portal/portal.yml',
    `origins:
  ${ORIGINS.soda}:
    type: socrata
    datasets:
${origins.soda.join('\n')}
  ${ORIGINS.ckan}:
    type: ckan
    packages:
${origins.ckan.join('\n')}
  ${ORIGINS.files}:
    type: http
    files:
${origins.files.join('\n')}
`,
  );
  write('project.yml', projectYaml(ORIGINS));
}

async function servePortal(folder) {
  const { startPortal } = await import('../dist/portal/index.js');
  const portal = await startPortal({
    folder,
    port: process.argv[3] === undefined ? undefined : Number(process.argv[3]),
  });
  process.send(portal.origins);
  process.once('disconnect', () => process.exit());
}
