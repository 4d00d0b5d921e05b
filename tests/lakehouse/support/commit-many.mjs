/**
 * Publishes COUNT versions of one table among others that do the same: `node commit-many.mjs LOCATION RUN COUNT PARQUET STATS`.
 * LOCATION is JSON, as in profiles.yml. Every second version adds a file, the others only move the state. Who is told that
 * another was first starts from the newest version. Says `version <n>` after each.
 */
import { copyFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openLake } from '../../../dist/lakehouse/open-lake.js';

const [location, run, count, parquet, statsJson] = process.argv.slice(2);
const stats = JSON.parse(statsJson);
const table = 'gold.x';
const lake = await openLake(JSON.parse(location), '/');

async function commitOnce(mode) {
  const head = await lake.head(table);
  const folder = await lake.stage(table, run);
  const path = join(folder, 'part-0.parquet');
  copyFileSync(parquet, path);
  const file = { path, rows: stats.rows, bytes: statSync(path).size, columnStats: stats.columnStats };
  const published = await lake.commit({
    table,
    base: head?.version ?? -1,
    mode,
    columns: stats.columns,
    partitionBy: [],
    files: mode === 'state' ? [] : [file],
    state: { run, inputs: {}, tests: [], audited: true },
  });
  return published.version;
}

for (let i = 0; i < Number(count); i++) {
  for (;;) {
    try {
      writeSync(1, `version ${await commitOnce(i % 2 === 0 ? 'append' : 'state')}\n`);
      break;
    } catch (error) {
      if (error.code !== 'LK6030') throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    }
  }
}
await lake.unstage(run);
