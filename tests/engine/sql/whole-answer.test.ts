/** An answer that fails after its first rows is no answer: the driver ends its stream as if it were over. */
import { expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';

const { engine } = withEngine();
const ask = (sql: string, limit: number, question = true) =>
  engine.sql({
    label: 'rows',
    relations: [],
    macros: [],
    statements: [{ sql, collect: 'rows', question, limit }],
  });

it('an error behind hundreds of thousands of rows is thrown, with its place in the SQL', async () => {
  const sql = "select cast(case when range = 900000 then 'x' else '1' end as bigint) from range(1000000)";
  for (const question of [true, false]) {
    await expect(ask(sql, 2_000_000, question)).rejects.toMatchObject({
      code: 'LK5005',
      message: expect.stringContaining("Could not convert string 'x'"),
      details: { line: 1, col: 8 },
    });
  }
});

it('who wants the first rows only has them', async () => {
  const [{ rows, truncated } = { rows: [], truncated: false }] = await ask(
    "select case when range = 9000000 then error('x') end from range(10000000)",
    2000,
  );
  expect([rows.length, truncated]).toEqual([2000, true]);
});

it('a task in steps goes on after a question', async () => {
  const count = await engine.steps({ label: 'steps', relations: [], macros: [] }, async (run) => {
    await run([{ sql: 'create temp table t as select range as n from range(5000)', collect: 'none' }]);
    const [all] = await run([{ sql: 'from t', collect: 'rows', limit: 1_000_000 }]);
    await run([{ sql: 'insert into t values (1)', collect: 'none' }]);
    const [more] = await run([{ sql: 'select count(*) from t', collect: 'rows' }]);
    return [all!.rows.length, more!.rows[0]![0]];
  });
  expect(count).toEqual([5000, 5001]);
});
