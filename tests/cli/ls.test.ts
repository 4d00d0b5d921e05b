/** `lake ls`: nodes and exposures by default, as ever; with --resource-type whatever the project has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(() => {
  city = smallCity({
    'seeds/wards.csv': 'ward,name\n1,Old Town\n',
    'snapshots/wards.yml':
      "snapshots:\n  - name: wards_over_time\n    relation: ref('wards')\n    config: {strategy: check, unique_key: ward, check_cols: all}\n",
    'tests/no_tall_trees.sql':
      "{{config tags='nightly'}}\nselect * from {{ref 'trees_by_park'}} where tallest > 100\n",
    'models/gold/gold.yml': `${SMALL_CITY['models/gold/gold.yml']}
exposures:
  - {name: weekly, type: dashboard, owner: {name: Ada}, depends_on: ["ref('trees_by_park')"]}
unit_tests:
  - name: counts
    model: trees_by_park
    given:
      - {input: ref('parks'), rows: [{park: A}]}
      - {input: ref('trees'), rows: []}
    expect: {rows: [{park: A, trees: 0}]}
`,
  });
});
afterAll(() => city.remove());

const NODES = [
  'bronze.parks',
  'bronze.trees',
  'silver.parks',
  'silver.trees',
  'gold.trees_by_park',
  'gold.wards',
  'gold.wards_over_time',
];
const TESTS = [
  'not_null(gold.trees_by_park.park)',
  'unique(gold.trees_by_park.park)',
  'tests/no_tall_trees.sql',
];
const UNIT = 'trees_by_park::counts';

async function listed(...args: string[]) {
  const { stdout, stderr, exitCode } = await runLake(city.root, ['ls', '--output', 'json', ...args]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
}
const names = async (...args: string[]) => (await listed(...args)).map(({ node }) => node).sort();

describe('lake ls', () => {
  it('lists nodes and exposures, and no tests', async () => {
    expect(await names()).toEqual([...NODES, 'exposure.weekly'].sort());
  });

  it.each<[types: string, found: readonly string[]]>([
    ['test', TESTS],
    ['unit_test', [UNIT]],
    ['test unit_test', [...TESTS, UNIT]],
    ['exposure', ['exposure.weekly']],
    ['model', ['gold.trees_by_park']],
    ['seed snapshot', ['gold.wards', 'gold.wards_over_time']],
    ['dataset', NODES.slice(0, 4)],
    ['silver', ['silver.parks', 'silver.trees']],
    ['all', [...NODES, ...TESTS, UNIT, 'exposure.weekly']],
  ])('--resource-type %s', async (types, found) => {
    expect(await names('--resource-type', ...types.split(' '))).toEqual([...found].sort());
  });

  it('--exclude-resource-type takes away, and both go with selectors', async () => {
    expect(await names('trees_by_park', '--resource-type', 'all', '--exclude-resource-type', 'test')).toEqual(
      ['gold.trees_by_park', UNIT].sort(),
    );
    expect(await names('wards', '--resource-type', 'test')).toEqual([]);
  });

  it('lists tests where a selector chooses nothing else', async () => {
    expect(await names('--select', 'test_name:unique')).toEqual([TESTS[1]]);
    expect(await listed('--select', 'tag:nightly')).toEqual([
      {
        node: 'tests/no_tall_trees.sql',
        kind: 'test',
        materialized: 'singular',
        depends_on: ['gold.trees_by_park'],
        tests: 0,
        tags: ['nightly'],
        file: 'tests/no_tall_trees.sql',
      },
    ]);
  });

  it('--output name prints what other commands take, one a line', async () => {
    const run = (...args: string[]) => runLake(city.root, ['ls', '--output', 'name', ...args]);
    expect((await run('--select', '+trees_by_park')).stdout.split('\n').sort()).toEqual([
      'bronze.parks',
      'bronze.trees',
      'gold.trees_by_park',
      'silver.parks',
      'silver.trees',
    ]);
    expect((await run('--resource-type', 'unit_test')).stdout).toBe(UNIT);
  });

  it('seeds, snapshots and exposures have kinds of their own', async () => {
    const kinds = (await listed('--exclude', 'parks', 'trees')).map(({ node, kind }) => `${node} ${kind}`);
    expect(kinds.sort()).toEqual([
      'exposure.weekly exposure',
      'gold.trees_by_park model',
      'gold.wards seed',
      'gold.wards_over_time snapshot',
    ]);
  });

  it('an unknown type is told with those that there are', async () => {
    const { stderr, exitCode } = await runLake(city.root, ['ls', '--resource-type', 'modle']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are bronze, silver, dataset, model');
  });
});
