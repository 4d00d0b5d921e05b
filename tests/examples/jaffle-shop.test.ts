/** `examples/jaffle-shop`: the shape that people know from dbt, built as it lies there. */
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type City, projectIn } from '../run/support/city.js';
import { tempProject } from '../support/small-city.js';

let shop: City;
beforeAll(() => {
  const project = tempProject({});
  cpSync(new URL('../../examples/jaffle-shop', import.meta.url), project.root, {
    recursive: true,
    filter: (path) => !/\/(lake|target)$/.test(path),
  });
  shop = projectIn(project);
});
afterAll(() => shop.remove());

it('builds every seed, view, table and snapshot, and all tests pass', async () => {
  const built = await shop.build();
  expect(built.statuses).toEqual({
    'gold.raw_customers': 'success',
    'gold.raw_orders': 'success',
    'gold.raw_payments': 'success',
    'gold.stg_customers': 'success',
    'gold.stg_orders': 'success',
    'gold.stg_payments': 'success',
    'gold.customers': 'success',
    'gold.orders': 'success',
    'gold.orders_over_time': 'success',
  });
  const tests = built.nodes.flatMap((node) => node.tests);
  expect(tests.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(tests.length).toBeGreaterThan(15);
});

it('a customer without an order is there, and every order has all that was paid for it', async () => {
  expect(await shop.query('select * from gold.customers where customer_id in (2, 5) order by 1')).toEqual([
    ['2', 'Jonas', 'K.', '2024-03-02', '2024-03-17', '2', 10],
    ['5', 'Wilma', 'T.', null, null, null, null],
  ]);
  expect(
    await shop.query(
      'select order_id, coupon_amount, bank_transfer_amount, amount from gold.orders where order_id = 2',
    ),
  ).toEqual([['2', 2, 8, 10]]);
});

it('an edited seed rebuilds what stands below it, and the snapshot keeps both states', async () => {
  const orders = shop.read('seeds/raw_orders.csv');
  shop.write({ 'seeds/raw_orders.csv': orders.replace('shipped', 'completed') });
  const built = await shop.build();
  expect(built.statuses).toMatchObject({
    'gold.raw_customers': 'reused',
    'gold.raw_orders': 'success',
    'gold.orders': 'success',
    'gold.customers': 'unchanged',
  });
  expect(
    await shop.query(
      'select status, dbt_valid_to is null from gold.orders_over_time where order_id = 4 order by dbt_valid_from',
    ),
  ).toEqual([
    ['shipped', false],
    ['completed', true],
  ]);
});
