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
      'Did you mean "height"? The columns there are height',
    ],
    ['select q.height from (select park as name from gold.trees) q', 'q has name'],
    ['select q.nmae from (select park as name from gold.trees) q', 'Did you mean "name"? q has name'],
    [
      'with tall as (select height as metres from gold.trees) select meter from tall',
      'Did you mean "metres"? tall has metres',
    ],
    [
      'with a as (select height as m from gold.trees), b as (select x.mm from a as x) select * from b',
      'Did you mean "m"? x has m',
    ],
    [
      'select 1 from gold.trees as t where exists (select 1 from gold.parks as p where p.hectares > t.hight)',
      'Did you mean "height"? gold.trees has height, park',
    ],
    [
      'select 1 from gold.trees as t join gold.parks as p on t.prk = p.hectares',
      'Did you mean "park"? gold.trees has height, park',
    ],
    [
      'select prk from gold.trees join gold.parks on true',
      'Did you mean "park"? gold.trees has height, park; gold.parks has hectares',
    ],
    ['select v.c from (values (1, 2)) as v(a, bb)', 'Did you mean "a"? v has a, bb'],
    ['select * exclude (prk) from gold.trees', 'Did you mean "park"? gold.trees has height, park'],
    [
      'select 1 from gold.trees join gold.parks using (prk)',
      'Did you mean "park"? gold.trees has height, park; gold.parks has hectares',
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

  it('call a relation by the name that the SQL gives it', async () => {
    const error = await fail('select q.x from (select 1 as y) q');
    expect(error.message).toBe('gold.x: "q" has no column "x"');
  });

  it('quote a name once', async () => {
    const error = await fail('select """Order No""" from (select 1 as "Order No")');
    expect(error.message).toBe('gold.x: Referenced column "Order No" not found in FROM clause!');
    expect(error.hint).toBe('Did you mean "Order No"? The columns there are Order No');
  });

  it.each([
    ["select s.q from (select {'p': 1} as s) t", 'Did you mean "p"?', 10],
    ["select s['q'] as q from (select {'first': 1, 'second': 2} as s) t", 'Keys that are there: first', 11],
  ])('name the keys of a struct: %s', async (sql, hint, col) => {
    const error = await fail(sql);
    expect(error.message).toBe('gold.x: the struct has no key "q"');
    expect(error).toMatchObject({ hint, details: { line: 1, col } });
  });

  it.each([
    [
      'select id from (select 1 as id) a, (select 2 as id) b',
      'Ambiguous reference to column name "id"',
      'Write a.id or b.id',
    ],
    [
      'select a, b from (select 1 as a, 2 as b) group by a',
      'column "b" must appear in the GROUP BY clause or must be part of an aggregate function.',
      'Either add it to the GROUP BY list, or use "ANY_VALUE(b)" if the exact value of "b" is not important.',
    ],
  ])('hand on what DuckDB knows of the way out: %s', async (sql, message, hint) => {
    expect(await fail(sql)).toMatchObject({ message: `gold.x: ${message}`, hint });
  });

  it.each([
    ["select a::integer from (values ('1'), ('x')) t(a)", /try_cast/],
    ["select strptime(a, '%Y') from (values ('x')) t(a)", /try_strptime/],
  ])('advise to try where a value does not fit a type: %s', async (sql, hint) => {
    expect(await fail(sql)).toMatchObject({ code: 'LK5005', hint: expect.stringMatching(hint) });
  });

  it.each([
    'select sqrt(a) from (values (-1)) t(a)',
    'select a * 100::tinyint from (values (10::tinyint)) t(a)',
    "select timestamptz '2024-01-01 00:00+02'",
    'select make_date(2024, a, 1) from (values (13)) t(a)',
  ])('advise no cast where none failed: %s', async (sql) => {
    expect(await fail(sql)).toMatchObject({ code: 'LK5005', hint: undefined });
  });

  it('keep advice to change a setting of DuckDB to themselves', async () => {
    const error = await fail('select (select a from (values (1), (2)) t(a))');
    expect(error.message).toMatch(/^gold\.x: More than one row returned by a subquery.* single row\.$/);
  });

  it('tell what strptime could not read without its drawing', async () => {
    const error = await fail("select strptime(a, '%Y') from (values ('x1')) t(a)");
    expect(error.message).toBe(
      'gold.x: Could not parse string "x1" according to format specifier "%Y": Expected a number',
    );
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
