import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockToken } from '../../../src/compile/sql/clock.js';
import { macroName, SqlMacros } from '../../../src/compile/sql/macros.js';
import { checkStatement } from '../../../src/compile/sql/statement.js';
import { essence, tokenize } from '../../../src/compile/sql/tokens.js';

const texts = (sql: string) => tokenize(sql).tokens.map((t) => t.text);

describe('tokenize', () => {
  it.each([
    ['select a.b, \'it\'\'s\' from "x""y"', ['select', 'a', '.', 'b', ',', "'it''s'", 'from', '"x""y"']],
    ['a -- note\n, b /* c /* nested */ d */ , e', ['a', ',', 'b', ',', 'e']],
    ["e'a\\'b' E'c''d' 'x\\'", ["e'a\\'b'", "E'c''d'", "'x\\'"]],
    ["$$a 'b$$ $tag$ $$ $tag$ $1", ["$$a 'b$$", '$tag$ $$ $tag$', '$', '1']],
    ['1.5 .5 1e-3 1_000 a1 x.1', ['1.5', '.5', '1e-3', '1_000', 'a1', 'x', '.1']],
    [
      "a<=b::int->>'c' - -1 --x\n-/*y*/2",
      ['a', '<=', 'b', '::', 'int', '->>', "'c'", '-', '-', '1', '-', '2'],
    ],
    ['größe[1:2] {a: 1} x -> y', ['größe', '[', '1', ':', '2', ']', '{', 'a', ':', '1', '}', 'x', '->', 'y']],
    ['select \'--\', "/*"', ['select', "'--'", ',', '"/*"']],
    ['', []],
  ])('%s', (sql, tokens) => {
    expect(texts(sql)).toEqual(tokens);
  });

  it.each([
    ["select 'a", 'string', 7],
    ["select 'a''", 'string', 7],
    ["select e'a\\'", 'string', 7],
    ['select $a$ x $b$', 'string', 7],
    ['select "a""', 'quoted name', 7],
    ['select /* /* */ 1', 'comment', 7],
  ])('never closed: %s', (sql, what, start) => {
    expect(tokenize(sql).unclosed).toEqual({ what, start });
  });

  it('a megabyte of quotes and comments is read in one pass', () => {
    const sql = `select ${'\'a\'\'b\', /* c */ "d""e",\n'.repeat(50_000)}'open`;
    const started = performance.now();
    expect(tokenize(sql).unclosed?.what).toBe('string');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('essence: what two texts have in common that differ in layout and comments alone', () => {
  const of = (sql: string) => essence(tokenize(sql).tokens);

  it.each([
    ['select a,b from t', 'select a , b\n  from t -- note'],
    ['select a+b', 'select /* sum */ a + b'],
  ])('%s is %s', (a, b) => expect(of(a)).toBe(of(b)));

  it.each([
    ['select a', 'select A'],
    ["select 'a b'", "select 'a  b'"],
    ['select a b', 'select ab'],
    ['select a < -1', 'select a <- 1'],
    ["select x'00'", "select x '00'"],
    ['select "a"', 'select a'],
    ["select 'a', 'b'", "select 'a, b'"],
  ])('%s is not %s', (a, b) => expect(of(a)).not.toBe(of(b)));
});

describe('clockToken', () => {
  it.each([
    'now()',
    'NOW ()',
    'current_date',
    'a + Current_Timestamp',
    'random() < 0.5',
    'uuid()',
    'gen_random_uuid()',
    'x from t using sample 10',
    'x from t tablesample 5%',
    'today()',
    "nextval('s')",
  ])('select %s is never the same', (sql) =>
    expect(clockToken(tokenize(`select ${sql}`).tokens)).toBeDefined(),
  );

  it.each([
    "'now()'",
    '"current_date"',
    't.random',
    'now',
    'x as current_date',
    'random_seed(1)',
    'today',
    '-- now()\n1',
    'sample',
    'date_trunc(d)',
  ])('select %s is', (sql) => expect(clockToken(tokenize(`select ${sql}`).tokens)).toBeUndefined());
});

describe('macros', () => {
  it.each([
    ['create macro a(x) as x', 'a'],
    ['CREATE OR REPLACE TEMP MACRO A(x) AS x', 'a'],
    ['create function "My Name"(x) as x', 'my name'],
    ['create temporary macro if not exists a(x) as table select 1', 'a'],
    ['create table a as select 1', undefined],
    ['select 1', undefined],
  ])('%s', (sql, name) => expect(macroName(tokenize(sql).tokens)).toBe(name));

  const macros = new SqlMacros(
    [
      'create macro a(x) as b(x) + 1',
      'create macro b(x) as x',
      'create macro c(x) as now()',
      'create macro d(x) as c(x)',
      'create macro now(x) as x',
    ].map((sql) => {
      const { tokens } = tokenize(sql);
      return { name: macroName(tokens)!, table: false, sql, tokens, at: { file: 'm.sql', line: 1, col: 1 } };
    }),
  );

  it('finds what SQL uses, through other macros', () => {
    const used = (sql: string) => macros.usedBy(tokenize(sql).tokens).map((text) => text.split(' ')[2]);
    expect(used('select A(1)')).toEqual(['a', 'b']);
    expect(used('select "b"(1), \'a\'')).toEqual(['b']);
    expect(used('select 1')).toEqual([]);
  });

  it('knows which of them read the clock, through other macros', () => {
    expect([...macros.clocks].sort()).toEqual(['c', 'd']);
  });
});

describe('checkStatement', () => {
  it.each([
    ['select 1;', 'select 1'],
    ['select 1 ; -- the end\n;', 'select 1'],
    ['-- note\nselect 1 -- end', '-- note\nselect 1'],
  ])('%s may be wrapped as %s', (sql, safe) => {
    expect(checkStatement(sql)).toMatchObject({ ok: true, sql: safe });
  });
});

it('the essence of SQL cuts into the tokens that it was made of', () => {
  const piece = fc.constantFrom(
    "'a'",
    "''",
    '"b"',
    'x',
    "x'",
    'e',
    '1',
    '1.5',
    '.',
    '-',
    '--',
    '/',
    '*',
    '/*',
    '*/',
    '<',
    '=',
    '$',
    '$$',
    '\n',
    ' ',
    ';',
    '(',
    ')',
    'ü',
    '\u00a0',
  );
  const property = fc.property(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    (sql) => {
      const { tokens, unclosed } = tokenize(sql);
      if (unclosed) return;
      expect(texts(essence(tokens))).toEqual(tokens.map((t) => t.text));
      expect(tokens.map((t) => sql.slice(t.start, t.end))).toEqual(tokens.map((t) => t.text));
    },
  );
  fc.assert(property, { numRuns: 2000 });
});
