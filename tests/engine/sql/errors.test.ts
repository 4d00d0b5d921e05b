import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { engine, rows } = withEngine({ memoryLimit: '60MB' });
const fail = (sql: string) => failure(rows(sql, { label: 'gold.x' }));

describe('errors of SQL', () => {
  it('tell a mistake in one sentence, with its place in characters', async () => {
    const error = await fail(`select 1,\n  'é€' as x, colx\nfrom range(3)`);
    expect(error.code).toBe('LK5004');
    expect(error.message).toBe('gold.x: Referenced column "colx" not found in FROM clause!');
    expect(error.hint).toBe('The columns there are range');
    expect(error.details).toEqual({ type: 'Binder', statement: 0, line: 2, col: 14 });
  });

  it.each([
    ['select hight from gold.trees', 'Did you mean "height"? gold.trees has height, park'],
    ['select t.prk from gold.trees as t', 'Did you mean "park"? gold.trees has height, park'],
    ['select nothing_like_it from gold.trees', 'gold.trees has height, park'],
    ['select tres.park from gold.trees', 'Did you mean "trees"?'],
    [
      'select hight from (select height from gold.trees)',
      'Did you mean "height"? gold.trees has height, park',
    ],
  ])('name the columns that are there: %s', async (sql, hint) => {
    const view = (text: string) => ({ sql: text, reads: [] });
    const relation = (name: string, text: string) => ({
      schema: 'gold',
      name,
      scans: [],
      columns: [],
      view: view(text),
    });
    const relations = [
      relation('trees', "select 2.5 as height, 'High Park' as park, now() as _loaded_at"),
      relation('parks', 'select 1 as hectares'),
    ];
    const error = await failure(rows(sql, { label: 'gold.x', relations }));
    expect(error.code).toBe('LK5004');
    expect(error.hint).toBe(hint);
  });

  it.each([
    ['select 1,\n from', 'LK5004', { line: 2, col: 6 }],
    ['select nofunc(2)', 'LK5004', { line: 1, col: 8 }],
    [`select 1\nunion all\nselect 'a'::integer`, 'LK5005', { line: 3, col: 11 }],
    [`select error('my own words')`, 'LK5005', {}],
    [`select * from read_csv('/nowhere.csv')`, 'LK5007', { line: 1, col: 15 }],
  ])('%j', async (sql, code, place) => {
    const error = await fail(sql);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^gold\.x: /);
    expect(error.message).not.toMatch(/\n|LINE \d|Stack|task_|exception_type/);
    expect(error.details).toMatchObject(place);
  });

  it('tell of a call that fits no function without the list of all of them', async () => {
    const error = await fail("select 'open'::varchar + true");
    expect(error.message).toBe(
      "gold.x: No function matches the given name and argument types '+(VARCHAR, BOOLEAN)'. You might need to add explicit type casts.",
    );
  });

  it('name the statement of several', async () => {
    const statements = [
      { sql: 'select 1', collect: 'none' as const },
      { sql: 'select 2 +', collect: 'rows' as const },
    ];
    expect((await failure(rows('', { statements }))).details).toMatchObject({ statement: 1, line: 1 });
  });

  it('F30: say which setting helps when memory runs out, and the next task runs', async () => {
    const error = await fail('select list(range::varchar || repeat(chr(120), 100)) from range(3000000)');
    expect(error.code).toBe('LK5003');
    expect(error.hint).toMatch(/memory_limit.*profiles\.yml/);
    expect(await rows('select 1')).toEqual([[1]]);
  });
});

describe('parse', () => {
  it('answers each text: an error with its place, or null', async () => {
    const results = await engine.parse([
      'select a.b, lake_integer(x) from "silver"."not there" a',
      'with t as (select 1) select * from t;',
      'create macro f(x) as x + 1; create macro g(x) as f(x)',
      'select\n  1,, 2',
      'selec 1',
      `select 'open`,
      '  -- nothing but a comment',
      '',
    ]);
    expect(
      results.map(
        (result) =>
          result && [result.code, result.message, result.details?.['line'], result.details?.['col']],
      ),
    ).toEqual([
      null,
      null,
      null,
      ['LK5004', 'syntax error at or near ","', 2, 5],
      ['LK5004', 'syntax error at or near "selec"', 1, 1],
      ['LK5004', `unterminated quoted string at or near "'open"`, 1, 8],
      ['LK5004', 'there is no SQL statement here', 1, 1],
      ['LK5004', 'there is no SQL statement here', 1, 1],
    ]);
  });
});
