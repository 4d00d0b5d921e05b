/** A build against a local portal that misbehaves by chance, as a real process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject | undefined;
afterEach(() => project?.remove());

const rows = async (root: string) =>
  (
    await runLake(root, [
      'query',
      'select tree_id, height from silver.trees order by tree_id',
      '--output',
      'json',
    ])
  ).stdout;

test('lake build --faults meets the same faults again, and publishes what a calm build does', async () => {
  project = smallCity();
  const { root } = project;
  await runLake(root, ['build']);
  const calm = await rows(root);
  const faults = ['--faults', 'status503=0.2:0,cut=0.15,reset=0.1', '--seed', '7'];
  const runs = [];
  for (let i = 0; i < 2; i++) {
    rmSync(join(root, 'lake'), { recursive: true });
    runs.push(await runLake(root, ['build', ...faults]));
    expect(await rows(root)).toBe(calm);
  }
  const [first, second] = runs.map(({ stdout }) => /^Rehearsed: .*$/m.exec(stdout)?.[0]);
  expect(first).toMatch(/^Rehearsed: \d+ \w+.* in \d+ requests$/);
  expect(second).toBe(first);
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
