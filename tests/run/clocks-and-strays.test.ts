/** A clock that jumps, and errors that belong to no node: a real process meets them in the middle of its run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type LakeRun, runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';
import { type City, city } from './support/city.js';

let project: TempProject | City;
afterEach(() => project.remove());

/** Runs `lake` with a script before it, in the command's own process and in none of its children. */
function disturbed(script: string, args: readonly string[]): Promise<LakeRun> {
  const guarded = `if (process.argv[1]?.endsWith('lake.js')) { ${script} }`;
  return runLake(project.root, args, {
    NODE_OPTIONS: `--import data:text/javascript;base64,${Buffer.from(guarded).toString('base64')}`,
  });
}

const results = () => JSON.parse(readFileSync(join(project.root, 'target/run_results.json'), 'utf8'));

describe('clocks', () => {
  /** From 150 ms on, the calendar says one day less, and goes on backwards. */
  const backwards = `
    const { now } = Date; const began = now();
    const jumped = () => { const real = now(); return real - began < 150 ? real : real - 86_400_000 - 3 * (real - began); };
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { if (given.length === 0) super(jumped()); else super(...given); }
      static now() { return jumped(); }
    };`;

  test('F32: durations do not run backwards with the clock, stamps are UTC, and the next day is the next version', async () => {
    project = smallCity();
    const first = await disturbed(backwards, ['build']);
    expect(first.exitCode).toBe(0);
    const before = results();
    expect(before.seconds).toBeGreaterThan(0.1);
    for (const { seconds } of before.nodes) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(before.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // The rows of a run whose clock is behind the one before are still the newest.
    project.write({
      'portal/parks.csv': 'PARK,HECTARES\nHigh Park,162\nRiverdale,18.5\nTrinity,15\n',
      'portal/portal.yml': readFileSync(join(project.root, 'portal/portal.yml'), 'utf8').replaceAll(
        '2026-10-01T10:00:00Z',
        '2026-10-02T10:00:00Z',
      ),
    });
    expect((await disturbed(backwards, ['build'])).exitCode).toBe(0);
    const shown = await runLake(project.root, [
      'query',
      'select park, hectares from silver.parks order by park',
      '--output',
      'csv',
    ]);
    expect(shown.stdout.trim().split('\n').slice(1)).toEqual([
      'High Park,162',
      'Riverdale,18.5',
      'Trinity,15',
    ]);
  });
});

describe('errors outside of any node', () => {
  test.each([
    ['a rejection that nobody handles', `Promise.reject(new Error('a stray promise'))`],
    ['an exception in a timer', `throw new Error('a stray promise')`],
  ])(
    'F33: the run ends as it would after %s, says what happened, writes its results and exits with 1',
    async (_, stray) => {
      project = smallCity();
      const run = await disturbed(
        `const { existsSync } = await import('node:fs');
      const wait = setInterval(() => {
        if (!existsSync('target/run_results.ndjson')) return;
        clearInterval(wait);
        ${stray}
      }, 5).unref();`,
        ['build'],
      );
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain('LK9000 a stray promise');
      expect(run.stdout).toMatch(/Failed: 5 built · 2 tests · 1 unexpected error · /);
      expect(results()).toMatchObject({
        exitCode: 1,
        problems: [{ code: 'LK9000', message: 'a stray promise' }],
      });
      expect(results().nodes).toHaveLength(5);
    },
  );

  test('F33: a listener that throws at every event stops nothing, and is told once', async () => {
    const small = city(
      {
        'datasets/parks.yml':
          'dataset: parks\nportal: ckan\nsource: {package: parks}\nkey: [park]\nfields: {park: varchar}\n',
      },
      { ckan: { parks: { columns: { PARK: 'text' }, rows: [{ PARK: 'High Park' }] } } },
    );
    project = small;
    const { loadAndCompile } = await import('../../src/api/load-and-compile.js');
    const { build } = await import('../../src/run/build.js');
    const opened = await loadAndCompile(small.root);
    const result = await build({
      ...opened,
      target: opened.project.target,
      command: 'build',
      selected: opened.graph.nodes.map(({ id }) => id),
      flags: { fullRefresh: false, audit: true, testOnly: false, accept: [] },
      emit: () => {
        throw new Error('the listener broke');
      },
      signal: new AbortController().signal,
    });
    expect(result).toMatchObject({
      exitCode: 1,
      problems: [{ code: 'LK9000', message: 'the listener broke' }],
    });
    expect(result.nodes.map(({ status }) => status)).toEqual(['success', 'success']);
  });
});
