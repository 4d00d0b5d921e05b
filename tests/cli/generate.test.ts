/** `lake test --generate`: a unit test out of published rows, which passes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadAndCompile } from '../../src/api/load-and-compile.js';
import { generateUnitTest } from '../../src/cli/build/generate.js';
import { type ModelProject, modelProject } from '../dbt/support/models.js';

const PROPERTIES = `# What people know of it.
version: 2
models:
  -   name: by_customer   # one row each
      columns: [{name: customer, tests: [not_null]}]
`;

let project: ModelProject;
beforeAll(async () => {
  project = modelProject(
    {
      orders: `select i as id, 'c: ' || (i % 7) as customer, (i / 3)::decimal(10, 2) as amount, i::double / 7 as ratio,
  [i, i + 1] as list, timestamp '2024-01-01' + to_days(i::int) as placed, i % 2 = 0 as paid, 'unread' as other
from range(1000) t(i)`,
      customers: "select 'c: ' || i as name, 9007199254740993 + i as number from range(7) t(i)",
      by_customer: `select customer, number, count(*) as orders, sum(amount) as amount, max(ratio) as ratio, max(list) as list,
  max(placed) as placed, bool_or(paid) as paid
from {{ref 'orders'}} join {{ref 'customers'}} on name = customer where id > 990 group by all`,
      everything: "select * from {{ref 'customers'}} order by number desc",
      total: "select sum(amount) as amount from {{ref 'orders'}}",
      needs_many: "select 1 as n from {{ref 'orders'}} having count(*) > 500",
      empty: "select * from {{ref 'orders'}} where id < 0",
      drawn: "select id, random() as n from {{ref 'orders'}}",
    },
    { 'models/gold/gold.yml': PROPERTIES },
  );
  await project.build();
});
afterAll(() => project.remove());

const generate = async (model: string) => generateUnitTest(await loadAndCompile(project.root), model);

describe('writes a test', () => {
  it('of few rows with the columns that the model reads, behind what was there, and it passes', async () => {
    expect(await generate('by_customer')).toBe('by_customer::real_rows');
    expect(await generate('gold.by_customer')).toBe('by_customer::real_rows_2');
    await generate('everything');
    await generate('total');
    const text = project.read('models/gold/gold.yml');
    expect(text.startsWith(`${PROPERTIES}\nunit_tests:\n`)).toBe(true);
    const [test] = parse(text).unit_tests;
    expect(test.given.map(({ rows }: { rows: unknown[] }) => rows.length)).toEqual([2, 2]);
    expect(test.given[1].rows[0]).not.toHaveProperty('other');
    expect(test.expect.rows).toHaveLength(2);
    expect(Object.keys(test.expect.rows[0])).toContain('list');
    const run = await project.build({ command: 'test' });
    const tests = run.nodes.flatMap((node) => node.tests).filter(({ id }) => id.includes('::real_rows'));
    expect(tests.map(({ id, status }) => [id, status]).sort()).toEqual([
      ['by_customer::real_rows', 'pass'],
      ['by_customer::real_rows_2', 'pass'],
      ['everything::real_rows', 'pass'],
      ['total::real_rows', 'pass'],
    ]);
  });

  it('in a file of its own where nothing describes the model', () => {
    const { unit_tests: tests } = parse(project.read('models/gold/everything.yml'));
    expect(tests).toHaveLength(1);
  });
});

it.each([
  ['empty', 'LK7030', 'it has no rows'],
  ['drawn', 'LK7030', 'it yields other rows each time'],
  ['needs_many', 'LK7030', 'a row of it takes'],
  ['by_custmer', 'LK2001', 'no model "by_custmer"'],
])('refuses %s with the reason', async (model, code, why) => {
  await expect(generate(model)).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
});
