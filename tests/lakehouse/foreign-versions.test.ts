/** Tables that other programs appended to, deleted from or compacted. */
import { readFile, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scanSql, tableRelation } from '../../src/lakehouse/readers/table-relation.js';
import type { TableHead } from '../../src/lakehouse/types.js';
import { add, ForeignWriter, remove } from './support/foreign-writer.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { bareState } from './support/writer.js';

let opened: OpenedLake;
let other: ForeignWriter;
beforeEach(async () => {
  opened = await openedLake();
  other = new ForeignWriter(opened.at('silver/x'), opened.writer.connection);
});
afterEach(() => opened.remove());

const table = 'silver.x';
const numbers = (from: number, to: number) => `select i::integer as id from range(${from}, ${to}) t(i)`;
const head = async () => (await opened.lake.head(table))!;
const paths = ({ state }: TableHead) => state.files.map(({ path }) => path);

async function log(version: number): Promise<Record<string, Record<string, unknown>>[]> {
  const file = opened.at('silver/x/_delta_log', `${String(version).padStart(20, '0')}.json`);
  return (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** `add part-1`, `remove part-2`: what a commit does to files. */
const moves = async (version: number) =>
  (await log(version)).flatMap((action) =>
    ['add', 'remove'].flatMap((kind) => (action[kind] ? [`${kind} ${action[kind]['path']}`] : [])),
  );

async function ids({ state }: TableHead): Promise<number[]> {
  const { scans } = tableRelation({ table, state }, (file) => opened.lake.filePath(table, file));
  if (scans.length === 0) return [];
  const sql = scans.map(scanSql).join(' union all ');
  const read = await opened.writer.connection.runAndReadAll(`select id from (${sql}) order by id`);
  return read.getRows().map(([id]) => Number(id));
}

/** Lake's own next version: only its state moves. */
const moveState = async () => {
  const { version, state } = await head();
  return opened.lake.commit({
    table,
    base: version,
    mode: 'state',
    columns: [],
    partitionBy: [],
    files: [],
    state,
  });
};

describe('rows that another program wrote', () => {
  test('are told with who wrote them, when, how many, and do not count', async () => {
    const first = await opened.writer.write(table, numbers(0, 3), {
      state: { ...bareState, fingerprint: 'f' },
    });
    const version = await other.append(numbers(10, 15));
    const found = await head();
    expect(found.version).toBe(version);
    expect(found.foreign).toEqual([
      {
        version,
        writer: 'delta-rs:py-1.6.6',
        operation: 'WRITE',
        at: expect.stringMatching(/^20\d\d-.*Z$/),
        addedFiles: 1,
        removedFiles: 0,
        addedRows: 5,
        removedRows: 0,
        dataChange: true,
      },
    ]);
    expect(found.state).toEqual(first.state);
  });

  test('a version of another program is read as it is when it is asked for', async () => {
    await opened.writer.write(table, numbers(0, 3));
    const version = await other.append(numbers(10, 12));
    await opened.writer.write(table, numbers(0, 1));
    const then = await opened.lake.at(table, version);
    expect(await ids(then)).toEqual([0, 1, 2, 10, 11]);
    expect(then.state).toMatchObject({ rows: 5, version });
    expect(await ids(await opened.lake.at(table, 0))).toEqual([0, 1, 2]);
  });

  test('are replaced by the next version with rows, and theirs are taken out of the log', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    await other.append(numbers(10, 15));
    const added = (await moves(1))[0]!.replace('add', 'remove');
    const next = await opened.writer.write(table, numbers(0, 4));
    expect(next.version).toBe(2);
    expect(await moves(2)).toEqual([`remove ${paths(first)[0]}`, added, `add ${paths(next)[0]}`]);
    expect((await head()).foreign).toBeUndefined();
  });

  test('equal rows put the files of before back, with a commit that says so', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    other.delete(...paths(first));
    await other.append(numbers(10, 15));
    const next = await moveState();
    expect(next.state).toMatchObject({ version: 3, dataVersion: 0, files: first.state.files });
    expect((await log(3))[0]).toMatchObject({ commitInfo: { operation: 'RESTORE', isBlindAppend: false } });
    expect((await moves(3)).sort()).toEqual(
      [`add ${paths(first)[0]}`, (await moves(2))[0]!.replace('add', 'remove')].sort(),
    );
    const restored = (await log(3)).find((action) => action['add'])!['add']!;
    expect(restored).toMatchObject({ dataChange: true, stats: '{"numRecords":3}' });
  });

  test('an append goes on from the own files', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    await other.append(numbers(10, 15));
    other.delete(...paths(first));
    const next = await opened.writer.write(table, `select 3::integer as id, 'x' as new`, { mode: 'append' });
    expect(next.state.rows).toBe(4);
    expect(paths(next)[0]).toBe(paths(first)[0]);
    expect((await moves(3)).map((move) => move.split(' ')[0])).toEqual(['remove', 'add', 'add']);
  });

  test('files that are gone by now are told', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    other.delete(...paths(first));
    expect((await head()).lost).toBeUndefined();
    await rm(opened.lake.filePath(table, paths(first)[0]!));
    expect((await head()).lost).toBe(true);
  });

  test('rows that only seem to be rearranged count as written', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    await other.compact(numbers(0, 2), paths(first));
    const found = await head();
    expect(found.foreign).toMatchObject([{ dataChange: true, addedRows: 2, removedRows: 3 }]);
    expect(paths(found)).toEqual(paths(first));
  });
});

