/** Tables whose log another program has cleaned: of what came before its checkpoint no commit is left. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../../../../src/lakehouse/delta/checkpoint/write-checkpoint.js';
import { readHead } from '../../../../src/lakehouse/head.js';
import { versionRows } from '../../../../src/lakehouse/meta/versions.js';
import { findGarbage } from '../../../../src/lakehouse/vacuum/find-garbage.js';
import { ForeignWriter } from '../../support/foreign-writer.js';
import { type OpenedLake, openedLake } from '../../support/opened-lake.js';
import { type OwnEngine, ownEngine } from '../../support/own-engine.js';

let engine: OwnEngine;
let opened: OpenedLake;
let other: ForeignWriter;
beforeAll(async () => {
  engine = await ownEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  opened = await openedLake();
  other = new ForeignWriter(opened.at('silver/x'), opened.writer.connection);
});
afterEach(() => opened.remove());

const table = 'silver.x';
const log = () => opened.at('silver/x/_delta_log');
const name = (version: number, kind = 'json') => `${String(version).padStart(20, '0')}.${kind}`;
const write = (id: number) => opened.writer.write(table, `select ${id}::integer as id`, { mode: 'append' });
const filesOf = async () => (await (await opened.again()).head(table))!.state.files.map(({ path }) => path);

/** The checkpoint of the newest version, as its commits add up to; then the commits up to it are deleted, as a clean-up does. */
async function checkpointAndClean(): Promise<number> {
  const { store } = opened.lake;
  const version = other.next() - 1;
  const head = (await readHead(store, table))!;
  const files = head.active ?? head.state.files;
  const state = { ...head.state, files };
  expect(
    await writeCheckpoint(
      { store, sql: engine.sql, run: 'closing', now: Date.now() },
      { ...head, version, state },
    ),
  ).toBe(true);
  for (const entry of await readdir(log())) if (entry.endsWith('.json')) await rm(`${log()}/${entry}`);
  expect((await readdir(log())).sort()).toEqual([name(version, 'checkpoint.parquet'), '_last_checkpoint']);
  return version;
}

