import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failure, LOADED_AT, withEngine } from '../with-engine.js';
import { zip } from './support/zip.js';

const { decode, read, write, query } = withEngine();

let files = 0;
const file = (content: string | Buffer) => write(`spool/p${String(files++).padStart(5, '0')}.csv`, content);
const csv = (...contents: (string | Buffer)[]) => ({ files: contents.map(file) });
const withRead = (hint: object, ...contents: (string | Buffer)[]) => ({
  ...csv(...contents),
  decode: { format: 'csv' as const, ...hint },
});
/** Values of one part's rows, in the order of its columns. */
const values = async (part: ReturnType<typeof csv>) => {
  const { files, parts } = await decode([part]);
  const rows = await read(files);
  return { columns: parts[0]!.columns, rows: rows.map((row) => parts[0]!.columns.map((c) => row[c])) };
};

describe('decoding CSV', () => {
  it('lands every column as text, with where each row came from', async () => {
    const parts = [
      { ...csv('id,name\n1,x\n2,y\n', 'id,name\n3,z\n'), label: '2016', variables: { year: '2016' } },
      { ...csv('id,name\n007,\n'), label: `20'17`, variables: { year: `20'17` } },
    ];
    const { files, parts: decoded, outDir } = await decode(parts);
    expect(decoded.map(({ partId, rows, columns }) => [partId, rows, columns])).toEqual([
      ['id0', 3, ['id', 'name']],
      ['id1', 1, ['id', 'name']],
    ]);
    expect(readdirSync(outDir)).toEqual(files.map(({ path }) => basename(path)));
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ rows: 4, parts: ['id0', 'id1'], columns: ['id', 'name'] });
    const scans = [{ files: [files[0]!.path], select: '*' }];
    const { columns, rows } = await query('select * from "bronze"."x" order by _row', {
      relations: [{ schema: 'bronze', name: 'x', scans, columns: [] }],
    });
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id VARCHAR',
      'name VARCHAR',
      '_load_id VARCHAR',
      '_loaded_at TIMESTAMP WITH TIME ZONE',
      '_source_part VARCHAR',
      '_row BIGINT',
      '_year VARCHAR',
    ]);
    const at = LOADED_AT.replace('.000', '');
    expect(rows).toEqual([
      ['1', 'x', 'load1', at, '2016', 1, '2016'],
      ['2', 'y', 'load1', at, '2016', 2, '2016'],
      ['3', 'z', 'load1', at, '2016', 3, '2016'],
      ['007', null, 'load1', at, `20'17`, 4, `20'17`],
    ]);
  });

  it('returns the statistics of each file', async () => {
    const { files } = await decode([csv('a,b\nx,\nz,1\n')]);
    expect(files[0]!.columnStats['"a"']).toMatchObject({ min: 'x', max: 'z', null_count: '0' });
    expect(files[0]!.columnStats['"b"']).toMatchObject({ null_count: '1' });
    expect(files[0]!.bytes).toBeGreaterThan(100);
  });

  it(`keeps '' apart from NULL, and quotes, line ends and delimiters within quotes`, async () => {
    const { rows } = await values(csv('a,b,c\n"",,"x ""y"""\n"p\nq","r,s", t \n'));
    expect(rows).toEqual([
      ['', null, 'x "y"'],
      ['p\nq', 'r,s', ' t '],
    ]);
  });

  it('puts parts with other columns into other files', async () => {
    const { files, parts } = await decode([csv('a,b\n1,2\n'), csv('a,c\n3,4\n'), csv('a,b\n5,6\n')]);
    expect(files.map(({ columns, parts, rows }) => [columns, parts, rows])).toEqual([
      [['a', 'b'], ['id0', 'id2'], 2],
      [['a', 'c'], ['id1'], 1],
    ]);
    expect(parts.map(({ rows }) => rows)).toEqual([1, 1, 1]);
  });

  it('numbers rows in delivered order over many large pages, none twice', async () => {
    const pad = 'x'.repeat(2_000);
    const page = (from: number) =>
      `n,pad\n${Array.from({ length: 5_000 }, (_, i) => `${from + i},${pad}`).join('\n')}\n`;
    const { files } = await decode([csv(...[0, 1, 2, 3].map((p) => page(p * 5_000)))]);
    expect(files).toHaveLength(2);
    const scans = [{ files: files.map(({ path }) => path), select: 'n::integer as n, _row' }];
    const { rows } = await query(
      `select count(*), count(distinct _row), count(*) filter (where place <> n + 1)
       from (select n, _row, row_number() over (order by _row) as place from "b"."t")`,
      { relations: [{ schema: 'b', name: 't', scans, columns: [] }] },
    );
    expect(rows).toEqual([[20_000, 20_000, 0]]);
  });

  it('names the column that identifies a row in the portal', async () => {
    const part = (content: string) => withRead({ rowId: '_id' }, content);
    const { parts } = await decode([
      part('_id,a\n1,x\n'),
      part('a\nx\n'),
      { ...part('_id,a\n1,x\n'), variables: { id: '5' } },
    ]);
    expect(parts.map(({ rowIdColumn }) => rowIdColumn)).toEqual(['_id', undefined, '_id_2']);
  });
});

