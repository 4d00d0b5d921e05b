/** Slips in SQL: what was meant, and the place where DuckDB tells none. */
import { describe, expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';

const { engine, query } = withEngine();

describe('a keyword with a slip is told, though the parser stops a word later', () => {
  it.each([
    ['select 1 frm x', 'from'],
    ['select a from x wher b = 1', 'where'],
    ['select a from x group bye a', 'by'],
    ['selct 1', 'select'],
    ['select a from x left joni y using (a)', 'join'],
  ])('%s', async (sql, keyword) => {
    const [error] = await engine.parse([sql]);
    expect(error).toMatchObject({ code: 'LK5004', hint: `Did you mean "${keyword}"?` });
  });

  it('names of one’s own are not taken for slips', async () => {
    const [error] = await engine.parse(['select price total from items where where']);
    expect(error!.hint).not.toContain('Did you mean');
  });
});

it('a column of EXCLUDE that is not there has its place and the one that was meant', async () => {
  const sql = "select 'é' as nmae_of,\n  * exclude (id, nmae) from (select 1 as id, 2 as name)";
  await expect(query(sql)).rejects.toMatchObject({ details: { line: 2, col: 18 } });
  await expect(query(sql)).rejects.toThrow('Column "nmae" in EXCLUDE list');
});

it.each(['from sequence', 'from sequences', 'select pg_sequence(1)', 'from duckdb_table'])(
  'tables and functions of the system are not suggested: %s',
  async (sql) => {
    const error = await query(sql).then(
      () => undefined,
      (error: unknown) => error as { hint?: string },
    );
    expect(error!.hint).not.toMatch(/pg_|duckdb_|sqlite_/);
  },
);

it('what is near a mistake is quoted once', async () => {
  const [error] = await engine.parse(['select 1 "a" "b"']);
  expect(error!.message).toBe('syntax error at or near "b"');
});
