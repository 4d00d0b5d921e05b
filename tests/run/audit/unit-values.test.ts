/** Unit tests whose values do not fit, beside others of the same model. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../../support/run-lake.js';
import { type City, sqlProject } from '../support/city.js';

const YAML = `unit_tests:
  - name: given_fraction
    model: double
    given:
      - input: ref('orders')
        rows:
          - {id: 1, amount: 1}
          - {id: 2, amount: 0.4}
    expect: {rows: [{id: 1, dbl: 2}, {id: 2, dbl: 0}]}
  - name: expected_fraction
    model: double
    given: [{input: ref('orders'), rows: [{id: 1, amount: 1}]}]
    expect:
      rows:
        - {id: 1, dbl: 2.4}
  - name: no_number
    model: double
    given: [{input: ref('orders'), rows: [{id: abc}]}]
    expect: {rows: []}
  - name: differs
    model: double
    given: [{input: ref('orders'), rows: [{id: 1, amount: 1}]}]
    expect: {rows: [{id: 1, dbl: 3}]}
  - name: sql_without_amount
    model: double
    given: [{input: ref('orders'), format: sql, rows: "select 7 as id"}]
    expect: {rows: [{id: 7, dbl: null}]}
`;

let shop: City;
beforeAll(async () => {
  shop = sqlProject({
    'seeds/orders.csv': 'id,amount\n1,10\n',
    'models/double.sql': "select id, amount * 2 as dbl from {{ref 'orders'}}\n",
  });
  await shop.build();
  shop.write({ 'models/_tests.yml': YAML });
});
afterAll(() => shop.remove());

describe('a value that its column cannot hold', () => {
  it('is an error of its test at its row, and hides no other test of the model', async () => {
    const built = await shop.build({ exit: 1 });
    const { tests, error } = built.node('gold.double');
    expect(tests.map(({ id, status, code, at }) => [id, status, code, at?.line])).toEqual([
      ['double::given_fraction', 'error', 'LK2051', 8],
      ['double::expected_fraction', 'error', 'LK2051', 15],
      ['double::no_number', 'error', 'LK5005', 18],
      ['double::differs', 'fail', undefined, 20],
      ['double::sql_without_amount', 'pass', undefined, 24],
    ]);
    expect(tests.slice(0, 3).map(({ message }) => message)).toEqual([
      'the unit test "double::given_fraction" gives 0.4 for "amount" of gold.orders, which is BIGINT: it would be read as 0',
      'the unit test "double::expected_fraction" expects 2.4 for "dbl", which is BIGINT: it would be read as 2',
      expect.stringContaining("'abc'"),
    ]);
    expect(error).toMatchObject({
      code: 'LK4009',
      message: 'gold.double: the unit test "double::differs" failed, and 3 cannot run',
    });
  });

  it('alone is told once, with its code and its line', async () => {
    const run = await runLake(shop.root, [
      'test',
      '--select',
      'double::given_fraction',
      '--reporter',
      'github',
    ]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout.match(/would be read as 0/g)).toHaveLength(2);
    expect(run.stdout).toMatch(/models\/_tests\.yml:8:\d+ LK2051 the unit test/);
    expect(run.stdout).toMatch(
      /^::error file=models\/_tests\.yml,line=8,[^:]*title=LK2051 double%3A%3Agiven_fraction::/m,
    );
  });
});
