import { cpSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCheckpoint } from '../../src/lakehouse/delta/checkpoint/write-checkpoint.js';
import type { StoredHead } from '../../src/lakehouse/head.js';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { writeEveryKindOfTable } from '../lakehouse/support/every-kind-of-table.js';
import { type OwnEngine, ownEngine } from '../lakehouse/support/own-engine.js';
import { Writer } from '../lakehouse/support/writer.js';

const path = process.env['LAKE_DIR'] ?? '';
let engine: OwnEngine;
beforeAll(async () => {
  engine = await ownEngine();
});
afterAll(() => engine.close());

test('writes a lake with every kind of table to LAKE_DIR', async () => {
  expect(isAbsolute(path)).toBe(true);
  const lake = await openLake({ type: 'local', path }, path);
  await writeEveryKindOfTable(lake);
  expect((await lake.tables()).length).toBeGreaterThan(15);
});

test('writes a table of 25 versions, with checkpoints on the way', async () => {
  const lake = await openLake({ type: 'local', path }, path);
  const writer = await Writer.on(lake);
  for (let i = 0; i < 25; i++) {
    const select = `select ${i}::integer as id, 'area ' || ${i % 3} as area, timestamp '2024-01-01' + interval ${i} hour as at`;
    const head = await writer.write('silver.long', select, {
      mode: i === 12 ? 'overwrite' : 'append',
      partitionBy: ['area'],
    });
    await lake.checkpoint([head], 'run-1', engine.sql);
  }
  const log = readdirSync(join(path, 'silver/long/_delta_log'));
  expect(log.filter((name) => name.endsWith('.parquet'))).toHaveLength(2);
});

test('writes the same lake to LAKE_DIR-checkpointed, where a checkpoint is all that is left of the log before', async () => {
  const copy = `${path}-checkpointed`;
  cpSync(path, copy, { recursive: true });
  const lake = await openLake({ type: 'local', path: copy }, copy);
  for (const table of await lake.tables()) {
    const head = (await lake.head(table)) as StoredHead;
    await writeCheckpoint({ store: lake.store, sql: engine.sql, run: 'run-1', now: Date.now() }, head);
    const log = join(copy, table.replace('.', '/'), '_delta_log');
    const before = readdirSync(log).filter(
      (name) => /^\d{20}\.json$/.test(name) && Number(name.slice(0, 20)) < head.version,
    );
    for (const name of before) rmSync(join(log, name));
    expect(readdirSync(log)).toContain(`${String(head.version).padStart(20, '0')}.checkpoint.parquet`);
  }
});
