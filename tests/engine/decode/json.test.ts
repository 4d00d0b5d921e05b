import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { decode, read, write } = withEngine();

let files = 0;
const file = (content: string | Buffer) => write(`spool/p${String(files++).padStart(5, '0')}.json`, content);
const json = (hint: object, ...contents: (string | Buffer)[]) => ({
  files: contents.map(file),
  decode: { format: 'json' as const, ...hint },
});
const values = async (part: ReturnType<typeof json>) => {
  const { files, parts } = await decode([part]);
  const rows = await read(files);
  return { columns: parts[0]!.columns, rows: rows.map((row) => parts[0]!.columns.map((c) => row[c])) };
};

describe('decoding JSON', () => {
  it('makes a column of every key of any record, in order of appearance; what is left out is NULL', async () => {
    expect(await values(json({}, '[{"b":1},{"a":"x","b":null},{"c":true}]', '[{"d":[],"b":""}]'))).toEqual({
      columns: ['b', 'a', 'c', 'd'],
      rows: [
        ['1', null, null, null],
        [null, 'x', null, null],
        [null, null, 'true', null],
        ['', null, null, '[]'],
      ],
    });
  });

  it('keeps integers exact, other numbers as doubles, nested values as JSON', async () => {
    const record = `{"big": 12345678901234567890123, "id": 9007199254740993, "neg": -5, "f": 1.0, "g": 0.1, "e": 1e3,
      "text": "x\\ny \\u00e9\\ud83d\\ude00", "o": {"k": [1, 2.5, "é", null], "o": {}}, "l": [[1], "a"]}`;
    expect((await values(json({}, `[${record}]`))).rows).toEqual([
      [
        '12345678901234567890123',
        '9007199254740993',
        '-5',
        '1.0',
        '0.1',
        '1000.0',
        'x\ny é😀',
        '{"k":[1,2.5,"é",null],"o":{}}',
        '[[1],"a"]',
      ],
    ]);
  });

  it.each([
    ['an array', {}, '[{"a":1},{"a":2}]'],
    ['an array over lines, with a byte order mark', {}, '\uFEFF[\n{"a":1}\n,{"a":2}\n]\n'],
    ['one document a line', {}, '{"a":1}\n{"a":2}\n'],
    ['documents over lines', {}, '{\n"a": 1\n}\n{\n"a": 2\n}'],
    [
      'an array at a path',
      { records: 'result.records' },
      '{"success":true,"result":{"total":2,"records":[{"a":1},{"a":2}]}}',
    ],
    ['an array at a key', { records: 'features' }, '{"features":[{"a":1},{"a":2}]}'],
    [
      'an array at a key with a quote and a blank',
      { records: `the "list"` },
      '{"the \\"list\\"":[{"a":1},{"a":2}]}',
    ],
    ['UTF-16', {}, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('[{"a":1},{"a":2}]', 'utf16le')])],
  ])('reads %s', async (_, hint, content) => {
    expect(await values(json(hint, content))).toEqual({ columns: ['a'], rows: [['1'], ['2']] });
  });

  it('reads a single object, at the top and at a path, as one row', async () => {
    expect((await values(json({}, '{"a":1,"b":{"c":2}}'))).rows).toEqual([['1', '{"c":2}']]);
    expect((await values(json({ records: 'row' }, '{"row":{"a":1}}', '{"row":{"a":2}}'))).rows).toEqual([
      ['1'],
      ['2'],
    ]);
  });

  it('B5: keys that SQL or DuckDB would confuse are read: blank, of another case, with quotes, its own', async () => {
    const record = '{"a":1,"A":2,"":3,"x\\"y":4,"file_index":5,"a/b":6,"a~b":7,"__proto__":8,"$.a":9}';
    for (const part of [json({}, `[${record}]`), json({ records: 'r' }, `{"r":[${record}]}`)]) {
      expect(await values(part)).toEqual({
        columns: ['a', 'A_2', 'column_3', 'x"y', 'file_index', 'a/b', 'a~b', '__proto__', '$.a'],
        rows: [['1', '2', '3', '4', '5', '6', '7', '8', '9']],
      });
    }
  });

  it('groups parts by their keys, in whatever order they come', async () => {
    const { files, parts } = await decode([
      { ...json({}, '[{"a":1,"b":2}]'), variables: { match: '7' } },
      { ...json({}, '[{"b":3,"a":4}]'), variables: { match: '8' } },
      { ...json({}, '[{"a":5}]'), variables: { match: '9' } },
    ]);
    expect(files.map(({ columns, parts, rows }) => [columns, parts, rows])).toEqual([
      [['a', 'b'], ['id0', 'id1'], 2],
      [['a'], ['id2'], 1],
    ]);
    expect(parts.map(({ rows, columns }) => [rows, columns])).toEqual([
      [1, ['a', 'b']],
      [1, ['a', 'b']],
      [1, ['a']],
    ]);
    expect(await read(files)).toEqual([
      { a: '1', b: '2', _source_part: 'part0', _row: 1, _match: '7' },
      { a: '4', b: '3', _source_part: 'part1', _row: 2, _match: '8' },
      { a: '5', _source_part: 'part2', _row: 1, _match: '9' },
    ]);
  });

  it('B9: records and documents of more than 16 MiB are read, and nesting of a hundred thousand levels', async () => {
    const long = 'x'.repeat(40 << 20);
    for (const part of [json({}, `[{"a":"${long}"},{"a":"y"}]`), json({}, `{"a":"${long}"}`)]) {
      const { parts, files } = await decode([part]);
      expect([parts[0]!.columns, files[0]!.columnStats['"a"']!['null_count']]).toEqual([['a'], '0']);
    }
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect((await decode([json({}, `[${deep}]`)])).parts[0]!.rows).toBe(1);
  });

  it.each([
    ['an empty file', ''],
    ['an empty array', '[]'],
  ])('%s is no row and no file', async (_, content) => {
    const { files, parts } = await decode([json({}, content)]);
    expect([files, parts]).toEqual([[], [{ partId: 'id0', rows: 0, columns: [] }]]);
  });
});

