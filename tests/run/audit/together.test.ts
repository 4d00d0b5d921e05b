/** Tests of one table are asked together; what each says is what it says alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, TestNode } from '../../../src/compile/types.js';
import type { Engine, Relation, SqlTask } from '../../../src/engine/types.js';
import type { TestConfig } from '../../../src/project/types.js';
import { type Answer, askTests } from '../../../src/run/audit/ask-tests.js';
import { together } from '../../../src/run/audit/together.js';
import { graphOf, model, test } from '../../compile/build-project.js';
import { withEngine } from '../../engine/with-engine.js';

const { engine } = withEngine();

/** The graph of a model `orders` and a model `people` with these tests of `orders`. */
function graphWith(
  ofTable: readonly TestConfig[],
  ofColumns: Readonly<Record<string, readonly TestConfig[]>>,
) {
  const columns = Object.entries(ofColumns).map(([name, tests]) => ({
    name,
    tests,
    at: { file: 'models/gold/x.yml', line: 1, col: 1 },
  }));
  return graphOf({
    models: [model('orders', 'select 1', { tests: ofTable, columns }), model('people', 'select 1')],
  });
}

const COLUMNS = [
  { name: 'id', type: 'INTEGER' },
  { name: 'person', type: 'VARCHAR' },
  { name: 'amount', type: 'DOUBLE' },
];

function relation(name: string, rows: readonly (readonly (string | null)[])[]): Relation {
  return { schema: 'gold', name, scans: [], columns: COLUMNS, rows };
}

const people = relation('people', [
  ['1', 'ann', '1'],
  ['2', 'bob', '2'],
]);

function asked(graph: Graph, tests: readonly TestNode[], orders: Relation, with_: Engine = engine) {
  const reading = (ids: readonly string[]) => ids.map((id) => (id === 'gold.orders' ? orders : people));
  const pins = { columns: () => undefined, head: () => undefined, view: () => undefined };
  return askTests({ engine: with_, graph, nodes: new Map(), pins }, tests, reading);
}

const plain = ({ failures, rows, error }: Answer) => ({ failures, rows, error: error !== undefined });

describe('a table of tests', () => {
  const ofColumns = {
    id: [
      test('not_null'),
      test('unique'),
      test('accepted_range', { min_value: 1, max_value: 4 }),
      test('expect_column_values_to_be_in_set', { value_set: [1, 2, 3], quote_values: false }),
      test('expect_column_max_to_be_between', { max_value: 3 }),
      test('sequential_values'),
    ],
    person: [
      test('accepted_values', { values: ['ann', 'bob'] }),
      test('relationships', { to: "ref('people')", field: 'person' }),
      test('not_empty_string'),
      test('expect_column_values_to_match_regex', { regex: '^[a-z]*$' }),
      test('at_least_one'),
      test('not_constant'),
      test('unique', {}, { where: 'id > 1' }),
      test('not_null', {}, { limit: 1 }),
      test('expect_column_values_to_have_consistent_casing'),
    ],
    amount: [
      test('not_null_proportion', { at_least: 0.5 }),
      test('expect_column_mean_to_be_between', { min_value: 0, max_value: 10 }),
      test('expression_is_true', { expression: '>= 0' }),
      test('not_null', {}, { failCalc: 'sum(id)' }),
    ],
  };
  const ofTable = [
    test('unique_combination_of_columns', { combination_of_columns: ['id', 'person'] }),
    test('expect_compound_columns_to_be_unique', {
      column_list: ['person', 'amount'],
      ignore_row_if: 'any_value_is_missing',
    }),
    test('row_count', { min: 1, max: 3 }),
    test('expression_is_true', { expression: '1 / (id - 1) < 2 or id is null' }),
    test('expect_table_columns_to_contain_set', { column_list: ['id', 'nothing'] }),
    test('equality', { compare_model: "ref('people')" }),
  ];
  const cell = (...values: (string | null)[]) => fc.constantFrom(...values);
  const rows = fc.array(
    fc.tuple(
      cell('1', '2', '3', '9', null),
      cell('ann', 'bob', 'Bob', '', ' ', null),
      cell('0', '-1', '5', null),
    ),
    { maxLength: 6 },
  );

  it('has the same result asked together as asked one by one, whatever the rows', async () => {
    const graph = await graphWith(ofTable, ofColumns);
    await fc.assert(
      fc.asyncProperty(rows, fc.subarray([...graph.tests], { minLength: 1 }), async (given, tests) => {
        const orders = relation('orders', given);
        const all = await asked(graph, tests, orders);
        for (const one of tests) {
          const alone = await asked(graph, [{ ...one, scan: undefined }], orders);
          expect(plain(all.get(one.id)!), one.id).toEqual(plain(alone.get(one.id)!));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is one task for each set of tables that are read, and one scan for each choice of rows', async () => {
    const graph = await graphWith(ofTable, ofColumns);
    const groups = together(graph.tests);
    expect(groups.map(({ reads }) => reads)).toEqual([['gold.orders'], ['gold.orders', 'gold.people']]);
    const scans = groups.flatMap(({ questions }) => questions.filter(({ kind }) => kind === 'scan'));
    expect(scans.map(({ tests }) => tests.length)).toEqual([19, 1]);
    const all = groups.flatMap(({ questions }) =>
      questions.flatMap(({ tests }) => tests.map(({ id }) => id)),
    );
    expect(all.toSorted()).toEqual(graph.tests.map(({ id }) => id).toSorted());
  });

  it('costs the engine one task where all of them pass', async () => {
    const graph = await graphWith([], { id: [test('not_null'), test('unique')], amount: [test('not_null')] });
    const labels: string[] = [];
    const counting: Engine = {
      ...engine,
      sql(task: SqlTask) {
        labels.push(task.label);
        return engine.sql(task);
      },
    };
    const answers = await asked(graph, graph.tests, relation('orders', [['1', 'ann', '5']]), counting);
    expect([...answers.values()].map(plain)).toEqual(
      graph.tests.map(() => ({ failures: 0, rows: 0, error: false })),
    );
    expect(labels).toEqual(['tests of gold.orders']);
  });

  it('a test whose SQL fails spoils no other’s result', async () => {
    const graph = await graphWith([], {
      id: [test('not_null'), test('unique')],
      nothing: [test('not_null')],
    });
    const answers = await asked(
      graph,
      graph.tests,
      relation('orders', [
        ['1', 'a', '1'],
        ['1', 'b', '2'],
        [null, 'c', '3'],
      ]),
    );
    expect(Object.fromEntries([...answers].map(([id, answer]) => [id, plain(answer)]))).toEqual({
      'not_null(gold.orders.id)': { failures: 1, rows: 1, error: false },
      'unique(gold.orders.id)': { failures: 1, rows: 1, error: false },
      'not_null(gold.orders.nothing)': { failures: 0, rows: 0, error: true },
    });
    expect(answers.get('not_null(gold.orders.nothing)')?.error?.message).toContain('"nothing"');
  });
});
