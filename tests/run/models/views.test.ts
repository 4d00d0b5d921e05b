/** Views and ephemerals: SQL that is bound where it is read, at the versions of the run or set that reads it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { City } from '../support/city.js';
import { ask, FOUR_ORDERS, orders, shop } from '../support/shop.js';

const FILES = {
  'models/gold/big_orders.sql': `{{config materialized='view'}}
select id, customer, amount, day
from {{ref 'orders'}}
where amount >= 20
`,
  'models/gold/per_customer.sql': `{{config materialized='ephemeral'}}
select customer, sum(amount) as amount from {{ref 'big_orders'}} group by customer
`,
  'models/gold/ranking.sql': `{{config materialized='view'}}
select customer, amount, rank() over (order by amount desc) as place from {{ref 'per_customer'}}
`,
  'models/gold/winners.sql': `select customer, amount from {{ref 'ranking'}} where place = 1\n`,
  'models/gold/gold.yml': `version: 2
models:
  - name: big_orders
    description: Orders of twenty and more.
    columns: [{name: id, tests: [unique, not_null]}]
  - name: per_customer
    columns: [{name: customer, tests: [unique]}]
`,
};

let built: City;
let project: City;
beforeAll(async () => {
  built = shop(FILES);
  await built.build();
});
beforeEach(() => {
  project = built.copy();
});
afterEach(() => project.remove());
afterAll(() => built.remove());

const lakeOf = ({ root }: City) => openLake({ type: 'local', path: 'lake' }, root);
const viewFiles = ({ root }: City, name: string) => {
  const folder = join(root, 'lake', 'gold', name, '_view');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

describe('a view', () => {
  test('is published as one small file, which no Delta reader takes for a table', async () => {
    expect(readdirSync(join(project.root, 'lake', 'gold', 'big_orders'))).toEqual(['_view']);
    const view = await (await lakeOf(project)).view('gold.big_orders');
    expect(view).toMatchObject({
      version: 0,
      state: {
        format: 1,
        sql: expect.stringContaining('"silver"."orders"'),
        reads: ['silver.orders'],
        description: 'Orders of twenty and more.',
        columns: [
          { name: 'id', type: 'INTEGER' },
          { name: 'customer', type: 'VARCHAR' },
          { name: 'amount', type: 'INTEGER' },
          { name: 'day', type: 'DATE' },
        ],
        tests: [{ status: 'pass' }, { status: 'pass' }],
        audited: true,
      },
    });
    expect((await (await lakeOf(project)).newestSet())?.views).toEqual({
      'gold.big_orders': 0,
      'gold.ranking': 0,
    });
  });

  test('is read by tables and by `lake query`, through ephemerals and other views', async () => {
    expect(await ask(project, 'from gold.winners order by all')).toEqual([['cid', '40']]);
    expect(await ask(project, 'select customer, place from gold.ranking order by place')).toEqual([
      ['cid', 1],
      ['ann', 2],
      ['bob', 3],
    ]);
  });

  test('does not show its inputs to who reads it', async () => {
    project.write({
      'models/gold/winners.sql': `{{config materialized='table'}}
select r.customer, o.id from {{ref 'ranking'}} r, silver.orders o\n`,
    });
    const failed = await project.build({ exit: 1 });
    expect(failed.node('gold.winners').error).toMatchObject({ code: 'LK5004' });
  });
});

describe('a second build', () => {
  test('starts no engine and publishes nothing', async () => {
    const again = await project.build();
    expect(again.engineStarted).toBe(false);
    expect(again.statuses).toMatchObject({
      'gold.big_orders': 'reused',
      'gold.per_customer': 'reused',
      'gold.ranking': 'reused',
      'gold.winners': 'reused',
    });
    expect(again.set).toBe(1);
    expect(viewFiles(project, 'big_orders')).toEqual(['0.json']);
  });

  test('builds what reads a view when the rows under the view changed, and tests the view', async () => {
    project.serve(orders([...FOUR_ORDERS, [5, 'ann', 100, '2026-01-04']]));
    const changed = await project.build();
    expect(changed.node('gold.winners')).toMatchObject({
      status: 'success',
      reason: 'gold.ranking changed',
    });
    expect(changed.node('gold.big_orders').tests.map((t) => t.status)).toEqual(['pass', 'pass']);
    expect(await ask(project, 'from gold.winners')).toEqual([['ann', '130']]);
  });

  test('reuses what reads a view when only other tables changed', async () => {
    project.write({
      'datasets/orders.yml': `dataset: orders
portal: files
source: {url: orders.csv}
key: [id]
description: All orders.
fields: {id: integer, customer: varchar, amount: integer, day: date}
`,
    });
    expect((await project.build()).node('gold.winners').status).toBe('reused');
  });

  test('builds what reads an ephemeral or view when its SQL changed, not when only its layout did', async () => {
    const sql = project.read('models/gold/per_customer.sql');
    project.write({ 'models/gold/per_customer.sql': `${sql}  -- customers\n` });
    expect((await project.build()).node('gold.winners').status).toBe('reused');
    project.write({ 'models/gold/per_customer.sql': sql.replace('sum(amount)', 'max(amount) + 1') });
    expect((await project.build()).node('gold.winners').status).toBe('success');
    expect(await ask(project, 'from gold.winners')).toEqual([['cid', 41]]);
  });

  test('of a part alone reads what is published: an edited view counts once it is built', async () => {
    project.write({
      'models/gold/big_orders.sql': project.read('models/gold/big_orders.sql').replace('>= 20', '< 20'),
    });
    expect((await project.build({ select: ['winners'] })).statuses).toEqual({ 'gold.winners': 'reused' });
    await project.build();
    expect(await ask(project, 'from gold.winners')).toEqual([['ann', '10']]);
  });

  test('builds what reads a view over the clock each time, and the view itself once', async () => {
    project.write({
      'models/gold/ranking.sql': `{{config materialized='view'}}
select customer, amount, 1 as place, now() as at from {{ref 'per_customer'}}\n`,
    });
    await project.build();
    const again = await project.build();
    expect(again.node('gold.ranking').status).toBe('reused');
    expect(again.node('gold.winners')).toMatchObject({ status: 'unchanged' });
  });
});

describe('a view is not published', () => {
  const broken = (sql: string) => {
    project.write({ 'models/gold/ranking.sql': `{{config materialized='view'}}\n${sql}` });
    return project.build({ exit: 1 });
  };

  test('when its SQL does not bind: the message names its own line', async () => {
    const failed = await broken(`select customer,\n  amuont as place\nfrom {{ref 'per_customer'}}\n`);
    expect(failed.node('gold.ranking').error).toMatchObject({
      code: 'LK5004',
      details: { at: { file: 'models/gold/ranking.sql', line: 3, col: 3 } },
    });
    expect(failed.statuses['gold.winners']).toBe('skipped');
    expect(viewFiles(project, 'ranking')).toEqual(['0.json']);
    expect(await ask(project, 'select count(*) from gold.ranking')).toEqual([[3]]);
  });

  test('when a test of it fails: the one before stays', async () => {
    project.write({
      'models/gold/big_orders.sql': `{{config materialized='view'}}
select 1 as id, customer, amount, day from {{ref 'orders'}}\n`,
    });
    const failed = await project.build({ exit: 1 });
    expect(failed.node('gold.big_orders').error).toMatchObject({ code: 'LK4012' });
    expect(viewFiles(project, 'big_orders')).toEqual(['0.json']);
    expect(await ask(project, 'select count(distinct id) from gold.big_orders')).toEqual([[3]]);
  });

  test('and a mistake that only shows when rows are read is told where it stands', async () => {
    project.write({
      'models/gold/per_customer.sql': `{{config materialized='ephemeral'}}
select customer,
  customer::integer as amount
from {{ref 'big_orders'}}\n`,
      'models/gold/gold.yml': 'version: 2\n',
    });
    const failed = await project.build({ exit: 1 });
    expect(failed.node('gold.ranking').status).toBe('success');
    expect(failed.node('gold.winners').error).toMatchObject({
      code: 'LK5005',
      message: expect.stringContaining('gold.winners: in gold.per_customer: Could not convert'),
      details: { at: { file: 'models/gold/per_customer.sql', line: 3 } },
    });
  });
});

describe('an ephemeral', () => {
  test('is published nowhere, and its tests run', async () => {
    expect(existsSync(join(project.root, 'lake', 'gold', 'per_customer'))).toBe(false);
    project.write({
      'models/gold/per_customer.sql': `{{config materialized='ephemeral'}}
select 'x' as customer, amount from {{ref 'big_orders'}}\n`,
    });
    const failed = await project.build({ exit: 1 });
    expect(failed.node('gold.per_customer').error).toMatchObject({ code: 'LK4012' });
    expect(failed.statuses['gold.ranking']).toBe('skipped');
  });

  test('alone is nothing to build', async () => {
    const alone = await project.build({ select: ['per_customer'] });
    expect(alone.node('gold.per_customer')).toMatchObject({
      status: 'reused',
      reason: 'ephemeral: read as part of what uses it, stored nowhere',
    });
    expect(alone.set).toBe(1);
  });

  test('that is not selected is waited through: what reads it sees the rows of this run', async () => {
    project.write({
      'models/gold/amounts.sql': `select id, amount, day from {{ref 'orders'}} where amount > 0\n`,
      'models/gold/days.sql': `{{config materialized='ephemeral'}}
select day, sum(amount) as amount from {{ref 'amounts'}} group by day\n`,
      'models/gold/best_day.sql': `select max(amount) as amount from {{ref 'days'}}\n`,
    });
    await project.build({ select: ['amounts', 'best_day'] });
    expect(await ask(project, 'from gold.best_day')).toEqual([['40']]);
  });
});

describe('another materialization under the same name', () => {
  const asTable = `{{config materialized='table'}}\nselect customer, amount from {{ref 'per_customer'}}\n`;
  const asView = asTable.replace('table', 'view');

  test('table, view, table: each build shows what the project says', async () => {
    project.write({ 'models/gold/winners.sql': asView });
    expect((await project.build()).node('gold.winners')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining('it was a table before'),
    });
    expect(await ask(project, 'select count(*) from gold.winners')).toEqual([[3]]);
    const set = await (await lakeOf(project)).newestSet();
    expect(set?.views).toHaveProperty(['gold.winners'], 0);
    expect(set?.tables).not.toHaveProperty(['gold.winners']);
    expect((await project.build()).node('gold.winners').status).toBe('reused');

    project.write({ 'models/gold/winners.sql': asTable });
    expect((await project.build()).node('gold.winners').reason).toContain('it was a view before');
    expect(await ask(project, 'select count(*) from gold.winners')).toEqual([[3]]);
    const later = await (await lakeOf(project)).newestSet();
    expect(later?.tables).toHaveProperty(['gold.winners'], 1);
    expect(later?.views).not.toHaveProperty(['gold.winners']);
    expect((await project.build()).engineStarted).toBe(false);

    project.write({ 'models/gold/winners.sql': asView });
    await project.build();
    expect(viewFiles(project, 'winners')).toEqual(['0.json', '1.json']);
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('and back to the table of before: its rows are confirmed, not written again', async () => {
    const before = project.read('models/gold/winners.sql');
    project.write({ 'models/gold/winners.sql': asView });
    await project.build();
    project.write({ 'models/gold/winners.sql': before });
    expect((await project.build()).node('gold.winners')).toMatchObject({ status: 'unchanged' });
    expect(await ask(project, 'from gold.winners')).toEqual([['cid', '40']]);
  });
});

describe('a question', () => {
  test('about tables is not failed by a view whose input lost a column', async () => {
    project.write({ 'models/gold/plain.sql': `select customer, amount, day from {{ref 'orders'}}\n` });
    project.write({
      'models/gold/over_plain.sql': `{{config materialized='view'}}\nselect day from {{ref 'plain'}}\n`,
    });
    await project.build();
    project.write({ 'models/gold/plain.sql': `select customer, amount from {{ref 'orders'}}\n` });
    await project.build({ select: ['plain'] });
    expect(await ask(project, 'select count(*) from gold.plain')).toEqual([[4]]);
    await expect(ask(project, 'from gold.over_plain')).rejects.toMatchObject({
      code: 'LK5004',
      message: expect.stringContaining('gold.over_plain'),
      hint: expect.stringContaining('It stands in models/gold/over_plain.sql:2:8'),
    });
  });

  test('sees bronze as it was delivered, and a view over bronze what the manifest names of it', async () => {
    project.write({
      'models/gold/delivered.sql': `{{config materialized='view'}}\nselect * from {{ref 'bronze.orders'}}\n`,
    });
    await project.build({ select: ['delivered'] });
    const columns = async (table: string) =>
      (await ask(project, `describe ${table}`))
        .map(([name]) => String(name))
        .filter((name) => !name.startsWith('_'));
    expect(await columns('bronze.orders')).toEqual(['id', 'customer', 'amount', 'day']);
    expect(await ask(project, 'select count(*), min(id) from gold.delivered')).toEqual([[4, '1']]);
    expect(await ask(project, 'select count(*) from gold.delivered join bronze.orders using (id)')).toEqual([
      [4],
    ]);
  });
});