describe('explode', () => {
  const records = `[{"team":1,"lineup":[{"player_id":7,"cards":[]},{"player_id":8}]},{"team":2,"lineup":[]},
    {"team":3},{"team":4,"lineup":null},{"team":5,"lineup":["x",null,[1]]},{"team":6,"lineup":{"player_id":9}}]`;

  it('makes a row of every element; what is around it stays', async () => {
    expect(await values(json({ explode: { path: 'lineup', keepEmpty: false } }, records))).toEqual({
      columns: ['team', 'lineup'],
      rows: [
        ['1', '{"player_id":7,"cards":[]}'],
        ['1', '{"player_id":8}'],
        ['5', 'x'],
        ['5', null],
        ['5', '[1]'],
        ['6', '{"player_id":9}'],
      ],
    });
  });

  it('leaves out records without elements and says how many; kept ones are no matter for a note', async () => {
    const notes = async (keepEmpty: boolean, content: string, more = {}) => {
      const explode = { path: 'home.lineup', keepEmpty };
      const { parts } = await decode([json({ explode, ...more }, content)]);
      return [parts[0]!.rows, parts[0]!.notes];
    };
    const home = (...lists: string[]) =>
      `[${lists.map((list) => `{"home":{${list}}}`).join(',')},{"team":1}]`;
    const three = home('"lineup":[1,2]', '"lineup":[]', '"lineup":null', '"lineup":{"p":1}');
    const left = 'part0: 3 records without elements left out; `keep_empty: true` keeps them';
    expect(await notes(false, three)).toEqual([3, [left]]);
    expect(await notes(false, `{"r":${three}}`, { records: 'r' })).toEqual([3, [left]]);
    expect(await notes(true, three)).toEqual([6, undefined]);
    const one = 'part0: 1 record without elements left out; `keep_empty: true` keeps it';
    expect(await notes(false, home('"lineup":[7]'))).toEqual([1, [one]]);
    expect(await notes(false, '[{"home":{"lineup":[]}}]')).toEqual([0, [one]]);
  });

  it('keeps records without elements when asked', async () => {
    const { rows } = await values(json({ explode: { path: 'lineup', keepEmpty: true } }, records));
    expect(rows.filter(([, element]) => element === null).map(([team]) => team)).toEqual([
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it('opens a list within a member, in records at a path, as a column of its own', async () => {
    const hint = { records: 'r', explode: { path: 'home.players', keepEmpty: true } };
    const content =
      '{"r":[{"id":1,"home":{"name":"A","players":[{"p":1},{"p":2}]}},{"id":2,"home":{"name":"B"}}]}';
    expect(await values(json(hint, content))).toEqual({
      columns: ['id', 'home', 'players'],
      rows: [
        ['1', '{"name":"A","players":[{"p":1},{"p":2}]}', '{"p":1}'],
        ['1', '{"name":"A","players":[{"p":1},{"p":2}]}', '{"p":2}'],
        ['2', '{"name":"B"}', null],
      ],
    });
  });

  it('is empty for files without the list, but wrong when no file has it', async () => {
    const explode = { path: 'lineup', keepEmpty: false };
    const { parts } = await decode([
      json({ explode }, '[{"lineup":[1]}]'),
      json({ explode }, '[{"team":1}]'),
    ]);
    expect(parts.map(({ rows, columns }) => [rows, columns])).toEqual([
      [1, ['lineup']],
      [0, ['team', 'lineup']],
    ]);
    const error = await failure(decode([json({ explode }, '[{"line_up":[1]}]')]));
    expect(error).toMatchObject({
      code: 'LK5015',
      message: 'part0: no record has a list at "lineup"',
      hint: 'Did you mean "line_up"?',
    });
  });
});

describe('broken or unexpected JSON', () => {
  it.each([
    [
      'cut off',
      {},
      '[{"a":1},{"a":2',
      'LK5014',
      /is broken JSON at byte 7 of record 2: unexpected end of data$/,
    ],
    ['without its end', {}, '[{"a":1},{"a":2}', 'LK5014', /is broken JSON at byte \d+ of record \d+/],
    ['followed by an error', {}, '[{"a":1}]{"error":"interrupted"}', 'LK5014', /is broken JSON/],
    ['with half a character', {}, '[{"a":"\\ud83d"}]', 'LK5014', /no low surrogate in string$/],
    ['a scalar', {}, '5', 'LK5014', /is neither a JSON array nor an object$/],
    ['a list of scalars', {}, '[1,2]', 'LK5015', /holds a record that is a number, not an object$/],
    ['a list with null', {}, '[{"a":1},null]', 'LK5015', /holds a record that is null, not an object$/],
    ['empty objects', {}, '[{},{}]', 'LK5015', /its records are empty objects$/],
    [
      'without the path',
      { records: 'result.records' },
      '{"success":false}',
      'LK5015',
      /has no records at "result\.records"$/,
    ],
    ['null at the path', { records: 'r' }, '{"r":null}', 'LK5015', /has no records at "r"$/],
    ['an array, with a path', { records: 'r' }, '[{"a":1}]', 'LK5015', /is an array, there is no "r" in it$/],
    ['a text at the path', { records: 'r' }, '{"r":"x"}', 'LK5015', /Expected ARRAY, but got VARCHAR/],
    ['a web page', {}, '<html><body>', 'LK5010', /should be JSON but is an HTML page/],
    ['CSV', {}, 'a,b\n1,2\n', 'LK5014', /is neither a JSON array nor an object$/],
  ])('%s', async (_, hint, content, code, message) => {
    const error = await failure(decode([json(hint, content)]));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^part0: /);
    expect([error.code, error.hint === undefined]).toEqual([code, false]);
  });
});
