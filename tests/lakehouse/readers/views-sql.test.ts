import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeEveryKindOfTable } from '../support/every-kind-of-table.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';
import { connect } from '../support/writer.js';

describe('views.sql in plain DuckDB', () => {
  let opened: OpenedLake;
  let query: (sql: string) => Promise<unknown[][]>;

  beforeAll(async () => {
    opened = await openedLake();
    const { lake } = opened;
    await writeEveryKindOfTable(lake);
    const heads = await Promise.all((await lake.tables()).map((table) => lake.head(table)));
    await lake.publishSet('run-1', Object.fromEntries(heads.map((head) => [head!.table, head!.version])), {});
    const connection = await connect();
    await connection.run(await readFile(opened.at('views.sql'), 'utf8'));
    await connection.run(await readFile(opened.at('views.sql'), 'utf8'));
    query = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  });
  afterAll(() => opened.remove());

  test('every table has its rows and its columns, in their order', async () => {
    const tables = await opened.lake.tables();
    expect(tables).toContain('silver.by_area');
    expect(tables).not.toContain('silver.never_committed');
    for (const table of tables) {
      const { state } = (await opened.lake.head(table))!;
      expect([table, await query(`select count(*)::integer from ${table}`)]).toEqual([table, [[state.rows]]]);
      const described = (await query(`describe ${table}`)).map(([name, type]) => ({ name, type }));
      const readBack = state.columns.map(({ name, type }) => ({ name, type: asParquetHasIt(type) }));
      // A table without a file has its types from the state alone.
      expect([table, described]).toEqual([table, state.files.length === 0 ? state.columns : readBack]);
    }
  });

  /** Parquet has text for ENUM, and no seconds. */
  const asParquetHasIt = (type: string): string =>
    type.replace(/^ENUM.*/, 'VARCHAR').replace(/^TIMESTAMP_(S|MS)$/, 'TIMESTAMP');

  test('partition values have the type of their column, whatever they look like', async () => {
    expect(await query(`select id::integer, area from silver.by_area order by id`)).toEqual([
      [1, 'a b'],
      [2, '100%'],
      [3, 'x/y'],
      [4, 'a=b'],
      [5, 'é'],
      [6, "it's (1)!"],
      [7, '007'],
      [8, '2024-01-01'],
      [9, null],
      [10, 'null'],
    ]);
    const years = await query(`select id::integer, year from silver.by_year where year < 7 order by year`);
    expect(years).toEqual([
      [5, -5],
      [6, 0],
      [10, 1],
    ]);
    expect(await query(`select note from silver.by_two where year = 2024 and area = '100%'`)).toEqual([
      ['row 2'],
    ]);
  });

  test('columns that came later are NULL in older files', async () => {
    expect(await query(`select _load_id, a, "B new", c from bronze.grown order by 1`)).toEqual([
      ['1', 'x', null, null],
      ['2', 'y', null, null],
      ['3', null, null, 'z'],
    ]);
  });

  test('a table whose state cannot be read is left out by name, the others stay, and the next run makes it whole', async () => {
    const { at } = opened;
    const { rename } = await import('node:fs/promises');
    const [there, away] = [at('gold', 'odd_names', '_lake'), at('gold', 'odd_names', '_away')];
    await rename(there, away);
    const lake = await opened.again();
    const set = await lake.publishSet('run-2', {}, {});
    const [first, second, ...views] = (await readFile(at('views.sql'), 'utf8')).split('\n');
    expect(first).toMatch(/^-- The tables of set 2, published by run run-2 at /);
    expect(second).toBe('-- Left out, for what the lake knows of them could not be read: gold.odd_names');
    expect(views.join('\n')).not.toContain('odd_names');
    expect(views.filter((line) => line.startsWith('create or replace view'))).toHaveLength(
      (await lake.tables()).length - 1,
    );
    await rename(away, there);
    await (await opened.again()).completeSet(set);
    const whole = await readFile(at('views.sql'), 'utf8');
    expect(whole).not.toContain('Left out');
    expect(whole).toContain('odd_names');
  });
});
