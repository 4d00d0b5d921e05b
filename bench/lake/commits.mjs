// One process that publishes versions of a table, and before them the least that a store can be asked for: one new object each.
// usage: node commits.mjs LOCATION COUNT   (LOCATION is JSON, as `lake:` in profiles.yml; says JSON: milliseconds of each)
import { randomUUID } from 'node:crypto';
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../dist/engine/index.js';
import { openLake } from '../../dist/lakehouse/open-lake.js';

const [location, count] = [JSON.parse(process.argv[2]), Number(process.argv[3])];
const lake = await openLake(location, '/');
const folder = await lake.stage('gold.commits', 'bench');
const source = join(folder, 'source.parquet');
const engine = createEngine({ threads: 1, tempDir: join(folder, 'engine') });
await engine.sql({
  label: 'rows',
  relations: [],
  macros: [],
  statements: [
    { sql: `copy (select range as id from range(1000)) to '${source}' (format parquet)`, collect: 'none' },
  ],
});
await engine.close();
const body = Buffer.alloc(1_500, 'x');
const objects = await timed(() => lake.store.putIfAbsent(`_bench/${randomUUID()}`, body));
const commits = await timed(async (n) => {
  const path = join(folder, `${n}.parquet`);
  copyFileSync(source, path);
  await lake.commit({
    table: 'gold.commits',
    base: n - 1,
    mode: 'replace',
    columns: [{ name: 'id', type: 'BIGINT' }],
    partitionBy: [],
    files: [{ path, rows: 1000, bytes: statSync(path).size, columnStats: {} }],
    state: { run: 'bench', inputs: {}, tests: [], audited: true },
  });
});
await lake.unstage('bench');
console.log(JSON.stringify({ objects, commits }));

async function timed(work) {
  const times = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    await work(n);
    times.push(performance.now() - started);
  }
  return times;
}
