/** DuckDB runs out of memory, or its process dies: a real build, with an engine of its own, and what it leaves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';
import { type LakeRun, type StartedLake, startLake } from '../support/run-lake.js';

const MODELS = {
  a_numbers: 'select range as n from range(2000)\n',
  b_greedy: `select n, 'of before' as words from {{ref 'a_numbers'}}\n`,
  c_below: `select count(*) as n from {{ref 'b_greedy'}}\n`,
  d_squares: `select n * n as square from {{ref 'a_numbers'}}\n`,
  e_sums: `select sum(square) as sum from {{ref 'd_squares'}}\n`,
};
const PROFILE = `city: {target: dev, outputs: {dev: {type: duckdb, threads: 2, memory_limit: 100MB, lake: {type: local, path: lake}}}}\n`;

let project: ModelProject;
let running: StartedLake | undefined;
beforeEach(async () => {
  project = modelProject(MODELS, { 'profiles.yml': PROFILE });
  await project.run();
});
afterEach(async () => {
  // One that is still there works for ever.
  running?.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  project.remove();
});

interface Result {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly error?: { readonly code: string; readonly hint?: string };
}

const results = (): readonly Result[] =>
  JSON.parse(readFileSync(join(project.root, 'target/run_results.json'), 'utf8')).nodes;

/** Everything changes; the greedy model now takes this SQL. */
function change(greedy: string): void {
  project.write({
    'models/gold/a_numbers.sql': 'select range as n from range(3000)\n',
    'models/gold/b_greedy.sql': greedy,
  });
}

/** The greedy one failed so, its child was skipped, all others are published, and it stands as it was. */
async function expectOnlyGreedyFailed(ended: LakeRun, code: string): Promise<void> {
  expect(ended.exitCode).toBe(1);
  const nodes = results();
  expect(Object.fromEntries(nodes.map(({ id, status }) => [id, status]))).toEqual({
    'gold.a_numbers': 'success',
    'gold.b_greedy': 'error',
    'gold.c_below': 'skipped',
    'gold.d_squares': 'success',
    'gold.e_sums': 'success',
  });
  const { error } = nodes.find(({ id }) => id === 'gold.b_greedy')!;
  expect(error?.code).toBe(code);
  expect(error?.hint).toContain('memory_limit');
  expect(ended.stdout).toContain('gold.b_greedy failed');
  expect(await project.rows('d_squares', 'count(*)::int')).toEqual([[3000]]);
  expect(await project.rows('b_greedy', 'count(*)::int, min(words)')).toEqual([[2000, 'of before']]);
  expect(await project.rows('c_below', 'n::int')).toEqual([[2000]]);
  expect(existsSync(join(project.root, 'lake/_staging'))).toBe(false);
  const spill = join(project.root, 'target/spill');
  expect(existsSync(spill) ? readdirSync(spill) : []).toEqual([]);
  project.write({ 'models/gold/b_greedy.sql': MODELS.b_greedy });
  await project.run();
  expect(await project.rows('c_below', 'n::int')).toEqual([[3000]]);
}

test('F30: a model that needs more than memory_limit fails alone and says which setting helps; its child is skipped, others are published', async () => {
  change(
    `select 1 as n, len(list(n::varchar || repeat('x', 500)))::varchar as words from {{ref 'a_numbers'}}, range(1000)\n`,
  );
  await expectOnlyGreedyFailed(await startLake(project.root, ['build']).ended, 'LK5003');
}, 120_000);

/** Engine processes of a run. */
function enginesOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        const stat = readFileSync(`/proc/${one}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(stat[1]) === pid && stat[0] !== 'Z';
      } catch {
        return false;
      }
    });
}

test.skipIf(!existsSync('/proc/self/stat'))(
  'F30: a model whose engine process is killed under it fails alone; what ran beside it is done again',
  async () => {
    change(
      `select sum(a.range * b.range)::varchar as words, 1 as n from range(200000) a, range(2000000) b\n`,
    );
    const run = startLake(project.root, ['build']);
    running = run;
    let ended = false;
    void run.ended.then(() => {
      ended = true;
    });
    const done = (): readonly string[] => {
      const path = join(project.root, 'target/run_results.ndjson');
      const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
      return lines.map((line) => (JSON.parse(line) as Result).id);
    };
    const isOver = () => ended || done().includes('gold.b_greedy');
    while (!done().includes('gold.a_numbers') && !ended) await sleep(5);
    // Beside others, if they are still there, and then until it has failed alone: it is the first to be done again.
    while (!isOver()) {
      const engines = enginesOf(run.pid);
      for (const pid of engines) process.kill(pid, 'SIGKILL');
      for (let waits = 0; engines.length > 0 && waits < 40 && !isOver(); waits++) await sleep(50);
    }
    const over = await run.ended;
    running = undefined;
    await expectOnlyGreedyFailed(over, 'LK5002');
  },
  120_000,
);
