/**
 * Publishes one version after another and is killed: `node commit-and-die.mjs ROOT RUN PARQUET STATS KILL_AT`.
 * KILL_AT n: SIGKILL just before the n-th thing that it asks of the store. 0: goes on until somebody else kills it.
 * -1: one round, then says how much it asked. Says `committed <version>` after each commit.
 */
import { copyFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lakeOn } from '../../../dist/lakehouse/open-lake.js';
import { LocalStore } from '../../../dist/lakehouse/stores/local.js';

const [root, run, parquet, statsJson, killAtText] = process.argv.slice(2);
const stats = JSON.parse(statsJson);
const killAt = Number(killAtText);
const table = 'silver.x';
let asked = 0;

const store = new Proxy(new LocalStore(root), {
  get(target, name) {
    const member = target[name];
    if (typeof member !== 'function') return member;
    if (name === 'localPath') return member.bind(target);
    return (...args) => {
      asked += 1;
      if (asked === killAt) process.kill(process.pid, 'SIGKILL');
      return member.apply(target, args);
    };
  },
});
const lake = lakeOn(store, root);
const say = (text) => writeSync(1, `${text}\n`);

async function commit(mode, count) {
  const folder = await lake.stage(table, run);
  const files = Array.from({ length: count }, (_, i) => {
    const path = join(folder, `part-${i}.parquet`);
    copyFileSync(parquet, path);
    return { path, rows: stats.rows, bytes: statSync(path).size, columnStats: stats.columnStats };
  });
  const base = (await lake.head(table))?.version ?? -1;
  const state = { run, inputs: {}, tests: [], audited: true };
  const head = await lake.commit({
    table,
    base,
    mode,
    columns: stats.columns,
    partitionBy: [],
    files,
    state,
  });
  say(`committed ${head.version}`);
  return head.version;
}

say('ready');
do {
  await commit('overwrite', 2);
  const version = await commit('state', 0);
  await lake.recordAttempt({
    run,
    table,
    at: new Date().toISOString(),
    status: 'committed',
    reason: '',
    requests: 0,
    bytes: 0,
  });
  await lake.publishSet(run, { [table]: version }, {});
  await lake.unstage(run);
} while (killAt === 0);
say(`asked ${asked}`);