describe('files that another program rearranged', () => {
  test('are taken over', async () => {
    await opened.writer.write(table, numbers(0, 3), { mode: 'append' });
    const before = await opened.writer.write(table, numbers(3, 5), { mode: 'append' });
    const version = await other.compact(numbers(0, 5), paths(before));
    const found = await head();
    expect(found.foreign).toMatchObject([{ operation: 'OPTIMIZE', dataChange: false }]);
    expect(found.state).toMatchObject({ version, dataVersion: 1, rows: 5 });
    expect(await ids(found)).toEqual([0, 1, 2, 3, 4]);
    const next = await moveState();
    expect(await moves(next.version)).toEqual([]);
    expect((await head()).state).toMatchObject({ dataVersion: 1, files: [{ foreign: true, rows: 5 }] });
  });

  test('in bronze the files of their loads stay, and are back with the next commit', async () => {
    const bronze = 'bronze.x';
    const before = await opened.writer.write(bronze, numbers(0, 3), { mode: 'append' });
    const there = new ForeignWriter(opened.at('bronze/x'), opened.writer.connection);
    await there.compact(numbers(0, 3), paths(before));
    const found = (await opened.lake.head(bronze))!;
    expect(paths(found)).toEqual(paths(before));
    const next = await opened.writer.write(bronze, numbers(3, 4), { mode: 'append' });
    expect(paths(next)[0]).toBe(paths(before)[0]);
  });

  test('instants that Spark wrote without zone are those of UTC, whatever the zone of the session', async () => {
    const at = `timestamptz '2024-07-01 12:00:00+00'`;
    const before = await opened.writer.write(table, `select ${at} as at, 1 as id`);
    await other.compact(`select timestamp '2024-07-01 12:00:00' as at, 1 as id`, paths(before));
    const { scans } = tableRelation(await head(), (file) => opened.lake.filePath(table, file));
    await opened.writer.connection.run(`set timezone = 'America/Toronto'`);
    const read = await opened.writer.connection.runAndReadAll(
      `select epoch("at")::integer from (${scanSql(scans[0]!)})`,
    );
    expect(read.getRows()).toEqual([[Date.parse('2024-07-01T12:00:00Z') / 1000]]);
  });
});

