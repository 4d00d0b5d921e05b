/** `views.sql` has the lake's views: plain DuckDB makes them, or a comment says why one is left out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type City, city } from '../support/city.js';
import { FOUR_ORDERS, ORDERS, orders } from '../support/shop.js';

const view = (sql: string) => `{{config materialized='view'}}\n${sql}\n`;
const ephemeral = (sql: string) => `{{config materialized='ephemeral'}}\n${sql}\n`;

let project: City;
beforeAll(async () => {
  project = city(
    {
      ...ORDERS,
      'macros/money.sql':
        'create macro cents(x) as x * 100;\ncreate macro if not exists priced(x) as cents(x) + 1;\ncreate macro unused(x) as x;\n',
      // By name it stands before what it reads.
      'models/gold/a_ranking.sql': view(
        `select customer, total, '"gold"."totals"' as text from {{ref 'totals'}} -- of "gold"."totals"`,
      ),
      'models/gold/totals.sql': ephemeral(
        "select customer, sum(cost) as total from {{ref 'costs'}} group by 1",
      ),
      'models/gold/costs.sql': ephemeral("select customer, priced(amount) as cost from {{ref 'big_orders'}}"),
      'models/gold/big_orders.sql': view("select * from {{ref 'orders'}} where amount >= 20"),
      'models/gold/of_bronze.sql': view("select * from {{ref 'bronze.orders'}}"),
      'models/gold/of_it.sql': view("select count(*) as n from {{ref 'of_bronze'}}"),
      'models/gold/cells.sql': view(
        "select h3_latlng_to_cell_string(43.6, -79.4, 8) as cell from {{ref 'orders'}}",
      ),
      'models/gold/sums.sql': "select sum(total) as total from {{ref 'a_ranking'}}",
      'models/gold/of_sums.sql': view("select total from {{ref 'sums'}}"),
    },
    orders(FOUR_ORDERS),
  );
  await project.build();
});
afterAll(() => project.remove());

const comments = () => project.read('lake/views.sql').match(/^-- gold.*/gm);

test('a view stands after what it reads, over its ephemerals and macros', async () => {
  expect(await project.query('select * from gold.a_ranking order by customer')).toEqual([
    ['ann', '3001', '"gold"."totals"'],
    ['bob', '2001', '"gold"."totals"'],
    ['cid', '4001', '"gold"."totals"'],
  ]);
  expect(await project.query('select count(*) from gold.big_orders')).toEqual([['3']]);
  expect(await project.query('select total from gold.of_sums')).toEqual([['9003']]);
  expect(
    await project.query("select view_name from duckdb_views() where schema_name = 'gold' order by 1"),
  ).toEqual([['a_ranking'], ['big_orders'], ['of_sums'], ['sums']]);
  expect(project.read('lake/views.sql')).not.toContain('unused');
});

test('what plain DuckDB cannot make is left out, with the reason', () => {
  expect(comments()).toEqual([
    '-- gold.cells is left out: plain DuckDB has no h3_latlng_to_cell_string',
    '-- gold.of_bronze is left out: it reads bronze.orders, which lake shows to it as the manifest declares it',
    '-- gold.of_it is left out: it reads gold.of_bronze',
  ]);
});

test('a view over other columns than those it was built with is left out, too, until it is built again', async () => {
  project.write({ 'models/gold/sums.sql': "select sum(total) as all_of_it from {{ref 'a_ranking'}}" });
  await project.build({ select: ['sums'] });
  expect(comments()).toContain(
    '-- gold.of_sums is left out: gold.sums has other columns since: lake build --select gold.of_sums',
  );
  expect(await project.query('select all_of_it from gold.sums')).toEqual([['9003']]);
  project.write({ 'models/gold/of_sums.sql': view("select all_of_it from {{ref 'sums'}}") });
  await project.build({ select: ['of_sums'] });
  expect(await project.query('select all_of_it from gold.of_sums')).toEqual([['9003']]);
});
