/** Small tasks run without a catalog: what they answer, and what they may read, is the same. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Relation, SqlTask } from '../../../src/engine/types.js';
import { failure, withEngine } from '../with-engine.js';

const { engine, root, query } = withEngine();

function table(name: string): Relation {
  return {
    schema: 'gold',
    name,
    scans: [{ files: [join(root, `${name}.parquet`)], select: 'id, name' }],
    columns: [],
  };
}
const task = (sql: string, more: Partial<SqlTask> = {}): SqlTask => ({
  label: 'gold.x',
  relations: [table('one'), table('two')],
  macros: [],
  statements: [{ sql, collect: 'rows', small: true }],
  plain: true,
  ...more,
});
const rowsOf = async (sql: string, more?: Partial<SqlTask>) => (await engine.sql(task(sql, more)))[0]!.rows;

beforeAll(async () => {
  for (const [i, name] of ['one', 'two'].entries())
    await query(
      `copy (select r + ${i} as id, '${name}' as name from range(3) t(r)) to '${join(root, `${name}.parquet`)}'`,
    );
});

describe('a plain task', () => {
  const join2 = 'select o.id, t.name from "gold"."one" as o join "gold"."two" as t on t.id = o.id order by 1';

  test('answers as one with a catalog does', async () => {
    const answers = await Promise.all([rowsOf(join2), rowsOf(join2, { plain: false })]);
    expect(answers[0]).toEqual([
      [1, 'two'],
      [2, 'two'],
    ]);
    expect(answers[1]).toEqual(answers[0]);
  });

  test('finds no relation that it does not declare, though another task reads it', async () => {
    await rowsOf('from "gold"."two"');
    const lost = await failure(rowsOf('from\n"gold"."two"', { relations: [table('one')] }));
    expect(lost).toMatchObject({ code: 'LK5004', details: { statement: 0, line: 2 } });
    expect(lost.message).toMatch(/^gold\.x: Table with name .*two.* does not exist/);
  });

  test('tells the place of a mistake in the SQL as it was given', async () => {
    const wrong = await failure(rowsOf('select o.id,\n  o.nam\nfrom "gold"."one" as o'));
    expect(wrong).toMatchObject({ code: 'LK5004', details: { line: 2, col: 3 } });
    expect(wrong.hint).toContain('name');
  });

  test('uses the macros of the project', async () => {
    const macros = ['create macro twice(x) as x * 2'];
    expect(await rowsOf('select twice(max(id)) from "gold"."one"', { macros })).toEqual([[4]]);
    expect(await rowsOf('select max(id) from "gold"."one"', { macros })).toEqual([[2]]);
  });

  test('leaves chance to chance for those after it', async () => {
    const seeded = 'select setseed(0.5), random() from "gold"."one" limit 1';
    await rowsOf(seeded);
    const [[first], [second]] = await Promise.all([
      rowsOf('select random() from "gold"."one" limit 1'),
      rowsOf('select random() from "gold"."one" limit 1'),
    ]);
    expect(first).not.toEqual(second);
  });

  test('goes on behind a DESCRIBE only with the types that it asks for, each name once', async () => {
    const yields = (sql: string) =>
      engine.sql(
        task('', {
          statements: [
            { sql: `describe\n${sql}`, collect: 'rows', small: true, onlyTypes: ['BIGINT', 'DECIMAL'] },
            { sql, collect: 'rows', small: true },
          ],
        }),
      );
    const counts = await Promise.all(
      [
        'select id from "gold"."one"',
        'select id::decimal(9, 2) as id from "gold"."one"',
        'select name from "gold"."one"',
        'select id, id + 1 as ID from "gold"."one"',
        'select sum(id) as all from "gold"."one"',
      ].map(async (sql) => (await yields(sql)).length),
    );
    expect(counts).toEqual([2, 2, 1, 1, 1]);
  });
});

describe('scans of several tables', () => {
  const scan = (name: string, failing: string[], from = `"gold"."${name}" as subject`) => ({
    relations: [table(name)],
    from,
    failing,
  });
  const ask = (scans: ReturnType<typeof scan>[]) => engine.scan({ label: 'tests', macros: [], scans });

  test('are answered in their order', async () => {
    const two = ['count(*) filter (where id = 1)', 'count(id) - count(distinct id)', 'max(nullif(id, id))'];
    expect(await ask([scan('one', two), scan('two', ['max(id)'])])).toEqual([[1, 0, null], [3]]);
  });

  test('find the tables of no other one, and are then asked alone', async () => {
    const from = '"gold"."one" as subject where id in (select id from "gold"."two")';
    expect(await ask([scan('two', ['count(*)']), scan('one', ['count(*)'], from)])).toEqual([null, null]);
  });
});
