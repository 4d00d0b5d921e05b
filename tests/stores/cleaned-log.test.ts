/** A table in a bucket whose log another program has cleaned: its checkpoint is all that is left of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { writeCheckpoint } from '../../src/lakehouse/delta/checkpoint/write-checkpoint.js';
import { readHead } from '../../src/lakehouse/head.js';
import { items, kinds, type OwnBucket, projectOnServer } from './support/in-buckets.js';

const TABLE = 'gold.items';
const LOG = 'gold/items/_delta_log';

describe.each(kinds)('$name', (kind) => {
  let project: OwnBucket;
  beforeAll(async () => {
    project = await projectOnServer(kind, { 'seeds/items.csv': items(10) });
  });
  afterAll(() => project.end());

  test('is read from the checkpoint and lake’s own state, continued by a build, and keeps its files in a vacuum', async () => {
    await project.told('build');
    project.write({ 'seeds/items.csv': items(20) });
    await project.told('build');
    const { store } = await project.lake();
    const engine = createEngine({ threads: 1, tempDir: project.root });
    const head = (await readHead(store, TABLE))!;
    expect(await writeCheckpoint({ store, sql: engine.sql, run: 'other', now: Date.now() }, head)).toBe(true);
    await engine.close();
    for (const name of await store.list(LOG))
      if (name.endsWith('.json')) await store.delete(`${LOG}/${name}`);
    expect(await store.list(LOG)).toEqual(['00000000000000000001.checkpoint.parquet', '_last_checkpoint']);

    const sum = `select count(*)::integer as n, sum(amount)::integer as amount from ${TABLE}`;
    expect(await project.json('query', sum)).toEqual([{ n: 20, amount: 380 }]);
    expect(await project.told('build')).toContain('Nothing changed');
    expect(await project.told('vacuum', '--retention', '0 minutes', '--keep-sets', '1')).toContain(
      'Deleted 1',
    );
    expect(await project.json('query', sum)).toEqual([{ n: 20, amount: 380 }]);
    project.write({ 'seeds/items.csv': items(30) });
    await project.told('build');
    expect((await (await project.lake()).head(TABLE))!.version).toBe(2);
    expect(await project.json('query', sum)).toEqual([{ n: 30, amount: 870 }]);
  });
});
