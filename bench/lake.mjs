// What a store costs: commits beside the least that it can be asked for (one new object), and the sample project built into a
// folder, a Google Cloud Storage server and an S3 server of this machine. Needs what `npm run test:stores` installs.
// usage: node bench/lake.mjs [commits=50]
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { s3Keys, startGcs, startS3 } from './lake/store-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const commits = Number(process.argv[2] ?? 50);
const work = mkdtempSync(join(tmpdir(), 'lake-stores-'));
const env = { ...process.env, ...s3Keys };
const [gcs, s3] = [await startGcs(), await startS3()];
const bucket = { bucket: 'city-lake', prefix: 'bench' };
const stores = [
  { name: 'disk', location: { type: 'local', path: join(work, 'lake') } },
  { name: 'gcs', location: { type: 'gcs', ...bucket, endpoint: gcs.origin, anonymous: true }, server: gcs },
  {
    name: 's3',
    location: { type: 's3', ...bucket, endpoint: s3.origin, force_path_style: true },
    server: s3,
  },
];
try {
  console.log(`Node.js ${process.version}, load ${loadavg()[0].toFixed(1)}\n`);
  await measureCommits();
  await measureBuilds();
} finally {
  gcs.stop();
  s3.stop();
  rmSync(work, { recursive: true, force: true });
}

async function measureCommits() {
  console.log(
    `${commits} commits of one small file each, milliseconds (median, slowest), requests of a commit`,
  );
  for (const { name, location, server } of stores) {
    const before = server?.requests() ?? 0;
    const { stdout } = await run([join(root, 'bench/lake/commits.mjs'), JSON.stringify(location), commits]);
    const { objects, commits: times } = JSON.parse(stdout);
    const asked = server ? `${((server.requests() - before - commits) / commits).toFixed(1)} requests` : '';
    const ratio = (median(times) / median(objects)).toFixed(1);
    console.log(
      `${name.padEnd(6)} one new object ${milliseconds(objects)}   commit ${milliseconds(times)}   ${ratio} ×   ${asked}`,
    );
  }
}

async function measureBuilds() {
  const project = join(work, 'project');
  const parts = JSON.parse(readFileSync(join(root, 'tests/support/sample-project.json'), 'utf8'));
  for (const part of parts) cpSync(join(root, part), join(project, part), { recursive: true });
  const outputs = stores.map(({ name, location, server }) => {
    const lake = server ? { ...location, prefix: 'sample' } : { type: 'local', path: 'lake' };
    const cache = server && { cache: { path: `target/cache-${name}` } };
    return [name, { type: 'duckdb', portal: 'sample', lake, ...cache }];
  });
  // JSON is YAML.
  const profiles = { lake: { target: 'disk', outputs: Object.fromEntries(outputs) } };
  writeFileSync(join(project, 'profiles.yml'), JSON.stringify(profiles));
  console.log('\nthe sample project: seconds, requests to the store, tables that the lake has then');
  const first = {};
  for (const what of ['first build', 'nothing changed'])
    for (const { name, server } of stores) {
      const before = server?.requests() ?? 0;
      const started = performance.now();
      await run([join(root, 'bin/lake.js'), 'build', '--quiet', '--target', name], project);
      const seconds = (performance.now() - started) / 1000;
      first[what] ??= seconds;
      const { nodes } = JSON.parse(readFileSync(join(project, 'target', 'run_results.json'), 'utf8'));
      // Every silver table has one of quarantined rows beside it.
      const tables = nodes
        .filter(({ id }) => !id.startsWith('exposure.'))
        .flatMap(({ id }) => (id.startsWith('silver.') ? [id, id] : [id])).length;
      const asked = server
        ? `${server.requests() - before} requests, ${((server.requests() - before) / tables).toFixed(1)} a table`
        : '';
      console.log(
        `${what.padEnd(16)} ${name.padEnd(6)} ${seconds.toFixed(1)} s   ${(seconds / first[what]).toFixed(1)} × disk   ${asked}`,
      );
    }
}

async function run(args, cwd = work) {
  return promisify(execFile)(process.execPath, args.map(String), { cwd, env, maxBuffer: 1 << 26 });
}

function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

function milliseconds(times) {
  return `${median(times).toFixed(1)} (${Math.max(...times).toFixed(0)})`;
}
