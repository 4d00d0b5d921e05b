/** What COPY writes of a large table: files of about one size, each with its own statistics, by which readers skip files. */

import { readdirSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stagedFiles } from '../../../src/run/tables/staged-files.js';
import { contentSql, copyInFilesSql, writtenSql } from '../../../src/run/tables/table-sql.js';
import { type TemporaryFolder, temporaryFolder } from '../../lakehouse/support/temporary-folder.js';
import { connect } from '../../lakehouse/support/writer.js';

let folder: TemporaryFolder;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = await temporaryFolder();
  connection = await connect();
  // As the engine has it.
  await connection.run('set preserve_insertion_order = false');
});
afterAll(() => folder.remove());

const ROWS = 400_000;
const select = `select i::integer as id, ((i * 7919) % ${ROWS})::integer as place, hash(i)::varchar as text from range(${ROWS}) t(i)`;

async function written(sql: string) {
  const read = await connection.runAndReadAll(sql);
  const columns = read.columnNames().map((name) => ({ name, type: '' }));
  return stagedFiles({ columns, rows: read.getRowsJson(), truncated: false } as never);
}

describe('rows that are not partitioned', () => {
  it('go into files of about the size, each with its rows and statistics; together they are all rows', async () => {
    const output = `${folder.path}/plain`;
    const files = await written(copyInFilesSql(select, output, [], [], 2_000_000));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files.slice(0, -1)) {
      expect(file.bytes).toBeGreaterThan(1_900_000);
      expect(file.bytes).toBeLessThan(4_500_000);
    }
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
    expect(files.every(({ columnStats }) => columnStats['"id"']?.['null_count'] === '0')).toBe(true);
    const [content] = (await connection.runAndReadAll(contentSql(writtenSql(output)))).getRowsJson();
    expect(content).toEqual((await connection.runAndReadAll(contentSql(`(${select})`))).getRowsJson()[0]);
  });

  it('sorted, each file goes on where the one before it ended: a reader of one value needs one file', async () => {
    const output = `${folder.path}/sorted`;
    const files = await written(copyInFilesSql(select, output, [], ['place'], 2_000_000));
    const bounds = files.map(({ columnStats }) => {
      const { min, max } = columnStats['"place"']!;
      return [Number(min), Number(max)] as const;
    });
    bounds.sort(([a], [b]) => a - b);
    expect(bounds.length).toBeGreaterThan(2);
    expect(bounds.every(([min], i) => i === 0 || min > bounds[i - 1]![1])).toBe(true);
  });

  it('are the only ones in their folder: what a try before left there is deleted', async () => {
    const output = `${folder.path}/twice`;
    await written(copyInFilesSql(select, output, [], [], 2_000_000));
    const files = await written(copyInFilesSql('select 1 as id', output, []));
    expect(files).toHaveLength(1);
    expect(readdirSync(output).map((name) => `${output}/${name}`)).toEqual([files[0]!.path]);
  });

  it('that are few are one file, and none without rows', async () => {
    expect(await written(copyInFilesSql('select 1 as id', `${folder.path}/one`, []))).toHaveLength(1);
    expect(await written(copyInFilesSql('select 1 as id where false', `${folder.path}/none`, []))).toEqual(
      [],
    );
  });
});

it('a partition is one file or more, whatever its size, and its column stays out of them', async () => {
  const files = await written(
    copyInFilesSql(`select id, id % 3 as part from (${select})`, `${folder.path}/parts`, ['part']),
  );
  expect(new Set(files.map(({ partition }) => partition?.['part']))).toEqual(new Set(['0', '1', '2']));
  expect(files.every(({ columnStats }) => columnStats['"part"'] === undefined)).toBe(true);
});
