import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { decode, read, write } = withEngine();

let files = 0;
const part = (content: string | Buffer, hint: object = {}) => ({
  files: [write(`spool/p${files++}.csv`, content)],
  decode: { format: 'csv' as const, ...hint },
});
const values = async (one: ReturnType<typeof part>) => {
  const { files, parts } = await decode([one]);
  const { columns, notes } = parts[0]!;
  return { columns, rows: (await read(files)).map((row) => columns.map((c) => row[c])), notes };
};
const rows = async (content: string, hint: object = {}) => (await values(part(content, hint))).rows;

describe('line ends', () => {
  it.each([
    ['B3: no row is lost where \\r\\n follows \\n in one file', 'a,b\n1,2\r\n3,4\n5,6\r\n'],
    ['B3: no row is lost where \\n follows \\r\\n in one file', 'a,b\r\n1,2\n3,4\r\n5,6'],
    ['B3: no row is lost where \\r follows \\n in one file', 'a,b\n1,2\r3,4\n5,6\n'],
    ['B3: no row is lost where all three line ends are in one file', 'a,b\r1,2\r\n3,4\n5,6\r'],
    ['B3: blank lines between rows are no rows', 'a,b\n\n1,2\r\n\r\n3,4\n\n\n5,6\n\n'],
  ])('%s', async (_, content) => {
    expect(await rows(content)).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  it('B3: line ends and doubled quotes within quotes stay as they are, also where rows end in two ways', async () => {
    expect(await rows('a,b\n"x\r\ny","p""q\n"\r\n"\r",""\n')).toEqual([
      ['x\r\ny', 'p"q\n'],
      ['\r', ''],
    ]);
  });

  it('B3: where only one of many pages mixes line ends, every page lands once', async () => {
    const pages = ['a,b\n1,2\n', 'a,b\r\n3,4\n5,6\r\n', 'a,b\n7,8\n'].map((text) => part(text).files[0]!);
    const { files, parts, outDir } = await decode([{ files: pages }, part('a,b\n9,0\n')]);
    expect(parts.map((one) => one.rows)).toEqual([4, 1]);
    expect((await read(files)).map((row) => row['a'])).toEqual(['1', '3', '5', '7', '9']);
    expect(files.every(({ path }) => path.startsWith(outDir))).toBe(true);
  });

  it('B3: mixed line ends far into a file of many megabytes lose no row', async () => {
    const one = part('id,text\n');
    const block = (end: string, from: number) =>
      Array.from({ length: 100_000 }, (_, i) => `${from + i},"some text, quoted"${end}`).join('');
    for (const [i, end] of ['\n', '\n', '\r\n', '\n'].entries())
      appendFileSync(one.files[0]!, block(end, i * 100_000));
    const { parts, files } = await decode([one]);
    expect(parts[0]!.rows).toBe(400_000);
    expect(files[0]!.columnStats['"text"']).toMatchObject({
      min: 'some text, quoted',
      max: 'some text, quoted',
    });
  });

  it('B3: a quote that is never closed is told with its line, also after mixed line ends', async () => {
    for (const content of ['a,b\n1,2\n3,"x\n4,5\n', 'a,b\n1,2\r\n3,"x\n4,5\n']) {
      const error = await failure(decode([part(content)]));
      expect(error).toMatchObject({ code: 'LK5011', details: { line: 3 } });
      expect(error.message).toMatch(/line 3 of p\d+\.csv has a quote that is never closed$/);
    }
  });

  it('B3: a value of 100 MB is refused with its line, and costs no more memory than the limit', async () => {
    const one = part('a,b\n1,2\n');
    const piece = 'x'.repeat(1 << 20);
    appendFileSync(one.files[0]!, '3,"');
    for (let i = 0; i < 100; i++) appendFileSync(one.files[0]!, piece);
    appendFileSync(one.files[0]!, '"\n');
    const error = await failure(decode([one]));
    expect(error.code).toBe('LK5017');
    expect(error.message).toMatch(/line 3 of p\d+\.csv is longer than 16 MiB$/);
    const filled = await failure(decode([{ ...one, decode: { format: 'csv', ragged: 'fill' } }]));
    expect([filled.code, filled.message]).toEqual([error.code, error.message]);
  });

  it('B3: text behind a closing quote is an error with its line, never another value', async () => {
    for (const hint of [{}, { ragged: 'fill' }]) {
      const error = await failure(decode([part('a,b\n1,2\n3,"5" pipe\n', hint)]));
      expect([error.code, error.details['line']]).toEqual(['LK5011', 3]);
    }
    expect(await rows('a,b\n1,5" pipe\n')).toEqual([['1', '5" pipe']]);
    expect(await rows('a,b\n1,"5" pipe\n', { quote: '' })).toEqual([['1', '"5" pipe']]);
  });
});

describe('rows and header that do not fit', () => {
  it('B4: a row that is too short or too long fails with its line unless the manifest says what to do', async () => {
    const short = await failure(decode([part('a,b,c\n1,2,3\n4,5\n')]));
    expect(short.message).toMatch(/line 3 of p\d+\.csv has 2 values where the header has 3$/);
    expect(short.hint).toContain('`ragged: fill`');
    const long = await failure(decode([part('a,b\n1,2\n1,2,3\n')]));
    expect(long.message).toMatch(/line 3 of p\d+\.csv has 3 values where the header has 2$/);
  });

  it('B4: `ragged: fill` makes missing values null, leaves out empty ones beyond the header, and counts both', async () => {
    const content = 'a,b,c\n1\n"2,""x",y\n3,,z,,""\n4,5,6\n';
    expect(await values(part(content, { ragged: 'fill' }))).toMatchObject({
      rows: [
        ['1', null, null],
        ['2,"x', 'y', null],
        ['3', null, 'z'],
        ['4', '5', '6'],
      ],
      notes: [
        'part0: 2 rows were shorter than the header; what is missing is null',
        'part0: 1 row was longer than the header, by empty values that were left out',
      ],
    });
  });

  it('B4: `ragged: fill` never drops a value: one beyond the header fails with its line', async () => {
    const error = await failure(decode([part('a,b\r\n1\r\n1,2,,x\r\n', { ragged: 'fill' })]));
    expect(error.message).toMatch(/line 3 of p\d+\.csv has 4 values where the header has 2$/);
  });

  it('B4: a delimiter at the end of every row, header included, is a column without a name', async () => {
    expect(await values(part('a,b,\n1,2,\n'))).toMatchObject({
      columns: ['a', 'b', 'column_3'],
      rows: [['1', '2', null]],
    });
    expect(await rows('a,b\n1,2,\n3,4,\n', { ragged: 'fill' })).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('B4: a header repeated among the rows lands as a row, or is left out and counted as declared', async () => {
    const content = '"a",b\n1,2\n"a",b\n3,4\n"a",b\n';
    expect(await rows(content)).toContainEqual(['a', 'b']);
    expect(await values(part(content, { repeatedHeader: 'skip' }))).toMatchObject({
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      notes: ['part0: 2 rows were left out: they repeat the header'],
    });
  });

  it('B4: titles above and totals below the table are left out as declared, whatever they hold', async () => {
    const content = 'Title, "quoted\r\n\r\na;b\r\n1;2\r\n3;4\n\r\nTotal;"\n';
    expect(await rows(content, { header: 3, footerRows: 1 })).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('B4: blank, repeated and padded names become names of their own', async () => {
    expect((await values(part('id,,id, , x ,ID,x\n1,2,3,4,5,6,7\n'))).columns).toEqual([
      'id',
      'column_2',
      'id_2',
      'column_4',
      ' x ',
      'ID_3',
      'x',
    ]);
  });

  it('B4: a file without a header is read as declared, its columns numbered', async () => {
    expect(await values(part('1;2\n3;4\n', { header: 'none' }))).toMatchObject({
      columns: ['column_1', 'column_2'],
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
    expect(await rows('note\n1,2\n', { header: 'none', skipRows: 1 })).toEqual([['1', '2']]);
  });

  it('a first line that names the separator, as Excel writes it, is no header', async () => {
    expect(await values(part('\uFEFFsep=;\r\na;b,c\r\n1;2\r\n'))).toMatchObject({
      columns: ['a', 'b,c'],
      rows: [['1', '2']],
    });
  });

  it('tabs are found in the header, and kept to where the file is a TSV by its name', async () => {
    expect(await rows('a\tb\n1,5\t2\n')).toEqual([['1,5', '2']]);
    expect((await values(part('a,b,c\td\n1,2\t3\n', { delimiter: '\t' }))).columns).toEqual(['a,b,c', 'd']);
  });
});

describe('names', () => {
  const HOSTILE = [
    'a"b',
    `it's`,
    'back\\slash',
    'a;DROP TABLE x;--',
    '__proto__',
    'constructor',
    'toString',
    'select',
    'file_index',
    'filename',
    'c0',
    '😀',
    'مرحبا',
    'zero\u200Bwidth',
    'right\u202Eleft',
    'x'.repeat(300),
    'line\nend',
    'Über',
    'über',
    'a.b[0]',
    '{x}',
    '$1',
    '%s',
  ];

  it('B5: any name of a column lands as it is, those that differ in case only with a number', async () => {
    const header = HOSTILE.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const { columns, rows } = await values(part(`${header}\n${HOSTILE.map((_, i) => i).join(',')}\n`));
    expect(columns).toEqual(HOSTILE.map((name) => (name === 'über' ? 'über_2' : name)));
    expect(rows).toEqual([HOSTILE.map((_, i) => String(i))]);
  });

  it('B5: five thousand columns land, each with its own values', async () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `column_of_the_portal_${i}`);
    const { columns, rows } = await values(part(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`));
    expect(columns).toEqual(names);
    expect([rows[0]![0], rows[0]![4_999]]).toEqual(['0', '4999']);
  });
});
