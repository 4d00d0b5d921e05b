/** Unit tests run before a row is touched: on failure the node is not built. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

interface Tested {
  /** The unit test of the manifest. */
  readonly manifest?: string;
  /** The unit test of the model: given rows, expected rows, more. */
  readonly model?: readonly [given: string, expected: string, more?: string];
}

/** A table of trees and a model of the tall ones. */
function trees({ manifest, model }: Tested) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: soda
source: {id: ${fourByFour(name)}}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  height: {type: double, range: [0, 100]}
  seen_on: {type: date, range: [2000-01-01, today]}
${manifest ? `unit_tests:\n  - name: one\n${manifest.replace(/^/gm, '    ')}\n` : ''}`,
      [`models/gold/tall_${name}.sql`]: `select tree_id, height * 3 as feet from {{ref '${name}'}} where height > {{var 'tall' 10}}\n`,
      ...(model && {
        [`models/gold/tall_${name}.yml`]: `version: 2
unit_tests:
  - name: in_feet
    model: tall_${name}
    given: [{input: ref('${name}'), rows: ${model[0]}}]
    expect: {rows: ${model[1]}}
    ${model[2] ?? ''}
`,
      }),
    },
    days: [
      {
        socrata: {
          [fourByFour(name)]: {
            columns: { TREE_ID: 'number', HEIGHT: 'text' },
            rows: [{ TREE_ID: 1, HEIGHT: '20' }],
          },
        },
      },
    ],
  });
}

const SCENARIOS = {
  raw_rows: trees({
    manifest: `given:
  - {TREE_ID: '1', HEIGHT: ' 20.50 '}
  - {TREE_ID: '2', HEIGHT: '7'}
  - {TREE_ID: '3', HEIGHT: '-1'}
  - {TREE_ID: '4', seen_on: '2999-01-01'}
  - {TREE_ID: '5', HEIGHT: '1', ':updated_at': '2026-01-01'}
  - {TREE_ID: '5', HEIGHT: '2', ':updated_at': '2026-01-02'}
expect:
  - {tree_id: 5, height: 2}
  - {tree_id: 1, height: 20.5, seen_on: null}
  - {tree_id: 2, height: 7.0}
quarantined: 2`,
  }),
  other_value: trees({ manifest: "given: [{TREE_ID: '1', HEIGHT: '2'}]\nexpect: [{tree_id: 1, height: 3}]" }),
  row_too_many: trees({ manifest: "given: [{TREE_ID: '1'}, {TREE_ID: '2'}]\nexpect: [{tree_id: 1}]" }),
  left_out: trees({
    manifest: "given: [{TREE_ID: '1'}, {TREE_ID: '2', HEIGHT: '-1'}]\nexpect: [{tree_id: 1}, {tree_id: 2}]",
  }),
  quarantined: trees({ manifest: 'given: [{TREE_ID: x}]\nexpect: []\nquarantined: 0' }),
  typed: trees({
    model: ["[{tree_id: 1, height: 20}, {tree_id: 2, height: '3.5'}]", '[{tree_id: 1, feet: 60}]'],
  }),
  own_vars: trees({ model: ['[{tree_id: 1, height: 7}]', '[{feet: 21}]', 'overrides: {vars: {tall: 5}}'] }),
  differing: trees({ model: ['[{tree_id: 1, height: 20}]', '[{tree_id: 1, feet: 61}]'] }),
};

let project: ScenarioCity;
let untested: Built;
let built: Built;
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  untested = await project.build({ command: 'run', select: ['other_value'] });
  built = await project.build({ exit: 1 });
});
afterAll(() => project.remove());

describe('of a manifest', () => {
  test('passes on raw rows in the portal’s spelling; rows left out are counted', () => {
    expect(built.node('silver.raw_rows').tests).toMatchObject([{ id: 'raw_rows::one', status: 'pass' }]);
  });

  test.each([
    ['row_too_many', 'expected 1 row, got 2'],
    ['quarantined', 'expected 0 quarantined rows, there was 1\n  given row 1 is quarantined: '],
    ['left_out', '  given row 2 is quarantined: height'],
  ])('fails: %s; nothing of the node is built', (name, shown) => {
    const { error } = built.node(`silver.${name}`);
    expect(error).toMatchObject({
      code: 'LK4009',
      message: `silver.${name}: the unit test "${name}::one" failed`,
    });
    expect(error?.details?.['table']).toContain(shown);
    expect(built.statuses).toMatchObject({ [`bronze.${name}`]: 'success', [`gold.tall_${name}`]: 'skipped' });
    expect(Object.keys(project.versions())).not.toContain(`silver.${name}`);
  });

  test('`lake run` leaves it out, and the next build makes up for it', () => {
    expect(untested.statuses['silver.other_value']).toBe('success');
    expect(built.node('silver.other_value').error).toMatchObject({ code: 'LK4009' });
    expect(built.node('silver.other_value').error?.details?.['table']).toMatch(/height/);
  });
});

describe('of a model', () => {
  test('passes on given rows with the types of its inputs, and with variables of its own', () => {
    expect(built.node('gold.tall_typed').tests).toMatchObject([
      { id: 'tall_typed::in_feet', status: 'pass' },
    ]);
    expect(built.node('gold.tall_own_vars').tests).toMatchObject([{ status: 'pass' }]);
  });

  test('fails with the cells that differ; nothing is built', () => {
    const { error } = built.node('gold.tall_differing');
    expect(error?.code).toBe('LK4009');
    expect(error?.details?.['table']).toMatch(/feet[\s\S]*61[\s\S]*60/);
    expect(Object.keys(project.versions())).not.toContain('gold.tall_differing');
  });
});
