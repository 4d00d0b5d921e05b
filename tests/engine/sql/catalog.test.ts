import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Relation } from '../../../src/engine/types.js';
import { failure, withEngine } from '../with-engine.js';

const { engine, root, rows, query } = withEngine();

const literal = (schema: string, name: string, ...values: string[]): Relation => ({
  schema,
  name,
  scans: [],
  columns: [{ name: 'v', type: 'VARCHAR' }],
  rows: values.map((value) => [value]),
});

const files = { a: join(root, 'a.parquet'), b: join(root, 'b.parquet') };

beforeAll(async () => {
  for (const [name, path] of Object.entries(files)) {
    await rows(
      `copy (select range as id, '${name}' || range as "the name" from range(3)) to '${path}' (format parquet)`,
    );
  }
});

describe('relations', () => {
  it('binds a name to exact files, each with its own select list and condition', async () => {
    const relation: Relation = {
      schema: 'silver',
      name: 'two files',
      scans: [
        { files: [files.a], select: `id, "the name" as name`, where: 'id > 0' },
        { files: [files.b], select: `id, upper("the name") as name` },
        { files: [], select: 'id, name' },
      ],
      columns: [],
    };
    expect(await rows('select * from "silver"."two files" order by name', { relations: [relation] })).toEqual(
      [
        [0, 'B0'],
        [1, 'B1'],
        [2, 'B2'],
        [1, 'a1'],
        [2, 'a2'],
      ],
    );
  });

  it('binds a name without files to no rows of the declared types', async () => {
    const columns = [
      { name: 'id', type: 'BIGINT' },
      { name: 'the "day"', type: 'DATE' },
      { name: 'tags', type: 'VARCHAR[]' },
    ];
    const relation: Relation = { schema: 'silver', name: 'empty', scans: [], columns };
    const result = await query('select * from "silver"."empty"', { relations: [relation] });
    expect(result).toEqual({ columns, rows: [], truncated: false });
  });

  it('binds a name to literal rows, each value cast to its column', async () => {
    const relation: Relation = {
      schema: 'silver',
      name: 'given',
      scans: [],
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'day', type: 'DATE' },
        { name: 'text', type: 'VARCHAR' },
        { name: 'none', type: 'DOUBLE' },
      ],
      rows: [
        ['1', '2024-01-03', `it's; drop table x; --`, null],
        ['2', null, '', null],
      ],
    };
    expect(await rows('select * from "silver"."given" order by id', { relations: [relation] })).toEqual([
      [1, '2024-01-03', `it's; drop table x; --`, null],
      [2, null, '', null],
    ]);
  });

  it('names the relation whose files are missing', async () => {
    const scans = [{ files: [join(root, 'nowhere.parquet')], select: '*' }];
    const error = await failure(
      rows('select 1', {
        label: 'gold.x',
        relations: [{ schema: 'silver', name: 'gone', scans, columns: [] }],
      }),
    );
    expect(error.code).toBe('LK5007');
    expect(error.message).toMatch(
      /^gold\.x \(silver\.gone\): No files found that match the pattern ".*nowhere\.parquet"$/,
    );
  });
});

