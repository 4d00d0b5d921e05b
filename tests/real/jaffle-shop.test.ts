/** dbt's own jaffle shop: on its seeds the example's tables equal those that dbt made of them. */
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type City, projectIn } from '../run/support/city.js';
import { tempProject } from '../support/small-city.js';
import { DATA, ROOT } from './real-project.js';

const SHOP = join(DATA, 'jaffle-shop');

let shop: City;
beforeAll(async () => {
  const project = tempProject({});
  cpSync(resolve(ROOT, 'examples/jaffle-shop'), project.root, {
    recursive: true,
    filter: (path) => !/\/(lake|target)$/.test(path),
  });
  for (const seed of ['raw_customers', 'raw_orders', 'raw_payments'])
    cpSync(join(SHOP, `${seed}.csv`), join(project.root, 'seeds', `${seed}.csv`));
  shop = projectIn(project);
  await shop.build();
});
afterAll(() => shop.remove());

test.each([
  ['customers', 100],
  ['orders', 99],
])('%s: %i rows, each equal to what dbt made', async (table, rows) => {
  const expected = `read_csv('${join(SHOP, `expected_${table}.csv`)}')`;
  expect(await shop.query(`select count(*)::integer from gold.${table}`)).toEqual([[rows]]);
  const names = (relation: string) =>
    shop.query(`select list(column_name)::varchar from (describe select * from ${relation})`);
  expect(await names(`gold.${table}`)).toEqual(await names(expected));
  const differences = `select * from (
    (select * from ${expected} except all select * from gold.${table})
    union all (select * from gold.${table} except all select * from ${expected}))`;
  expect(await shop.query(differences)).toEqual([]);
});
