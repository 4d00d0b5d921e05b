/** A build against a local portal that misbehaves by chance, as a real process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject | undefined;
afterEach(() => project?.remove());

test('a run with --faults meets the same faults again, and lands every row', async () => {
  project = smallCity();
  const { root } = project;
  const faults = ['--faults', 'status503=0.2:0,cut=0.15,reset=0.1', '--seed', '7'];
  const runs = [await runLake(root, ['fetch', ...faults])];
  rmSync(join(root, 'lake'), { recursive: true });
  runs.push(await runLake(root, ['fetch', ...faults]));
  for (const { exitCode, stdout } of runs) {
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✓ bronze\.trees +5 rows/);
    expect(stdout).toMatch(/✓ bronze\.parks +2 rows/);
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