describe('a log of which a checkpoint alone is left', () => {
  test('of a version of lake is read as if its commits were there, and continued', async () => {
    for (const id of [1, 2, 3]) await write(id);
    const before = (await opened.lake.head(table))!;
    expect(await checkpointAndClean()).toBe(2);
    const lake = await opened.again();
    expect(await lake.tables()).toEqual([table]);
    const head = (await lake.head(table))!;
    expect(head).toMatchObject({ version: 2, state: before.state });
    expect(head.foreign).toBeUndefined();
    // Versions before it are those of lake's states.
    expect((await lake.at(table, 1)).state.files).toHaveLength(2);
    await expect(lake.at(table, 7)).rejects.toMatchObject({ code: 'LK6024' });
    const next = await write(4);
    expect(next).toMatchObject({ version: 3, state: { rows: 4 } });
    expect(await filesOf()).toHaveLength(4);
  });

  test('of versions of others has their files and says so; the next commit of lake takes their rows back', async () => {
    await write(1);
    await write(2);
    const own = await filesOf();
    await other.append('select 10::integer as id');
    await other.append('select 11::integer as id');
    expect(await checkpointAndClean()).toBe(3);
    const lake = await opened.again();
    const head = (await lake.head(table))!;
    expect(head.state.files.map(({ path }) => path)).toEqual(own);
    expect(head.foreign).toEqual([
      expect.objectContaining({
        version: 3,
        operation: 'CHECKPOINT',
        addedFiles: 2,
        addedRows: 2,
        dataChange: true,
      }),
    ]);
    expect((await lake.at(table, 3)).state).toMatchObject({ rows: 4, version: 3 });
    await other.append('select 12::integer as id');
    expect((await (await opened.again()).head(table))!.foreign).toHaveLength(2);
    const next = await write(3);
    expect(next).toMatchObject({ version: 5, state: { rows: 3 } });
    expect((await filesOf()).slice(0, 2)).toEqual(own);
  });

  test('is no reason to take a file of a version that stays for garbage, and its history is told', async () => {
    for (const id of [1, 2, 3]) await write(id);
    await other.append('select 10::integer as id');
    await checkpointAndClean();
    const { store } = await opened.again();
    expect(await findGarbage(store, { since: Date.now(), sets: 1 }, 'vacuum', [table])).toEqual([]);
    const { rows } = await versionRows({ store }, table, 10);
    expect(rows.map(({ version, files, writer }) => [version, files, writer])).toEqual([
      [3, 4, 'another program'],
      [2, 3, 'lake'],
      [1, 2, 'lake'],
      [0, 1, 'lake'],
    ]);
  });

  test('in several parts is read and continued by the next checkpoint; one of which a part is missing is not', async () => {
    for (const id of [1, 2, 3]) await write(id);
    const version = await checkpointAndClean();
    const whole = `${log()}/${name(version, 'checkpoint.parquet')}`;
    const part = (n: number) => `${log()}/${name(version, `checkpoint.000000000${n}.0000000002.parquet`)}`;
    for (const [n, where] of [
      [1, 'is null'],
      [2, 'is not null'],
    ] as const)
      await opened.writer.connection.run(
        `copy (from read_parquet('${whole}') where "add" ${where}) to '${part(n)}' (format parquet)`,
      );
    await rm(whole);
    await writeFile(`${log()}/_last_checkpoint`, JSON.stringify({ version, size: 6, parts: 2 }));
    expect(await filesOf()).toHaveLength(3);
    const next = await write(4);
    const { store } = opened.lake;
    const head = (await readHead(store, table))!;
    expect(await writeCheckpoint({ store, sql: engine.sql, run: 'closing', now: Date.now() }, head)).toBe(
      true,
    );
    await rm(`${log()}/${name(next.version)}`);
    expect(await filesOf()).toHaveLength(4);
    await rm(`${log()}/${name(next.version, 'checkpoint.parquet')}`);
    await rm(part(1));
    await expect((await opened.again()).head(table)).rejects.toMatchObject({ code: 'LK6023' });
  });

  test('may have null where a protocol has no list of features, as those of delta-rs', async () => {
    await write(1);
    const version = await checkpointAndClean();
    const file = `${log()}/${name(version, 'checkpoint.parquet')}`;
    const lists = `null::varchar[] as "readerFeatures", null::varchar[] as "writerFeatures"`;
    await opened.writer.connection.run(
      `create table rewritten as select * replace (case when protocol is not null then (select p from (select unnest(protocol), ${lists}) p) end as protocol) from read_parquet('${file}')`,
    );
    await opened.writer.connection.run(`copy rewritten to '${file}' (format parquet)`);
    await opened.writer.connection.run('drop table rewritten');
    expect(await filesOf()).toHaveLength(1);
  });

  test('with a UUID in its name is refused by the name of its feature', async () => {
    await write(1);
    const version = await checkpointAndClean();
    const uuid = '80a083e8-7026-4e79-81be-64bd76c43a11';
    await rename(
      `${log()}/${name(version, 'checkpoint.parquet')}`,
      `${log()}/${name(version, `checkpoint.${uuid}.parquet`)}`,
    );
    await expect((await opened.again()).head(table)).rejects.toMatchObject({
      code: 'LK6025',
      message: expect.stringContaining('v2Checkpoint'),
    });
  });

  test('of a table that lake never wrote to is told as another program’s', async () => {
    await mkdir(log(), { recursive: true });
    await opened.writer.connection.run(
      `copy (select {'path': 'a.parquet', 'size': 1::bigint} as "add", null::struct(path varchar) as remove) to '${log()}/${name(5, 'checkpoint.parquet')}' (format parquet)`,
    );
    await expect((await opened.again()).head(table)).rejects.toMatchObject({ code: 'LK6023' });
  });
});
