/** `lake rollback` in a project: what it says, what everybody reads then, and what the next build makes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { City } from '../run/support/city.js';
import { FOUR_ORDERS, orders, shop } from '../run/support/shop.js';
import { runLake } from '../support/run-lake.js';

const TOTAL = 'models/gold/total.sql';

let base: City;
let then: string;
beforeAll(async () => {
  base = shop({
    'models/gold/total.sql': `select customer, sum(amount)::integer as amount from {{ref 'orders'}} group by 1`,
    'models/gold/report.sql': `select count(*)::integer as customers from {{ref 'total'}}`,
    'models/gold/shown.sql': `{{config materialized='view'}} select sum(amount)::integer as amount from {{ref 'total'}}`,
  });
  await base.build();
  then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  base.serve(orders([...FOUR_ORDERS, [5, 'dan', 100, '2026-01-04']]));
  await base.build();
}, 120_000);
afterAll(() => base.remove());

const lake = (city: City, ...args: readonly string[]) => runLake(city.root, args);

async function asked(city: City, sql: string): Promise<unknown> {
  const { stdout } = await lake(city, 'query', sql, '--output', 'json');
  return JSON.parse(stdout);
}

describe('lake rollback', () => {
  it('brings the rows of before back for queries, views and other tools, and says what the next build does', async () => {
    const city = base.copy();
    const { exitCode, stdout, stderr } = await lake(city, 'rollback', 'gold.total', '--output', 'json');
    expect(`${exitCode} ${stderr}`).toMatch(/^0/);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ table: 'gold.total', from: 1, to: 0, 'rows now': 4, 'rows then': 3 }),
    ]);
    expect(stderr).toContain('Published: gold.total version 2.');
    expect(stderr).toContain('gold.total is built: silver.orders changed');
    expect(stderr).toContain('`lake build --exclude gold.total`');
    expect(await asked(city, 'select sum(amount)::integer as a from gold.total')).toEqual([{ a: 100 }]);
    expect(await asked(city, 'from gold.shown')).toEqual([{ amount: 100 }]);
    expect(await city.query('select sum(amount)::integer from gold.total')).toEqual([[100]]);
    // Nothing was brought back above it: the build makes the rows of now again.
    const built = await city.build();
    expect(built.statuses).toMatchObject({ 'silver.orders': 'reused', 'gold.total': 'success' });
    expect(await asked(city, 'from gold.shown')).toEqual([{ amount: 200 }]);
    await city.remove();
  }, 60_000);

  it('of a model whose SQL was brought back: the next build leaves it, and children are built from it', async () => {
    const city = base.copy();
    const good = city.read(TOTAL);
    city.write({ [TOTAL]: good.replace('sum(amount)', '(sum(amount) * 1000)') });
    await city.build();
    expect(await asked(city, 'from gold.shown')).toEqual([{ amount: 200_000 }]);
    city.write({ [TOTAL]: good });
    const { stderr } = await lake(city, 'rollback', 'gold.total');
    expect(stderr).toContain('gold.total stays as it is now');
    const built = await city.build();
    expect(built.statuses).toMatchObject({ 'gold.total': 'reused', 'gold.report': 'unchanged' });
    expect(await asked(city, 'from gold.shown')).toEqual([{ amount: 200 }]);
    await city.remove();
  }, 60_000);

  it('of a dataset with all that is made from it, to a time: all are of one set, and the portal is asked from there', async () => {
    const city = base.copy();
    const { exitCode, stdout, stderr } = await lake(
      city,
      'rollback',
      'orders+',
      '--to',
      then,
      '--output',
      'json',
    );
    expect(`${exitCode} ${stderr}`).toMatch(/^0/);
    const rows = JSON.parse(stdout) as readonly { table: string; to: number }[];
    expect(rows.map(({ table, to }) => `${table} ${to}`)).toEqual(
      expect.arrayContaining(['bronze.orders 0', 'silver.orders 0', 'gold.total 0', 'gold.report 0']),
    );
    expect(stderr).toContain('bronze.orders: its portal is asked for what came since');
    expect(await asked(city, 'select count(*)::integer as n from silver.orders')).toEqual([{ n: 4 }]);
    expect(await asked(city, 'from gold.report')).toEqual([{ customers: 3 }]);
    const [loads, built] = [await asked(city, 'from meta.loads'), await city.build()];
    expect(loads).toHaveLength(2);
    expect(built.statuses).toMatchObject({ 'bronze.orders': 'success', 'gold.total': 'success' });
    expect(await asked(city, 'select count(*)::integer as n from silver.orders')).toEqual([{ n: 5 }]);
    await city.remove();
  }, 60_000);

  it('where the portal is again as it was then, the build after it reuses every table', async () => {
    const city = base.copy();
    await lake(city, 'rollback', 'orders+', '--to', then);
    city.serve(orders(FOUR_ORDERS));
    const built = await city.build();
    expect(built.statuses).toMatchObject({
      'bronze.orders': 'unchanged',
      'silver.orders': 'reused',
      'gold.total': 'reused',
      'gold.report': 'reused',
    });
    await city.remove();
  }, 60_000);

  it('--dry-run says the same and publishes nothing; it is told in the history', async () => {
    const city = base.copy();
    const { stdout, stderr } = await lake(city, 'rollback', 'gold.total', '--dry-run', '--output', 'json');
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toContain('A dry run: nothing was published.');
    expect(stderr).toContain('gold.total is built: silver.orders changed');
    expect(city.versions()['gold.total']).toBe(1);
    await lake(city, 'rollback', 'gold.total');
    const runs = await asked(city, `select command from meta.runs where command = 'rollback'`);
    expect(runs).toEqual([{ command: 'rollback' }]);
    const { stdout: versions } = await lake(city, 'history', 'gold.total', '--versions', '--output', 'json');
    expect(JSON.parse(versions)[0]).toMatchObject({ version: 2, operation: 'RESTORE', data_version: 0 });
    await city.remove();
  }, 60_000);

  it.each([
    [['gold.shown'], /LK6029.*gold\.shown is made of SQL alone, and has no rows to bring back/],
    [['gold.total', 'gold.report'], /LK6029.*2 tables do not go back to one time/],
    [['orders', '--to', '1'], /LK6029.*2 tables do not have one version 1 in common/],
    [['gold.total', '--to', '1'], /LK6029.*gold\.total is at version 1 already/],
    [['gold.total', '--to', '17'], /LK6024.*gold\.total has no version 17/],
    [['gold.total', '--to', '2020-01-01'], /LK6027/],
    [[], /LK7006.*no table is named/],
  ])('refuses what has no meaning: %j', async (args, message) => {
    const { exitCode, stderr } = await lake(base, 'rollback', ...args);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(base.versions()['gold.total']).toBe(1);
  });
});
