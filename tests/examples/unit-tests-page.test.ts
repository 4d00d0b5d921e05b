/** The example of docs/unit-tests.md is run as it stands there, and fails as it says. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';

const page = readFileSync(new URL('../../docs/unit-tests.md', import.meta.url), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)![1]!;
const SQL = block('sql');

let project: ModelProject;
beforeAll(() => {
  project = modelProject(
    {
      orders: "select 1 as id, 'x' as customer, 5 as amount, 'paid' as status",
      customers: "select 'x' as name, 'Oslo' as city",
      orders_by_customer: SQL,
    },
    { 'models/gold/orders_by_customer.yml': block('yaml') },
  );
});
afterAll(() => project.remove());

it('the test of the page passes', async () => {
  const built = await project.build();
  expect(built.node('gold.orders_by_customer').tests).toMatchObject([
    { id: 'orders_by_customer::cancelled_orders_do_not_count', status: 'pass' },
  ]);
});

it('and without the condition it fails as the page shows', async () => {
  project.write({ 'models/gold/orders_by_customer.sql': SQL.replace(/^where.*\n/m, '') });
  const { error } = (await project.build({ exit: 1 })).node('gold.orders_by_customer');
  expect(`${error!.message}\n${error!.details!['table']}\n`).toBe(block('text'));
});
