import { describe, expect, it } from 'vitest';
import { allGenericTests, genericTestNames, loadGenericTest } from '../../../src/quality/generic/index.js';
import { type Asked, table, testedTables } from './tested-tables.js';

const division = 'Division "x"';

const { ask } = testedTables([
  `create table shootings as select * from (values
    (1, 'D11', date '2024-01-01', date '2024-01-02', 'it''s'),
    (2, 'D11', date '2024-01-05', date '2024-01-02', null),
    (2, 'D99', date '2024-01-06', null, ''),
    (null, 'D52', null, null, 'x')) as t(id, "Division ""x""", opened, closed, note)`,
  `create table divisions as select * from (values ('D11'), ('D52'), (null)) as t("co""de")`,
  table('empty', { id: 'integer' }, [[1]]),
  'delete from empty',
  `create table codes as select * from (values ('1', 1.5::decimal(9,2), 1::tinyint), ('2.5', 2, 2), ('true', 2, null), ('x', 3, 3))
    as t(code, number, small)`,
]);

describe('rows that a test returns are failures', () => {
  it.each<[string, Omit<Asked, 'on'> & { readonly on?: string }, unknown[]]>([
    ['not_null', { column: 'id' }, [[null, 'D52', null, null, 'x']]],
    ['not_null', { column: 'id', where: "note = 'it''s' -- the first" }, []],
    ['not_null', { column: division }, []],
    ['unique', { column: 'id' }, [[2, '2']]],
    ['unique', { column: 'id', where: 'closed is not null' }, []],
    ['unique', { column: 'opened' }, []],
    ['accepted_values', { column: division, args: { values: ['D11', 'D52'] } }, [['D99', '1']]],
    ['accepted_values', { column: 'id', args: { values: [1] } }, [[2, '2']]],
    ['accepted_values', { column: 'note', args: { values: ["it's", ''] } }, [['x', '1']]],
    [
      'accepted_values',
      { column: 'opened', args: { values: ['2024-01-01', '2024-01-05', '2024-01-06'] } },
      [],
    ],
    ['accepted_values', { column: 'id', args: { values: ['1 + 1', '1'], quote: false } }, []],
    ['accepted_values', { on: 'codes', column: 'code', args: { values: [1, 2.5, true] } }, [['x', '1']]],
    ['not_accepted_values', { on: 'codes', column: 'code', args: { values: [1] } }, [['1', '1']]],
    ['accepted_values', { on: 'codes', column: 'number', args: { values: [1.5, 2] } }, [['3.00', '1']]],
    ['accepted_values', { on: 'codes', column: 'small', args: { values: [1, 2, 1000] } }, [[3, '1']]],
    ['relationships', { column: division, args: { to: 'divisions', field: '"co""de"' } }, [['D99', '1']]],
    [
      'relationships',
      { column: 'note', where: 'note is null', args: { to: 'divisions', field: '"co""de"' } },
      [],
    ],
    ['row_count', { args: { min: 4, max: 4 } }, []],
    ['row_count', { args: { min: 5 } }, [['4']]],
    ['row_count', { args: { max: 3 } }, [['4']]],
    ['row_count', { where: 'id = 2', args: { max: 3 } }, []],
    ['row_count', { on: 'empty', args: { min: 1 } }, [['0']]],
    ['row_count', { on: 'empty', args: { min: 0 } }, []],
    [
      'expression_is_true',
      { args: { expression: 'closed >= opened -- or open' } },
      [[2, 'D11', '2024-01-05', '2024-01-02', null]],
    ],
    ['expression_is_true', { where: 'id = 1', args: { expression: 'closed >= opened' } }, []],
    ['expression_is_true', { args: { expression: 'id = 1 or id = 2' } }, []],
  ])('%s %j', async (name, asked, rows) => {
    expect((await ask(name, { on: 'shootings', ...asked })).rows).toEqual(rows);
  });
});

describe('the registry', () => {
  it('has each test under its own name, with a meaning for it and for each argument', async () => {
    const tests = await allGenericTests();
    expect(tests.map(({ name }) => name)).toEqual(genericTestNames);
    for (const test of tests) {
      expect(test.meaning).toMatch(/^[A-Z].*\.$/);
      for (const { meaning } of Object.values(test.arguments)) expect(meaning).toMatch(/\.$/);
    }
  });

  it('finds tests under the prefix of their package, and of no other', async () => {
    expect((await loadGenericTest('dbt_utils.accepted_range'))?.name).toBe('accepted_range');
    expect((await loadGenericTest('dbt_expectations.expect_column_to_exist'))?.name).toBe(
      'expect_column_to_exist',
    );
    expect((await loadGenericTest('dbt.not_null'))?.name).toBe('not_null');
    expect(await loadGenericTest('dbt_expectations.accepted_range')).toBeUndefined();
    expect(await loadGenericTest('elementary.volume_anomalies')).toBeUndefined();
    expect(await loadGenericTest('constructor')).toBeUndefined();
  });

  it('tells apart what dbt_utils and dbt_expectations call by one name', async () => {
    expect((await loadGenericTest('dbt_utils.expression_is_true'))?.from).toBe('dbt_utils');
    expect((await loadGenericTest('dbt_expectations.expression_is_true'))?.from).toBe('dbt_expectations');
  });
});