describe('a task sees what it declares and nothing else', () => {
  it('fails on an undeclared reference', async () => {
    const error = await failure(
      rows('select * from "silver"."other"', {
        label: 'gold.x',
        relations: [literal('silver', 'mine', 'x')],
      }),
    );
    expect(error.code).toBe('LK5004');
    expect(error.message).toBe('gold.x: Table with name other does not exist!');
    expect(error.hint).toBe('Did you mean "mine"?');
    expect(error.details).toMatchObject({ statement: 0, line: 1, col: 15 });
  });

  it('does not see the relations of a task that runs at the same time, nor a name of its catalog', async () => {
    const slow = 'select v, (select sum(range) from range(30000000)) as s from "silver"."secret"';
    const other = rows(slow, { relations: [literal('silver', 'secret', 'mine alone')] });
    const tries = await Promise.all(
      ['"silver"."secret"', 'secret', 'main.secret', 'memory.silver.secret', 'temp.secret'].map((name) =>
        failure(rows(`select * from ${name}`, { relations: [literal('silver', 'mine', 'x')] })),
      ),
    );
    for (const { code, message } of tries) {
      expect(code).toBe('LK5004');
      expect(message).not.toMatch(/task_|mine alone/);
    }
    expect((await other)[0]![0]).toBe('mine alone');
  });

  it('keeps equal names of concurrent tasks apart', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        rows('select v from "silver"."t"', { relations: [literal('silver', 't', `of task ${i}`)] }),
      ),
    );
    expect(results.map(([row]) => row![0])).toEqual(Array.from({ length: 20 }, (_, i) => `of task ${i}`));
  });

  it('leaves nothing behind, also after an error', async () => {
    await failure(
      rows('create temp table leftover as select error(1)', { relations: [literal('silver', 't', 'x')] }),
    );
    await rows('create table leftover as select 1');
    expect((await failure(rows('select * from leftover'))).code).toBe('LK5004');
    const databases = (await rows('select database_name from duckdb_databases()')).flat() as string[];
    expect(databases.filter((name) => name.startsWith('task_'))).toHaveLength(1);
  });
});

describe('statements', () => {
  it('run in order on one connection; those that collect rows answer, in their order', async () => {
    const results = await engine.sql({
      label: 'x',
      relations: [],
      macros: ['create macro twice(x) as 2 * x', 'create macro typed(v) as lake_integer(v)'],
      statements: [
        { sql: 'create temp table t as select range as i from range(3)', collect: 'none' },
        { sql: 'select sum(twice(i)) from t', collect: 'rows' },
        { sql: 'insert into t select 10', collect: 'none' },
        { sql: `select max(i) + typed('5') from t`, collect: 'rows' },
      ],
    });
    expect(results.map(({ rows }) => rows)).toEqual([[[6]], [[15]]]);
  });

  it('send back at most the asked number of rows, a thousand without asking', async () => {
    const many = await query('select range from range(5000)');
    expect([many.rows.length, many.truncated]).toEqual([1_000, true]);
    const [few] = await engine.sql({
      label: 'x',
      relations: [],
      macros: [],
      statements: [{ sql: 'select range from range(5000)', collect: 'rows', limit: 5_000 }],
    });
    expect([few!.rows.length, few!.truncated]).toEqual([5_000, false]);
  });

  it('may write files with statistics', async () => {
    const path = join(root, 'written.parquet');
    const { columns, rows: written } = await query(
      `copy (select 1 as a union all select 3) to '${path}' (format parquet, return_stats)`,
    );
    expect(existsSync(path)).toBe(true);
    expect(columns.map(({ name }) => name)).toEqual([
      'filename',
      'count',
      'file_size_bytes',
      'footer_size_bytes',
      'column_statistics',
      'partition_keys',
    ]);
    const [filename, count, , , statistics] = written[0]!;
    expect([filename, count]).toEqual([path, 2]);
    expect(statistics).toMatchObject([{ key: '"a"' }]);
    expect((statistics as { value: unknown[] }[])[0]!.value).toContainEqual({ key: 'max', value: '3' });
  });

  it('cannot change settings, install extensions or spill elsewhere (fault B27)', async () => {
    for (const sql of [
      'set threads = 1',
      `set temp_directory = '${root}'`,
      'set lock_configuration = false',
    ]) {
      expect((await failure(rows(sql))).message).toMatch(/configuration has been locked/);
    }
    expect((await failure(rows(`load '${root}/x.duckdb_extension'`))).code).toMatch(/^LK50/);
    expect(readdirSync(root).filter((name) => name.includes('tmp'))).toEqual([]);
  });
});
