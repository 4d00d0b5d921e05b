import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { decode, read, write } = withEngine();

let files = 0;
const part = (content: string | Buffer, hint: object = {}) => ({
  files: [write(`spool/p${files++}.json`, content)],
  decode: { format: 'json' as const, ...hint },
});
const values = async (one: ReturnType<typeof part>) => {
  const { files, parts } = await decode([one]);
  const { columns } = parts[0]!;
  return { columns, rows: (await read(files)).map((row) => columns.map((c) => row[c])) };
};
const problem = (content: string | Buffer, hint: object = {}) => failure(decode([part(content, hint)]));

describe('JSON as it comes', () => {
  it('B9: an array, documents a line, and documents over lines are told apart by themselves', async () => {
    for (const content of [
      '[{"a":1},{"a":2}]',
      '{"a":1}\n{"a":2}',
      '{"a":1}\r\n{"a":2}\r\n',
      '{\n"a":1}\n{"a":\n2}',
      '{"a":1} {"a":2}',
    ])
      expect((await values(part(content))).rows).toEqual([['1'], ['2']]);
  });

  it('B9: ten thousand levels of nesting land as text; the process lives on', async () => {
    for (const [open, close] of [
      ['{"a":', '}'],
      ['[', ']'],
    ] as const) {
      const deep = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
      expect((await values(part(`[{"deep":${deep},"b":2}]`))).rows).toEqual([[deep, '2']]);
    }
    const far = `${'['.repeat(5_000_000)}`;
    expect((await problem(far)).code).toMatch(/^LK501[45]$/);
    expect((await values(part('[{"a":1}]'))).rows).toEqual([['1']]);
  });

  it('B9: a key that a record has twice fails the load, for one of its values would be lost', async () => {
    const error = await problem('[{"a":1},{"a":1,"b":2,"a":3}]');
    expect(error).toMatchObject({
      code: 'LK5015',
      message: expect.stringMatching(/^part0: p\d+\.json holds a record with the key "a" twice$/),
    });
  });

  it('B9: integers of any length stay exact, other numbers are doubles, and one beyond them is told', async () => {
    const { rows } = await values(
      part(
        '[{"a":12345678901234567890123456789012345678901234567890,"b":-9007199254740993,"c":1e3,"d":0.1}]',
      ),
    );
    expect(rows).toEqual([
      ['12345678901234567890123456789012345678901234567890', '-9007199254740993', '1000.0', '0.1'],
    ]);
    const beyond = await decode([part('[{"a":1e400}]')]).then(
      async ({ files }) => (await read(files))[0]!['a'],
      (error: { code: string }) => error.code,
    );
    expect(['LK5014', 'Infinity', '1e400', 'inf']).toContain(beyond);
  });

  it.each([
    [
      'B9: a trailing comma in the array is told with its place',
      '[{"a":1},]',
      /is broken JSON at byte \d+ of record 2/,
    ],
    [
      'B9: a comma that is missing is told with its place',
      '[{"a":1} {"a":2}]',
      /is broken JSON at byte \d+ of record \d/,
    ],
    [
      'B9: half a surrogate pair is told with its place',
      '[{"a":"\\ud83d"}]',
      /is broken JSON at byte \d+ of record 1: no low surrogate in string$/,
    ],
    [
      'B9: a body that is cut off is told with its place',
      '[{"a":1},{"a":2',
      /is broken JSON at byte 7 of record 2: unexpected end of data$/,
    ],
    ['B9: a top-level number is neither array nor object', '5', /is neither a JSON array nor an object$/],
    ['B9: a top-level text is neither array nor object', '"text"', /is neither a JSON array nor an object$/],
    ['B9: a top-level null is neither array nor object', 'null', /is neither a JSON array nor an object$/],
    [
      'B9: a line that is no document is told with its place',
      '{"a":1}\nnot json\n{"a":2}\n',
      /is broken JSON at byte \d+ of record 2/,
    ],
  ])('%s', async (_, content, message) => {
    const error = await problem(content);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^part0: p\d+\.json /);
    expect([error.code, typeof error.hint]).toEqual(['LK5014', 'string']);
  });

  it('B9: of pages with a list at the path and one with an object, the one with the object is named', async () => {
    const pages = ['{"items":[{"a":1}]}', '{"items":{"a":1}}', '{"items":[{"a":2}]}'].map((content, i) =>
      write(`spool/mixed${i}.json`, content),
    );
    const error = await failure(decode([{ files: pages, decode: { format: 'json', records: 'items' } }]));
    expect(error).toMatchObject({
      code: 'LK5015',
      message: 'part0: mixed1.json has an object at "items", where other files of this load have a list',
    });
  });

  it('B9: a trailing comma in a record is read over, for nothing is lost by it', async () => {
    expect((await values(part('[{"a":1,},{"a":[2,],}]'))).rows).toEqual([['1'], ['[2]']]);
  });

  it('B5: keys that SQL, JavaScript or DuckDB would confuse are columns like others', async () => {
    const keys = [
      'a"b',
      `it's`,
      'a\\b',
      'a;DROP TABLE x;--',
      '__proto__',
      'constructor',
      'select',
      '😀',
      'مرحبا',
      'a\u200Bb',
      'x'.repeat(200),
      'A',
      'a',
      '',
      'file_index',
      'json',
      '$.a',
      'a/b',
      'a~b',
      'a.b',
    ];
    const record = JSON.stringify(
      Object.fromEntries(keys.filter((k) => k !== '__proto__').map((k) => [k, keys.indexOf(k)])),
    );
    const content = `[${record.slice(0, -1)},"__proto__":${keys.indexOf('__proto__')}}]`;
    for (const hint of [{}, { records: 'r' }]) {
      const { columns, rows } = await values(part('records' in hint ? `{"r":${content}}` : content, hint));
      expect(columns).toHaveLength(keys.length);
      expect(rows[0]!.map(Number).sort((a, b) => a - b)).toEqual(keys.map((_, i) => i));
      expect(rows[0]![columns.indexOf('__proto__')]).toBe(String(keys.indexOf('__proto__')));
    }
  });
});

describe('explode', () => {
  it('opens a list two members deep, and keeps records without one when asked', async () => {
    const content = '[{"id":1,"a":{"b":{"c":[{"x":1},{"x":2}]}}},{"id":2,"a":{"b":null}},{"id":3}]';
    const open = (keepEmpty: boolean) => values(part(content, { explode: { path: 'a.b.c', keepEmpty } }));
    expect((await open(false)).rows.map(([id, , c]) => [id, c])).toEqual([
      ['1', '{"x":1}'],
      ['1', '{"x":2}'],
    ]);
    expect((await open(true)).rows.map(([id, , c]) => [id, c])).toEqual([
      ['1', '{"x":1}'],
      ['1', '{"x":2}'],
      ['2', null],
      ['3', null],
    ]);
  });
});
