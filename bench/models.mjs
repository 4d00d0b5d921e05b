// N models in ten layers with two tests each: CPU seconds of all processes and peak memory beside the floor, which is one
// process that runs the same statements as Parquet COPYs and the same tests as SELECTs.
// The floor waits for no disk: lake's fsyncs are counted and, unless --sync is given, left out.
// usage: node bench/models.mjs [models…=1000 5000 10000] [--sync] [--keep=<folder>]   (10,000 and more: only listed and compiled)
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';
import { writeProject } from './models/project.mjs';

const COMPILE_ONLY = 10_000;
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const counts = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg));
const noSync = process.argv.includes('--sync') ? '' : '1';
const kept = process.argv.find((arg) => arg.startsWith('--keep='))?.slice('--keep='.length);

console.log(`Node.js ${process.version}`);
for (const count of (counts.length > 0 ? counts : [1000, 5000, 10_000]).map(Number)) {
  const root = kept ?? mkdtempSync(join(tmpdir(), 'lake-models-'));
  try {
    await measureProject(root, count);
  } finally {
    if (kept === undefined) rmSync(root, { recursive: true, force: true });
  }
}

async function measureProject(root, count) {
  if (!existsSync(join(root, 'project.yml'))) writeProject(root, count);
  console.log(`\n${count} models`);
  await lake(root, 'ls');
  await lake(root, 'compile');
  await lake(root, 'compile', { name: 'compile again' });
  if (count >= COMPILE_ONLY) return;
  const floor = (what) =>
    `"${process.execPath}" "${file('models/floor.mjs')}" ${what} ${count} "${root}/floor"`;
  const run = tell(await measure('floor run', floor('run')));
  const test = tell(await measure('floor test', floor('test')));
  await lake(root, 'run', { floor: run.cpu });
  await lake(root, 'test', { floor: test.cpu });
  await lake(root, 'build', { name: 'build, unchanged' });
  const { engineStarted, exitCode } = JSON.parse(readFileSync(join(root, 'target/run_results.json'), 'utf8'));
  if (engineStarted || exitCode !== 0) throw new Error('an unchanged build started the engine, or failed');
}

async function lake(root, command, { name = command, floor } = {}) {
  const log = join(root, 'syncs.txt');
  rmSync(log, { force: true });
  const preload = `--import=${file('models/count-syncs.mjs')}`;
  const env = `LAKE_BENCH_SYNCS="${log}" LAKE_BENCH_NO_SYNC=${noSync} NODE_OPTIONS="${preload}"`;
  const quiet = ['run', 'test', 'build'].includes(command) ? '-q' : '';
  const measured = await measure(
    `lake ${name}`,
    `cd "${root}" && ${env} "${process.execPath}" "${file('../bin/lake.js')}" ${command} ${quiet}`,
  );
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const [syncs, waited] = [0, 1].map((i) => lines.reduce((sum, line) => sum + Number(line.split(' ')[i]), 0));
  const seconds = noSync ? 'left out' : `${(waited / 1000).toFixed(1)} s waited for them together`;
  return tell(measured, floor, syncs > 0 ? `${syncs} fsyncs, ${seconds}` : '');
}

function tell(measured, floor, more = '') {
  const { name, cpu, wall, memory } = measured;
  const ratio = floor === undefined ? '' : `${(cpu / floor).toFixed(2)} × floor`;
  const figures = `${cpu.toFixed(2).padStart(8)} s CPU  ${wall.toFixed(2).padStart(8)} s  ${Math.round(
    memory / 1e6,
  )
    .toString()
    .padStart(5)} MB  ${ratio.padEnd(13)}`;
  console.log(`${name.padEnd(22)}${figures} ${more}  load ${loadavg()[0].toFixed(1)}`);
  return measured;
}
