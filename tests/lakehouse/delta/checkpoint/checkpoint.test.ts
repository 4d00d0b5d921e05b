import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  writeCheckpoint,
  writeCheckpoints,
} from '../../../../src/lakehouse/delta/checkpoint/write-checkpoint.js';
import { readHead, type StoredHead } from '../../../../src/lakehouse/head.js';
import { type OpenedLake, openedLake } from '../../support/opened-lake.js';
import { type OwnEngine, ownEngine } from '../../support/own-engine.js';

let engine: OwnEngine;
let opened: OpenedLake;
beforeAll(async () => {
  engine = await ownEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const table = 'silver.x';
const DAY = 24 * 60 * 60 * 1000;
const name = (version: number, kind = 'json') => `${String(version).padStart(20, '0')}.${kind}`;
const logNames = () => readdir(opened.at('silver/x/_delta_log'));
const lastCheckpoint = async () =>
  JSON.parse(await readFile(opened.at('silver/x/_delta_log/_last_checkpoint'), 'utf8'));

/** What the run does at its end. */
async function checkpoint(now = Date.now()): Promise<boolean | string> {
  const head = (await readHead(opened.lake.store, table))!;
  return writeCheckpoint({ store: opened.lake.store, sql: engine.sql, run: 'closing', now }, head);
}

async function rows(sql: string): Promise<unknown[][]> {
  return (await opened.writer.connection.runAndReadAll(sql)).getRowsJson();
}

/** Rows of a checkpoint; `from` in it stands for the file. */
const ofCheckpoint = (version: number, sql: string) =>
  rows(
    sql.replace('CHECKPOINT', `'${opened.at('silver/x/_delta_log', name(version, 'checkpoint.parquet'))}'`),
  );

const numbers = (id: number) => `select ${id}::integer as id`;

/** One version after the other. */
async function versions(count: number, options = {}): Promise<void> {
  for (let i = 0; i < count; i++)
    await opened.writer.write(table, numbers(i), { mode: 'append', ...options });
}

describe('a checkpoint', () => {
  test('holds what the log adds up to: files with statistics, removals of the last days, protocol, metadata, txn', async () => {
    await versions(3);
    await opened.writer.write(table, numbers(9));
    await versions(1, { description: 'Numbers' });
    expect(await checkpoint()).toBe(true);
    const head = (await opened.lake.head(table))!;
    const adds = await ofCheckpoint(
      4,
      `select "add".path, "add".size, "add"."dataChange", "add".stats from CHECKPOINT where "add" is not null order by all`,
    );
    expect(adds.map(([path, size]) => [path, Number(size)])).toEqual(
      head.state.files.map(({ path, bytes }) => [path, bytes]).sort(),
    );
    expect(adds.every(([, , changes]) => changes === false)).toBe(true);
    expect(adds.map(([, , , stats]) => JSON.parse(String(stats)).minValues.id).sort()).toEqual([0, 9]);
    expect(
      await ofCheckpoint(4, `select count(*)::integer from CHECKPOINT where remove is not null`),
    ).toEqual([[3]]);
    expect(
      await ofCheckpoint(4, `select txn."appId", txn.version::integer from CHECKPOINT where txn is not null`),
    ).toEqual([['lake', 4]]);
    expect(
      await ofCheckpoint(
        4,
        `select "metaData".description, "metaData".name from CHECKPOINT where "metaData" is not null`,
      ),
    ).toEqual([['Numbers', table]]);
    expect(await ofCheckpoint(4, `select protocol from CHECKPOINT where protocol is not null`)).toEqual([
      [{ minReaderVersion: 1, minWriterVersion: 2 }],
    ]);
    expect(await lastCheckpoint()).toMatchObject({ version: 4, size: 8, numOfAddFiles: 2 });
  });

  test('goes on from the one before it, and says of features what the protocol says', async () => {
    await versions(2);
    await checkpoint();
    await rm(opened.at('silver/x/_delta_log', name(0)));
    await opened.writer.write(
      table,
      `select timestamp '2024-01-01' as at, 'a b' as area union all select null, null`,
      {
        partitionBy: ['area'],
      },
    );
    expect(await checkpoint()).toBe(true);
    expect(await ofCheckpoint(2, `select protocol from CHECKPOINT where protocol is not null`)).toEqual([
      [
        {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['timestampNtz'],
          writerFeatures: ['timestampNtz'],
        },
      ],
    ]);
    const values = await ofCheckpoint(
      2,
      `select "add"."partitionValues"['area'] from CHECKPOINT where "add" is not null order by all nulls last`,
    );
    expect(values).toEqual([['a b'], [null]]);
  });

  test('forgets removals after their retention', async () => {
    await versions(1);
    await opened.writer.write(table, numbers(2));
    await checkpoint(Date.now() + 8 * DAY);
    expect(
      await ofCheckpoint(1, `select count(*)::integer from CHECKPOINT where remove is not null`),
    ).toEqual([[0]]);
  });

  test('is not written twice, nor where commits are missing, nor of files that are not those of the state', async () => {
    await versions(2);
    await checkpoint();
    expect(await checkpoint()).toBe(false);
    await versions(3);
    const middle = opened.at('silver/x/_delta_log', name(3));
    const text = await readFile(middle, 'utf8');
    await rm(middle);
    const lost = 'commits are missing in its log, and no checkpoint covers them';
    expect(await checkpoint()).toBe(lost);
    const head = (await opened.lake.head(table))!;
    const told = await writeCheckpoints(
      { store: opened.lake.store, sql: engine.sql, run: 'closing', now: 0 },
      [head as StoredHead],
    );
    expect(told).toEqual([
      `${table}: the checkpoint of version 4 could not be written, the next run tries again: ${lost}`,
    ]);
    await writeFile(
      middle,
      text
        .split('\n')
        .filter((line) => !line.startsWith('{"add"'))
        .join('\n'),
    );
    expect(await checkpoint()).toBe('its log adds up to 4 files, and the table has 5');
    expect(await lastCheckpoint()).toMatchObject({ version: 1 });
    await writeFile(middle, text);
    expect(await checkpoint()).toBe(true);
    expect(await opened.lake.store.list('_staging/closing')).toEqual([]);
  });

  test('a hint that makes no sense is passed over', async () => {
    await versions(2);
    await checkpoint();
    await versions(2);
    for (const hint of ['', '{"version":99}', '{"version":3,"parts":2}', '[]']) {
      await writeFile(opened.at('silver/x/_delta_log/_last_checkpoint'), hint);
      expect((await opened.lake.head(table))?.version).toBe(3);
    }
    await writeFile(opened.at('silver/x/_delta_log/_last_checkpoint'), '{"version":2}');
    await rm(opened.at('silver/x/_delta_log', name(0)));
    expect(await checkpoint()).toBe(true);
    expect(await ofCheckpoint(3, `select count("add".path)::integer from CHECKPOINT`)).toEqual([[4]]);
  });
});

describe('a run that has an engine', () => {
  const endOfRun = async () =>
    opened.lake.checkpoint([(await opened.lake.head(table))!], 'run-1', engine.sql);

  test('writes one for every tenth version, or for the first that it commits after it', async () => {
    for (let i = 0; i < 13; i++) {
      await versions(1);
      await endOfRun();
    }
    expect(await lastCheckpoint()).toMatchObject({ version: 10 });
    for (let i = 13; i < 24; i++) await versions(1);
    expect(await endOfRun()).toEqual([]);
    expect(await lastCheckpoint()).toMatchObject({ version: 23 });
    await versions(1);
    await endOfRun();
    expect((await logNames()).filter((file) => file.endsWith('.parquet'))).toHaveLength(2);
  });

  test('one that cannot be written is told and disturbs nothing, and the next run writes it', async () => {
    await versions(11);
    const broken = async () => {
      throw new Error('no memory');
    };
    expect(await opened.lake.checkpoint([(await opened.lake.head(table))!], 'run-1', broken)).toEqual([
      `${table}: the checkpoint of version 10 could not be written, the next run tries again: LK9000 no memory`,
    ]);
    await expect(lastCheckpoint()).rejects.toThrow('ENOENT');
    await versions(1);
    await endOfRun();
    expect(await lastCheckpoint()).toMatchObject({ version: 11 });
  });
});

describe('the log is cleaned up', () => {
  /** Twenty versions with checkpoints at 5, 10, 15. */
  async function grown(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      await versions(1);
      if (i % 5 === 0 && i > 0) await checkpoint();
    }
  }

  test('behind a checkpoint, after the retention; what a kept version needs stays', async () => {
    await grown();
    expect(await checkpoint(Date.now() + 29 * DAY)).toBe(true);
    expect(await logNames()).toContain(name(0));
    await versions(1);
    expect(await checkpoint(Date.now() + 32 * DAY)).toBe(true);
    const left = (await logNames()).sort();
    const newest = (await lastCheckpoint()).version as number;
    expect(left).toEqual([name(newest, 'checkpoint.parquet'), name(newest), '_last_checkpoint'].sort());
    expect((await opened.lake.head(table))!.version).toBe(newest);
    await versions(1);
    expect((await opened.lake.head(table))!.version).toBe(newest + 1);
  });

  test('every version of lake stays readable, by the states that no clean-up touches', async () => {
    await grown();
    const before = await opened.lake.at(table, 3);
    const states = await readdir(opened.at('silver/x/_lake'));
    await checkpoint(Date.now() + 40 * DAY);
    expect(await logNames()).not.toContain(name(3));
    expect(await opened.lake.at(table, 3)).toEqual(before);
    expect(await readdir(opened.at('silver/x/_lake'))).toEqual(expect.arrayContaining(states));
    await expect(opened.lake.at(table, 99)).rejects.toMatchObject({ code: 'LK6024' });
  });

  test('not where the table says so, and after the time that it says', async () => {
    const forNow = Date.now() + 40 * DAY;
    await versions(6, { properties: { 'delta.enableExpiredLogCleanup': 'false' } });
    await checkpoint();
    await versions(3, { properties: { 'delta.enableExpiredLogCleanup': 'false' } });
    await checkpoint(forNow);
    expect(await logNames()).toContain(name(0));
    const on = { 'delta.enableExpiredLogCleanup': 'true' };
    await versions(1, { properties: { ...on, 'delta.logRetentionDuration': 'interval 60 days' } });
    await checkpoint(forNow);
    expect(await logNames()).toContain(name(0));
    await versions(1, { properties: { 'delta.logRetentionDuration': 'interval 1 week' } });
    await checkpoint(forNow);
    expect(await logNames()).not.toContain(name(0));
  });
});
