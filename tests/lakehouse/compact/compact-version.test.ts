/** The same rows in fewer files: what readers, children and other writers see of it. */
import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Compaction, compactVersion } from '../../../src/lakehouse/compact/compact-version.js';
import { scanSql, tableRelation } from '../../../src/lakehouse/readers/table-relation.js';
import type { TableHead } from '../../../src/lakehouse/types.js';
import { ForeignWriter } from '../support/foreign-writer.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';
import { bareState } from '../support/writer.js';

let opened: OpenedLake;
let head: TableHead;
beforeEach(async () => {
  opened = await openedLake();
  for (const i of [0, 1, 2])
    head = await opened.writer.write(table, row(i), { mode: i === 0 ? 'overwrite' : 'append', state });
});
afterEach(() => opened.remove());

const table = 'gold.x';
const row = (i: number) => `select ${i} as id, 'n${i}' as name`;
const state = { ...bareState, fingerprint: 'f', contentHash: '3:1:v' };

/** All files of the table as one, prepared on the newest version. */
async function prepared(): Promise<Compaction> {
  const select = [0, 1, 2].map(row).join(' union all ');
  const files = await opened.writer.stage(table, select);
  return { table, base: head.version, without: head.state.files, files, run: 'care', auto: false };
}
const compact = async () => compactVersion(opened.lake.store, await prepared());

async function ids({ state: { columns, files } }: TableHead): Promise<unknown[]> {
  const { scans } = tableRelation({ table, state: { columns, files } }, (file) =>
    opened.lake.filePath(table, file),
  );
  const read = await opened.writer.connection.runAndReadAll(
    `select id from (${scans.map(scanSql).join(' union all ')}) order by 1`,
  );
  return read.getRows().map(([id]) => id);
}

async function log(version: number): Promise<readonly Record<string, Record<string, unknown>>[]> {
  const file = opened.at('gold/x/_delta_log', `${String(version).padStart(20, '0')}.json`);
  return (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a compaction', () => {
  test('is a version with the same rows, whose actions say that no data changed', async () => {
    const next = (await compact())!;
    expect(next.version).toBe(3);
    expect(await opened.lake.head(table)).toEqual(next);
    expect(next.state.files).toHaveLength(1);
    expect(await ids(next)).toEqual([0, 1, 2]);
    const actions = await log(3);
    expect(actions[0]!['commitInfo']).toMatchObject({ operation: 'OPTIMIZE', isBlindAppend: false });
    const moves = actions
      .flatMap(({ add, remove }) => [add, remove])
      .filter((action) => action !== undefined);
    expect(moves.map((action) => action['dataChange'])).toEqual([false, false, false, false]);
    expect(JSON.parse(String(moves.at(-1)!['stats']))).toMatchObject({
      minValues: { id: 0 },
      maxValues: { id: 2 },
    });
  });

  test('keeps the data version that children count by, and all that lake knows of the table', async () => {
    const next = (await compact())!;
    expect(next.state).toMatchObject({
      dataVersion: 2,
      fingerprint: 'f',
      contentHash: '3:1:v',
      rows: 3,
      run: 'care',
    });
  });
});

describe('another writer was first', () => {
  test('with rows beside its files: it goes on top', async () => {
    const late = await prepared();
    await opened.writer.write(table, row(9), { mode: 'append' });
    const next = (await compactVersion(opened.lake.store, late))!;
    expect(next).toMatchObject({ version: 4, state: { rows: 4, dataVersion: 3 } });
    expect(await ids(next)).toEqual([0, 1, 2, 9]);
  });

  test('and took its files out: it gives way and leaves nothing behind', async () => {
    const late = await prepared();
    const winner = await opened.writer.write(table, row(9));
    expect(await compactVersion(opened.lake.store, late)).toBeUndefined();
    expect(await opened.lake.head(table)).toEqual(winner);
    expect(await readdir(opened.at('gold/x/_lake'))).toHaveLength(4);
  });

  test('at the last moment: it gives way all the same, and its file is gone', async () => {
    const late = await prepared();
    const { store } = opened.lake;
    const real = store.publish.bind(store);
    store.publish = async (objects, last) => {
      store.publish = real;
      await opened.writer.write(table, row(9));
      return real(objects, last);
    };
    expect(await compactVersion(store, late)).toBeUndefined();
    expect((await opened.lake.head(table))!.state.rows).toBe(1);
    const files = (await readdir(opened.at('gold/x'))).filter((name) => name.endsWith('.parquet'));
    expect(files).toHaveLength(4);
  });

  test('another program, with rows: it gives way', async () => {
    const late = await prepared();
    await new ForeignWriter(opened.at('gold/x'), opened.writer.connection).append(row(9));
    expect(await compactVersion(opened.lake.store, late)).toBeUndefined();
  });

  test('the compaction: a build that was prepared before it goes on top of that', async () => {
    const columns = head.state.columns.map(({ name, type }) => ({ name, type }));
    const files = await opened.writer.stage(table, row(7));
    await compact();
    const request = {
      table,
      base: 2,
      mode: 'append' as const,
      columns,
      partitionBy: [],
      files,
      state: bareState,
    };
    const next = await opened.lake.commit(request);
    expect(next).toMatchObject({ version: 4, state: { rows: 4 } });
    expect(next.state.files).toHaveLength(2);
  });
});
