/** `lake optimize`, and what a build does by itself for tables of many small files. */
import { afterEach, describe, expect, it } from 'vitest';
import type { City } from '../run/support/city.js';
import { FOUR_ORDERS, orders, shop } from '../run/support/shop.js';
import { runLake } from '../support/run-lake.js';

let city: City;
afterEach(() => city.remove());

const EVENTS = 'models/gold/events.sql';
const MODELS = {
  [EVENTS]: `{{config materialized='incremental' incremental_strategy='append' sort_by=(list 'id')}}
select id, customer, day from {{ref 'orders'}}
{{#if (is_incremental)}}where id > (select max(id) from {{self}}){{/if}}`,
  'models/gold/report.sql': `select count(*)::integer as n from {{ref 'events'}}`,
};

/** A build for each further order: each adds a file to the model. */
async function grow(builds: number): Promise<void> {
  for (let i = 0; i < builds; i++) {
    const more = Array.from({ length: i }, (_, k) => [5 + k, 'eve', 1, '2026-02-01'] as const);
    city.serve(orders([...FOUR_ORDERS, ...more]));
    await city.build();
  }
}

const files = async () => (await city.state('gold.events')).files.length;
const json = async (...args: readonly string[]) => {
  const { stdout, stderr, exitCode } = await runLake(city.root, [...args, '--output', 'json']);
  expect(`${exitCode} ${stderr}`).toMatch(/^0/);
  return JSON.parse(stdout);
};

describe('lake optimize', () => {
  it('merges the small files of a table: the same rows in their order, nothing below is built, the set is the new one', async () => {
    city = shop(MODELS);
    await grow(3);
    const before = await city.state('gold.events');
    expect(before.files).toHaveLength(3);
    const planned = await json('optimize', '--dry-run');
    expect(planned).toEqual([
      expect.objectContaining({ table: 'gold.events', files: 3, 'files after': 1, merged: 3, version: null }),
    ]);
    expect(await files()).toBe(3);
    expect(await json('optimize')).toEqual([{ ...planned[0], version: before.version + 1 }]);
    const after = await city.state('gold.events');
    expect(after).toMatchObject({
      rows: 6,
      dataVersion: before.dataVersion,
      contentHash: before.contentHash,
      sortedBy: before.sortedBy,
    });
    expect(after.files).toHaveLength(1);
    const [file] = after.files;
    const sorted = `select list(id order by rn) = list(id order by id) from (select id, row_number() over () as rn from read_parquet('${city.root}/lake/gold/events/${file!.path}'))`;
    expect(await city.query(sorted)).toEqual([[true]]);
    expect(
      await json('query', 'select count(*)::integer as n, sum(id)::integer as s from gold.events'),
    ).toEqual([{ n: 6, s: 21 }]);
    expect((await city.build()).statuses).toMatchObject({ 'gold.events': 'reused', 'gold.report': 'reused' });
    const [newest] = await json('history', 'gold.events', '--versions');
    expect(newest).toMatchObject({
      operation: 'OPTIMIZE',
      data_version: before.dataVersion,
      files: 1,
      rows: 6,
    });
    const again = await runLake(city.root, ['optimize']);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to merge') });
    await grow(4);
    expect(await files()).toBe(2);
    expect(await json('query', 'from gold.report')).toEqual([{ n: 7 }]);
  }, 120_000);

  it('merges within a partition, whose column stays out of the file', async () => {
    city = shop({ [EVENTS]: MODELS[EVENTS]!.replace('sort_by', `partition_by=(list 'customer') sort_by`) });
    await grow(3);
    expect(await files()).toBe(5);
    expect(await json('optimize')).toHaveLength(1);
    expect(await files()).toBe(4);
    const rows = await json(
      'query',
      'select customer, count(*)::integer as n from gold.events group by 1 order by 1',
    );
    expect(rows).toEqual([
      { customer: 'ann', n: 2 },
      { customer: 'bob', n: 1 },
      { customer: 'cid', n: 1 },
      { customer: 'eve', n: 2 },
    ]);
    expect(await city.query(`select count(*)::integer from gold.events where customer = 'eve'`)).toEqual([
      [2],
    ]);
  }, 120_000);
});

describe('a build', () => {
  it('merges the small files of a table that it wrote, once there are auto_compact of them; the set has that version', async () => {
    city = shop(MODELS);
    const profiles = city.read('profiles.yml');
    city.write({ 'profiles.yml': profiles.replaceAll('{type: duckdb,', '{type: duckdb, auto_compact: 3,') });
    expect(city.read('profiles.yml')).toContain('auto_compact: 3');
    await grow(2);
    expect(await files()).toBe(2);
    await grow(3);
    expect(await files()).toBe(1);
    expect(await json('query', 'select count(*)::integer as n from gold.events')).toEqual([{ n: 6 }]);
    const again = await city.build();
    expect(again.statuses).toMatchObject({ 'gold.events': 'reused', 'gold.report': 'reused' });
    expect(again.set).toBe((await json('query', 'select max(set) as s from meta.runs'))[0]?.s ?? again.set);
  }, 120_000);
});
