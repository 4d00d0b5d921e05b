/** What looks after a lake, in buckets: going back, merging small files, and tables of more files and versions than a listing has names. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveState } from '../lakehouse/support/move-state.js';
import { items, kinds, type OwnBucket, projectOnServer } from './support/in-buckets.js';

/** A listing of either service has a thousand names. */
const MANY = 1_050;

describe.each(kinds)('$name', (kind) => {
  let project: OwnBucket;
  beforeAll(async () => {
    project = await projectOnServer(kind, {
      'seeds/items.csv': items(10),
      'models/gold/total.sql': `select count(*)::integer as n, sum(amount)::bigint as amount from {{ref 'items'}}`,
      'models/gold/log.sql': `{{config materialized='incremental' incremental_strategy='append'}}
select id, amount from {{ref 'items'}} {{#if (is_incremental)}}where id > (select max(id) from {{self}}){{/if}}`,
      'models/gold/parted.sql': `{{config partition_by='part'}}\nselect i as part, i as id from range({{var 'parts'}}) t(i)`,
      'models/gold/seen.sql': `{{config materialized='view'}}\nselect max(n)::integer as n from {{ref 'total'}}`,
    });
  });
  afterAll(() => project.end());
  const build = (parts = 3) => project.told('build', '--vars', `{parts: ${parts}}`);
  const vars = ['--vars', '{parts: 3}'];

  test('lake rollback publishes the rows of before again, for all who read the bucket', async () => {
    await build();
    project.write({ 'seeds/items.csv': items(20) });
    await build();
    expect(await project.json('query', 'from gold.seen', ...vars)).toEqual([{ n: 20 }]);
    expect(await project.json('rollback', 'gold.total', ...vars)).toEqual([
      expect.objectContaining({ table: 'gold.total', from: 1, to: 0 }),
    ]);
    expect(await project.json('query', 'from gold.seen', ...vars)).toEqual([{ n: 10 }]);
    expect((await project.json('history', 'gold.total', '--versions', ...vars))[0]).toMatchObject({
      version: 2,
      operation: 'RESTORE',
    });
  });

  test('lake optimize merges the files that builds have added, and vacuum takes them away', async () => {
    project.write({ 'seeds/items.csv': items(30) });
    await build();
    const lake = await project.lake();
    expect((await lake.head('gold.log'))!.state.files).toHaveLength(3);
    const merged = await project.json('optimize', 'gold.log', ...vars);
    expect(merged).toEqual([expect.objectContaining({ files: 3, 'files after': 1, version: 3 })]);
    const sums = 'select count(*)::integer as n, sum(amount)::integer as amount from gold.log';
    const whole = [{ n: 30, amount: 870 }];
    expect(await project.json('query', sums, ...vars)).toEqual(whole);
    const { tables } = (await lake.newestSet())!;
    expect(tables['gold.log']).toBe(3);
    const told = await project.told(
      'vacuum',
      'gold.log',
      '--retention',
      '0 minutes',
      '--keep-sets',
      '1',
      ...vars,
    );
    expect(told).toContain('Deleted 3 files');
    expect(await project.json('query', sums, ...vars)).toEqual(whole);
    expect(await lake.lostFiles((await lake.head('gold.log'))!.state)).toEqual([]);
  });

  test('a table of more files and versions than a listing has names is read, continued, told and vacuumed', async () => {
    await build(MANY);
    const lake = await project.lake();
    expect((await lake.head('gold.parted'))!.state.files).toHaveLength(MANY);
    const count = 'select count(*)::integer as n, sum(id)::integer as ids from gold.parted';
    expect(await project.json('query', count, ...vars)).toEqual([{ n: MANY, ids: (MANY * (MANY - 1)) / 2 }]);
    await moveState(lake, 'gold.total', MANY);
    project.write({ 'seeds/items.csv': items(40) });
    await build(4);
    expect((await lake.head('gold.total'))!.version).toBe(MANY + 1);
    const versions = await project.json('history', 'gold.total', '--versions', '--limit', '5000', ...vars);
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: MANY + 2 }, (_, i) => MANY + 1 - i),
    );
    expect(await project.json('query', 'from gold.seen', ...vars)).toEqual([{ n: 40 }]);
    const keep = ['--retention', '0 minutes', '--keep-sets', '1', ...vars];
    const planned = await project.json('vacuum', 'gold.parted', '--dry-run', ...keep);
    expect(planned).toHaveLength(MANY + 3);
    await project.told('vacuum', 'gold.parted', ...keep);
    expect(await lake.store.list('gold/parted')).toHaveLength(3 + 4);
    expect(await project.json('query', count, ...vars)).toEqual([{ n: 4, ids: 6 }]);
    expect(await project.told('vacuum', 'gold.parted', ...keep)).toContain('Nothing to delete');
  }, 300_000);
});