describe('no rows', () => {
  it.each([
    ['an empty file', csv(''), []],
    ['a header only', csv('a,b\n'), ['a', 'b']],
    ['blank lines', csv('\n\n'), []],
    ['no file', csv(), []],
  ])('%s is no row and no file', async (_, part, columns) => {
    const { files, parts, outDir } = await decode([part]);
    expect(files).toEqual([]);
    expect(parts).toEqual([{ partId: 'id0', rows: 0, columns }]);
    expect(readdirSync(outDir)).toEqual([]);
  });

  it('in some pages of a part is fine', async () => {
    expect((await values(csv('a\n', 'a\n1\n', '', 'a\n', 'a\n2\n'))).rows).toEqual([['1'], ['2']]);
  });
});

describe('encodings and line ends', () => {
  const cases: readonly [string, ReturnType<typeof csv>][] = [
    ['a byte order mark', csv('\uFEFFa,b\né,1\n')],
    ['a byte order mark before a quoted header', csv('\uFEFF"a","b"\né,1\n')],
    [
      'UTF-16 LE by its mark',
      csv(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\né,1\n', 'utf16le')])),
    ],
    [
      'UTF-16 BE by its mark',
      csv(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('a,b\né,1\n', 'utf16le').swap16()])),
    ],
    ['latin-1 as declared', withRead({ encoding: 'latin-1' }, Buffer.from('a,b\né,1\n', 'latin1'))],
    ['cp1252 as declared', withRead({ encoding: 'CP1252' }, Buffer.from('a,b\né,1\n', 'latin1'))],
    ['CRLF', csv('a,b\r\né,1\r\n')],
    ['CR', csv('a,b\ré,1\r')],
    ['no line end at the end', csv('a,b\né,1')],
    ['blank lines at the end', csv('a,b\né,1\n\n\n')],
  ];
  it.each(cases)('reads %s', async (_, part) => {
    expect(await values(part)).toEqual({ columns: ['a', 'b'], rows: [['é', '1']] });
  });

  it('reads pages with different line ends', async () => {
    expect((await values(csv('a,b\r\n1,2\r\n', 'a,b\n3,4\n'))).rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('tells the place of a byte that is not UTF-8', async () => {
    const error = await failure(decode([csv(Buffer.from('a,b\n1,ok\n2,caf\xe9\n', 'latin1'))]));
    expect(error.code).toBe('LK5012');
    expect(error.message).toMatch(
      /^part0: line 3 of p\d+\.csv is not UTF-8: the byte at offset 14 starts no character$/,
    );
    expect(error.hint).toContain('read: {encoding: cp1252}');
  });

  it('refuses an encoding that nobody knows, and bytes that are not of the declared one', async () => {
    expect((await failure(decode([withRead({ encoding: 'klingon' }, 'a\n1\n')]))).message).toBe(
      'part0: there is no encoding "klingon"',
    );
    const error = await failure(
      decode([withRead({ encoding: 'shift_jis' }, Buffer.from([0x61, 0x0a, 0x81, 0xff]))]),
    );
    expect([error.code, error.message]).toEqual([
      'LK5012',
      expect.stringMatching(/is not shift_jis at byte 3$/),
    ]);
  });
});

describe('rows that do not fit', () => {
  it.each([
    [
      'too short',
      'a,b,c\n1,2,3\n4,5\n',
      'LK5011',
      /line 3 of p\d+\.csv has 2 values where the header has 3$/,
    ],
    ['too long', 'a,b\n1,2\n1,2,3\n', 'LK5011', /line 3 of p\d+\.csv has 3 values where the header has 2$/],
    ['an open quote', 'a,b\n1,"x\n2,3\n', 'LK5011', /line 2 of p\d+\.csv has a quote that is never closed$/],
    ['a line of 17 MiB', `a\n"${'x'.repeat(17 << 20)}"\n`, 'LK5017', /longer than 16 MiB$/],
  ])('%s', async (_, content, code, message) => {
    const error = await failure(decode([csv('a,b,c\n1,2,3\n'), csv(content)]));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^part1: /);
    expect(error.message.length).toBeLessThan(200);
  });

  it('leaves no Parquet file behind that is counted', async () => {
    const { files } = await decode([csv('a\n1\n')]);
    expect(files).toHaveLength(1);
  });

  it('names the line of the portal file when lines above were cut', async () => {
    const error = await failure(decode([withRead({ header: 3 }, 'Title\n\na,b\n1,2\n1,2,3\n')]));
    expect(error.message).toMatch(/line 5 of p\d+\.csv has 3 values/);
  });

  it('accepts a delimiter at the end of every row', async () => {
    expect((await values(csv('a,b,\n1,2,\n'))).rows).toEqual([['1', '2', null]]);
  });

  it('refuses pages of one part whose columns differ', async () => {
    const error = await failure(decode([csv('a,b\n1,2\n', 'a,c\n1,2\n')]));
    expect(error.code).toBe('LK5013');
    expect(error.message).toMatch(/has other columns than p\d+\.csv: "b" is missing, "c" is new$/);
  });
});

describe('read: options', () => {
  it.each([
    ['a semicolon, found in the header', csv('a;b\n1,5;2\n'), [['1,5', '2']]],
    ['a tab, found in the header', csv('a\tb\n1,5\t2\n'), [['1,5', '2']]],
    ['a declared delimiter', withRead({ delimiter: '|' }, 'a|b\n1,5|2\n'), [['1,5', '2']]],
    ['a declared quote', withRead({ quote: "'" }, `a,b\n'1,5','it''s'\n`), [['1,5', `it's`]]],
    ['a header below a title', withRead({ header: 3 }, 'Title, "quoted\n\na,b\n1,2\n'), [['1', '2']]],
    ['skipped rows', withRead({ skipRows: 2 }, 'Title\nNotes\na,b\n1,2\n'), [['1', '2']]],
    ['skipped rows and a header', withRead({ skipRows: 1, header: 2 }, 'x\ny\na,b\n1,2\n'), [['1', '2']]],
    ['a footer', withRead({ footerRows: 2 }, 'a,b\n1,2\nTotal: 1\n"Source, x"\n\n'), [['1', '2']]],
    ['a title and a footer', withRead({ header: 2, footerRows: 1 }, 'T\na,b\n1,2\nTotal'), [['1', '2']]],
    ['a header over two lines', csv('"a",b\n1,2\n'), [['1', '2']]],
  ])('%s', async (_, part, rows) => {
    expect(await values(part)).toEqual({ columns: ['a', 'b'], rows });
  });

  it('reads a header whose names hold line ends', async () => {
    expect(await values(csv('"a\nx",b\n1,2\n'))).toEqual({ columns: ['a\nx', 'b'], rows: [['1', '2']] });
  });
});

describe('column names', () => {
  it('are unique whatever their case, and never those that lake adds', async () => {
    const { columns, rows } = await values(csv('a,A,,a_2, ,_row,_load_id\n1,2,3,4,5,6,7\n'));
    expect(columns).toEqual(['a', 'A_3', 'column_3', 'a_2', 'column_5', '_row_2', '_load_id_2']);
    expect(rows).toEqual([['1', '2', '3', '4', '5', '6', '7']]);
  });

  it('may be anything', async () => {
    const names = [
      'a"b',
      `it's`,
      'a;DROP TABLE x;--',
      '__proto__',
      'constructor',
      '😀',
      'select',
      'file_index',
      'c0',
    ];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const { columns, rows } = await values(csv(`${header}\n${names.map((_, i) => i).join(',')}\n`));
    expect(columns).toEqual(names);
    expect(rows).toEqual([names.map((_, i) => String(i))]);
  });

  it('may be two thousand', async () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `column_of_the_portal_${i}`);
    const { columns, rows } = await values(csv(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`));
    expect(columns).toEqual(names);
    expect(rows[0]![1_999]).toBe('1999');
  });
});

describe('bytes decide the format', () => {
  it.each([
    ['a workbook', zip({ name: '[Content_Types].xml' }), 'xlsx', 'an XLSX workbook'],
    ['an archive', zip({ name: 'data.csv' }), 'zip', 'a ZIP archive'],
    ['compressed bytes', Buffer.from([0x1f, 0x8b, 8, 0]), 'gzip', 'gzip-compressed'],
    ['a web page', '<!DOCTYPE html>\n<html><body>Sign in</body></html>', 'html', 'an HTML page'],
    ['a JSON error', '{"error": {"code": 400}}', 'json', 'JSON'],
  ])('%s is not CSV', async (_, content, sniffed, words) => {
    const error = await failure(decode([csv(content)]));
    expect(error.code).toBe('LK5010');
    expect(error.message).toContain(`should be CSV but is ${words} by its first bytes`);
    expect(error.details).toMatchObject({ sniffed });
  });
});
