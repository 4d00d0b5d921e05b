/** Unit tests run before a row is touched: on failure the node is not built. */
import { afterEach, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';
import type { PortalContent } from './support/portal.js';

const PORTAL: PortalContent = {
  socrata: {
    'tree-0001': { columns: { TREE_ID: 'number', HEIGHT: 'text' }, rows: [{ TREE_ID: 1, HEIGHT: '20' }] },
  },
};

const trees = (unitTest: string) => `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  height: {type: double, range: [0, 100]}
  seen_on: {type: date, range: [2000-01-01, today]}
unit_tests:
  - name: one
${unitTest.replace(/^/gm, '    ')}
`;
const MODEL = {
  'models/gold/tall.sql': `select tree_id, height * {{var 'feet'}} as feet from {{ref 'trees'}} where height > 10\n`,
};
const modelTest = (given: string, expected: string, more = '') => ({
  'models/gold/gold.yml': `version: 2
unit_tests:
  - name: in_feet
    model: tall
    given: [{input: ref('trees'), rows: ${given}}]
    expect: {rows: ${expected}}
${more}`,
});
const VARS = 'vars: {feet: 3}\n';

let project: City;
afterEach(() => project.remove());

function withTests(files: Record<string, string>): City {
  const made = city({ 'datasets/trees.yml': trees('given: []\nexpect: []'), ...MODEL, ...files }, PORTAL);
  made.write({ 'project.yml': `${made.read('project.yml')}${VARS}` });
  return made;
}

describe('of a manifest', () => {
  test('passes on raw rows in the portal’s spelling; rows left out are counted', async () => {
    project = withTests({
      'datasets/trees.yml': trees(`given:
  - {TREE_ID: '1', HEIGHT: ' 20.50 '}
  - {TREE_ID: '2', HEIGHT: '7'}
  - {TREE_ID: '3', HEIGHT: '-1'}
  - {TREE_ID: '4', seen_on: '2999-01-01'}
  - {TREE_ID: '5', HEIGHT: '1', ':updated_at': '2026-01-01', ':id': a}
  - {TREE_ID: '5', HEIGHT: '2', ':updated_at': '2026-01-02', ':id': b}
expect:
  - {tree_id: 5, height: 2}
  - {tree_id: 1, height: 20.5, seen_on: null}
  - {tree_id: 2, height: 7.0}
quarantined: 2`),
    });
    expect((await project.build()).node('silver.trees').tests).toMatchObject([
      { id: 'trees::one', status: 'pass' },
    ]);
  });

  test.each([
    ['a value', "given: [{TREE_ID: '1', HEIGHT: '2'}]\nexpect: [{tree_id: 1, height: 3}]", 'height'],
    [
      'a row too many',
      "given: [{TREE_ID: '1'}, {TREE_ID: '2'}]\nexpect: [{tree_id: 1}]",
      'expected 1 row, got 2',
    ],
    [
      'the number of quarantined rows',
      'given: [{TREE_ID: x}]\nexpect: []\nquarantined: 0',
      'expected 0 quarantined rows, there were 1',
    ],
  ])('fails by %s: nothing of the node is built', async (_, unitTest, shown) => {
    project = withTests({ 'datasets/trees.yml': trees(unitTest) });
    const built = await project.build({ exit: 1 });
    const { error } = built.node('silver.trees');
    expect(error).toMatchObject({
      code: 'LK4009',
      message: 'silver.trees: the unit test "trees::one" failed',
    });
    expect(error?.details?.['table']).toContain(shown);
    expect(built.statuses).toMatchObject({ 'bronze.trees': 'success', 'gold.tall': 'skipped' });
    expect(project.versions()).toEqual({ 'bronze.trees': 0 });
  });

  test('`lake run` leaves it out, and the next build makes up for it', async () => {
    project = withTests({ 'datasets/trees.yml': trees("given: [{TREE_ID: '1'}]\nexpect: [{tree_id: 2}]") });
    await project.build({ command: 'run' });
    expect((await project.build({ exit: 1 })).node('silver.trees').error?.code).toBe('LK4009');
  });
});

describe('of a model', () => {
  test('passes on given rows with the types of its inputs', async () => {
    project = withTests(
      modelTest("[{tree_id: 1, height: 20}, {tree_id: 2, height: '3.5'}]", '[{tree_id: 1, feet: 60}]'),
    );
    expect((await project.build()).node('gold.tall').tests).toMatchObject([
      { id: 'tall::in_feet', status: 'pass' },
    ]);
  });

  test('with variables of its own', async () => {
    project = withTests(
      modelTest('[{tree_id: 1, height: 20}]', '[{feet: 80}]', '    overrides: {vars: {feet: 4}}\n'),
    );
    expect((await project.build()).node('gold.tall').tests).toMatchObject([{ status: 'pass' }]);
  });

  test('fails with the rows that differ', async () => {
    project = withTests(modelTest('[{tree_id: 1, height: 20}]', '[{tree_id: 1, feet: 61}]'));
    const { error } = (await project.build({ exit: 1 })).node('gold.tall');
    expect(error?.code).toBe('LK4009');
    expect(error?.details?.['table']).toMatch(/feet/);
    expect(error?.details?.['table']).toMatch(/61/);
    expect(error?.details?.['table']).toMatch(/60/);
    expect(Object.keys(project.versions())).not.toContain('gold.tall');
  });
});
