/** Nodes that are named without `--select`, and what the command line says next. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(() => {
  city = smallCity({
    'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}guards: {max_row_drop: 100%}\n`,
  });
});
afterAll(() => city.remove());

const lake = (...args: string[]) => runLake(city.root, args);
const nodesOf = (json: string): readonly string[] =>
  JSON.parse(json).map(({ node }: { node: string }) => node);
const planned = async (...args: string[]) =>
  nodesOf((await lake(...args, '--dry-run', '--output', 'json')).stdout);

it('a table that reads what was never built names the command that builds both', async () => {
  const { stdout, exitCode } = await lake('build', 'trees_by_park');
  expect(stdout).toContain('Next: lake build --select +gold.trees_by_park+');
  expect(exitCode).toBe(1);
});

it('nodes may be named as arguments, which add up with --select', async () => {
  expect(await planned('fetch', 'trees')).toEqual(['bronze.trees']);
  expect(await planned('fetch', 'trees', '--select', 'parks')).toEqual(['bronze.parks', 'bronze.trees']);
  expect(await planned('build', 'bronze.trees', 'bronze.parks')).toEqual(['bronze.parks', 'bronze.trees']);
});

it('an argument that is empty selects nothing, rather than everything', async () => {
  const { stderr, exitCode } = await lake('run', '');
  expect(stderr).toContain('LK2062 the selection is empty');
  expect(exitCode).toBe(2);
});

it('`lake fetch parks --limit 1` samples one dataset, and `lake test parks` tests one', async () => {
  const sampled = await lake('fetch', 'parks', '--limit', '1', '--output', 'json');
  expect(sampled.exitCode, sampled.stderr).toBe(0);
  expect(nodesOf(sampled.stdout)).toEqual(['bronze.parks']);
  await lake('build', '-q');
  const tested = await lake('test', 'trees_by_park', '--output', 'json');
  expect(nodesOf(tested.stdout)).toEqual(['gold.trees_by_park']);
});

it('bronze says how many of its rows are current', async () => {
  await lake('fetch', 'parks', '-q');
  city.write({
    'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01T10', '2026-10-02T10'),
    'portal/parks.csv': 'PARK,HECTARES\nHigh Park,161\n',
  });
  expect((await lake('fetch', 'parks')).exitCode).toBe(0);
  expect((await lake('show', 'parks', '--output', 'table')).stdout).toMatch(/3 rows \(1 current\)/);
});

it('--accept of a dataset that does not exist names those that do', async () => {
  const { stderr } = await lake('build', '--accept', 'zzzzzzzzz');
  expect(stderr).toMatch(/LK7005 --accept: no dataset "zzzzzzzzz"\n.*there are parks, trees/);
});

it('a plan of nodes that say nothing without effect says nothing of what has none', async () => {
  expect((await lake('plan', '--select', 'parks')).stderr).not.toContain('No effect yet');
});