describe('what else another program writes', () => {
  test('metadata alone change no rows; its settings of Delta stay, all else is as lake says with the next version', async () => {
    await opened.writer.write(table, numbers(0, 3), {
      description: 'Numbers',
      properties: { 'lake.sources': '[]' },
    });
    const { metaData } = (await log(0)).find((action) => action['metaData'])!;
    const configuration = { 'delta.logRetentionDuration': 'interval 1 day', owner: 'somebody' };
    other.commit('SET TBLPROPERTIES', [{ metaData: { ...metaData, description: null, configuration } }]);
    expect((await head()).foreign).toMatchObject([{ dataChange: false, addedFiles: 0 }]);
    await opened.writer.write(table, numbers(0, 4), {
      description: 'Numbers',
      properties: { 'lake.sources': '[]' },
    });
    const defined = (await log(2)).find((action) => action['metaData'])!['metaData'];
    expect(defined).toMatchObject({
      description: 'Numbers',
      configuration: { 'lake.sources': '[]', 'delta.logRetentionDuration': 'interval 1 day' },
    });
    expect(defined!['configuration']).not.toHaveProperty('owner');
  });

  test('a raised protocol stays raised, and keeps its features beside those that lake needs', async () => {
    await opened.writer.write(table, numbers(0, 3));
    other.commit('UPGRADE', [
      {
        protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants'] },
      },
    ]);
    await opened.writer.write(table, numbers(0, 4));
    expect((await log(2)).some((action) => action['protocol'])).toBe(false);
    await opened.writer.write(table, `select timestamp '2024-01-01' as at`);
    expect((await log(3)).find((action) => action['protocol'])!['protocol']).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: ['appendOnly', 'invariants', 'timestampNtz'],
    });
  });

  test('paths are decoded; one that lake would write otherwise is removed as the log names it', async () => {
    await opened.writer.write(table, numbers(0, 1));
    const files = ['a b.parquet', 'c%20d.parquet', 'e+f.parquet', 'g.parquet'];
    for (const name of files) await other.file(numbers(1, 2), name);
    const folder = opened.at('silver/x');
    const uris = ['a%20b.parquet', 'c%2520d.parquet', 'e+f.parquet', `file://${folder}/g.parquet`];
    other.commit(
      'WRITE',
      uris.map((path) => add({ path, rows: 1, bytes: 1 }, folder)),
    );
    expect(paths(await opened.lake.at(table, 1)).slice(1)).toEqual(files);
    await opened.writer.write(table, numbers(0, 1));
    const removed = (await moves(2)).filter((move) => move.startsWith('remove'));
    expect(removed.slice(1)).toEqual(uris.map((uri) => `remove ${uri}`));
  });

  test.each([
    [
      'deletion vectors',
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['deletionVectors'],
          writerFeatures: ['deletionVectors'],
        },
      },
      'deletionVectors',
    ],
    ['column mapping', { protocol: { minReaderVersion: 2, minWriterVersion: 5 } }, 'columnMapping'],
    [
      'a feature of tomorrow',
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['timestampNtz', 'x'],
          writerFeatures: ['timestampNtz', 'x'],
        },
      },
      'x',
    ],
    [
      'a protocol of tomorrow',
      { protocol: { minReaderVersion: 4, minWriterVersion: 8 } },
      'reader version 4, writer version 8',
    ],
    ['constraints', { protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, 'checkConstraints'],
    [
      'rows that may only be added',
      { metaData: { configuration: { 'delta.appendOnly': 'true' } } },
      'appendOnly',
    ],
    [
      'a deletion vector',
      { add: { path: 'x', size: 1, dataChange: true, deletionVector: { storageType: 'u' } } },
      'deletionVectors',
    ],
  ])('%s are refused by name', async (_, action, features) => {
    await opened.writer.write(table, numbers(0, 3));
    other.commit('ALTER TABLE', [action]);
    await expect(opened.lake.head(table)).rejects.toMatchObject({
      code: 'LK6025',
      message: expect.stringMatching(
        new RegExp(
          `^silver.x uses .* that lake does not know, since delta-rs:py-1.6.6 in version 1: .*${features}`,
        ),
      ),
      hint: expect.stringContaining('DROP FEATURE'),
    });
  });

  test('a file outside of the table’s folder is refused', async () => {
    await opened.writer.write(table, numbers(0, 3));
    other.commit('CLONE', [add({ path: 'file:///data/x.parquet', bytes: 1 }, '')]);
    await expect(opened.lake.head(table)).rejects.toMatchObject({ code: 'LK6026' });
  });

  test('a table that was never lake’s is refused', async () => {
    await opened.writer.write('silver.y', numbers(0, 1));
    await opened.writer.write(table, numbers(0, 1));
    await rm(opened.at('silver/x/_delta_log', `${'0'.repeat(20)}.json`));
    await rm(opened.at('silver/x/_lake'), { recursive: true });
    const foreign = new ForeignWriter(opened.at('silver/x'), opened.writer.connection, '');
    foreign.next = () => 0;
    foreign.commit('CREATE TABLE', [remove('nothing')]);
    await expect(opened.lake.head(table)).rejects.toMatchObject({
      code: 'LK6023',
      message: 'silver.x: version 0 was written by another program, and no version of lake is left below it',
    });
  });
});
