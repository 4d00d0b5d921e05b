/** A build against a local portal that misbehaves by chance, as a real process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject | undefined;
afterEach(() => project?.remove());

/** Every fault that must not change what is published; small pages, so that there are some to strike. */
const HARMLESS = 'status503=0.1:0,reset=0.08,cut=0.08,length=0.08,slow=0.2:50,cap=1:3,etag=1';

/** The rows of all silver tables, with all their columns but where in bronze they came from. */
async function rows(root: string): Promise<readonly unknown[]> {
  const selects = ['trees', 'trees__quarantine', 'parks'].map(
    (table) =>
      `select '${table}' as name, to_json(t)::varchar as "row" from (select columns(c -> c not in ('_load_id', '_row')) from silver.${table}) t`,
  );
  const sql = `${selects.join(' union all ')} order by all`;
  return JSON.parse((await runLake(root, ['query', sql, '--output', 'json'])).stdout);
}

test('a build with --faults meets the same faults again, and publishes what a calm build does, row for row', async () => {
  project = smallCity();
  const { root } = project;
  const fresh = async (...args: readonly string[]) => {
    rmSync(join(root, 'lake'), { recursive: true, force: true });
    const { exitCode, stdout } = await runLake(root, args);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/✓ bronze\.trees +5 rows/)]);
    return /^Rehearsed: .*$/m.exec(stdout)?.[0];
  };
  await fresh('build');
  const calm = await rows(root);
  expect(calm).toHaveLength(4 + 1 + 2);
  const faults = ['--faults', HARMLESS, '--seed', '4'];
  const first = await fresh('build', ...faults);
  expect(await rows(root)).toEqual(calm);
  expect(first).toMatch(/^Rehearsed: \d+ \w+.* in \d+ requests$/);
  for (const [name] of HARMLESS.matchAll(/[a-z]+\d*(?==)/g)) expect(first).toContain(` ${name}`);
  expect(await fresh('fetch', ...faults)).toBe(first);
});

test('the real portals cannot be made to misbehave', async () => {
  project = smallCity({
    'profiles.yml':
      'city:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
  });
  const { exitCode, stderr } = await runLake(project.root, ['build', '--faults', 'cut=1']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('LK7107 The target "dev" reads the real portals: no faults can be injected');
});

test('a wrong fault is a mistake of usage that names the nearest', async () => {
  project = smallCity();
  const { exitCode, stderr } = await runLake(project.root, ['build', '--faults', 'reste=1']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^LK7106 no fault "reste"; there are status429, .*\n {2}hint: Did you mean "reset"\?/m,
  );
});
