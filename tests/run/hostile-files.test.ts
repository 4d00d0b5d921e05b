/** Files as portals really serve them, over a socket into silver: one build for all; what cannot be read fails alone, in words. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utils, write as writeWorkbook } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, type City, city } from './support/city.js';

const latin = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** A workbook of two sheets: one with a merged cell, a hidden one, both with a day of the calendar that begins in 1904. */
function workbook(formula = false): Buffer {
  const book = utils.book_new();
  const seen = utils.aoa_to_sheet([
    ['id', 'name'],
    [1, 'é€'],
    [2, null],
  ]);
  seen['!merges'] = [utils.decode_range('B2:B3')];
  if (formula) Object.assign(seen, { A4: { t: 'n', f: 'A3+1' }, '!ref': 'A1:B4' });
  const hidden = utils.aoa_to_sheet([
    ['id', 'name'],
    [1, 43830],
  ]);
  Object.assign(hidden['B2'], { z: 'yyyy-mm-dd' });
  utils.book_append_sheet(book, seen, 'Seen');
  utils.book_append_sheet(book, hidden, 'Hidden');
  book.Workbook = { WBProps: { date1904: true }, Sheets: [{ Hidden: 0 }, { Hidden: 2 }] };
  return writeWorkbook(book, { type: 'buffer', bookType: 'xlsx' });
}

interface Served {
  readonly body: string | Buffer;
  /** `read:` of the manifest. */
  readonly read?: string;
}

/** File → what is served and how it is read; each becomes a dataset with the columns `id` and `name`. */
const GOOD: Record<string, Served> = {
  'bom.csv': { body: '\uFEFFid,name\n1,é€\n' },
  'utf16.csv': { body: utf16('id,name\n1,é€\n') },
  'cp1252.csv': { body: latin('id,name\n1,\xe9\x80\n'), read: '{encoding: cp1252}' },
  'replaced.csv': { body: latin('id,name\n1,caf\xe9\n'), read: '{invalid_bytes: replace}' },
  'nul.csv': { body: 'id,name\n1,x\0y\n' },
  'ends.csv': { body: 'id,name\r1,a\r\n2,"b\r\nc"\n3,d\r' },
  'ragged.csv': { body: 'id,name\n1\n2,b,\n', read: '{ragged: fill}' },
  'framed.csv': {
    body: 'Title\n\nid,name\n1,a\nid,name\n2,b\nTotal,2\n',
    read: '{header: 3, repeated_header: skip, footer_rows: 1}',
  },
  'named.csv': { body: 'id,,name,name, x \n1,2,a,b,3\n' },
  'lines.ndjson': { body: '{"id":1,"name":"a"}\r\n{"id":2,"name":"b"}\r\n' },
  'deep.json': { body: `[{"id":1,"name":${'['.repeat(300)}1${']'.repeat(300)}}]` },
  'exact.json': {
    body: '[{"id":9007199254740993,"name":12345678901234567890123456789012345678901234567890}]',
  },
  'seen.xlsx': { body: workbook() },
  'hidden.xlsx': { body: workbook(), read: '{sheet: Hidden}' },
};
const BAD: Record<string, Served & { readonly code: string; readonly says: RegExp }> = {
  'bytes.csv': { body: latin('id,name\n1,caf\xe9\n'), code: 'LK5012', says: /line 2.*offset 13/ },
  'open.csv': { body: 'id,name\n1,a\n2,"b\n3,c\n', code: 'LK5011', says: /line 3 .* never closed/ },
  'short.csv': { body: 'id,name\n1,a\n2\n', code: 'LK5011', says: /line 3 .* has 1 value/ },
  'twice.json': { body: '[{"id":1,"id":2}]', code: 'LK5015', says: /the key "id" twice/ },
  'comma.json': { body: '[{"id":1},]', code: 'LK5014', says: /broken JSON/ },
  'scalar.json': { body: '[1,2]', code: 'LK5015', says: /a number, not an object/ },
  'surrogate.json': { body: '[{"id":"\\ud83d"}]', code: 'LK5014', says: /surrogate/ },
  'formula.xlsx': { body: workbook(true), code: 'LK5016', says: /cell A4 of sheet "Seen" holds a formula/ },
  'none.xlsx': {
    body: workbook(),
    read: '{sheet: Hiden}',
    code: 'LK5016',
    says: /no sheet is named "Hiden"/,
  },
};
const nameOf = (file: string) => file.replace('.', '_');

let here: City;
let built: Built;
beforeAll(async () => {
  const all: [string, Served][] = Object.entries({ ...GOOD, ...BAD });
  const manifests = all.map(([file, { read }]) => [
    `datasets/${nameOf(file)}.yml`,
    `dataset: ${nameOf(file)}\nportal: files\nsource: {url: /${file}${read ? `, read: ${read}` : ''}}\nkey: none\nfields: {id: varchar, name: varchar}\n`,
  ]);
  here = city(Object.fromEntries(manifests), {
    files: Object.fromEntries(all.map(([file]) => [file, 'to be written'])),
  });
  for (const [file, { body }] of all) writeFileSync(join(here.root, 'portal/files', file), body);
  built = await here.build({ exit: 1 });
}, 120_000);
afterAll(() => here.remove());

const rows = (file: string) => here.query(`select id, name from silver.${nameOf(file)} order by all`);
const notes = (file: string) => built.node(`bronze.${nameOf(file)}`).notes;

describe('files that can be read', () => {
  it('B2: over a socket, marks and declared encodings give the same text in silver; NUL is a character', async () => {
    for (const file of ['bom.csv', 'utf16.csv', 'cp1252.csv'])
      expect([file, await rows(file)]).toEqual([file, [['1', 'é€']]]);
    expect(await rows('nul.csv')).toEqual([['1', 'x\0y']]);
  });

  it('B2: over a socket, bytes that are no characters are replaced where that is declared, and the run counts them', async () => {
    expect(await rows('replaced.csv')).toEqual([['1', 'caf�']]);
    expect(notes('replaced.csv')).toEqual([
      expect.stringMatching(/1 character was not of the file's encoding/),
    ]);
  });

  it('B3: over a socket, a file with all three line ends and one in quotes lands row for row', async () => {
    expect(await rows('ends.csv')).toEqual([
      ['1', 'a'],
      ['2', 'b\r\nc'],
      ['3', 'd'],
    ]);
  });

  it('B4: over a socket, short and long rows are filled as declared, and the run counts them', async () => {
    expect(await rows('ragged.csv')).toEqual([
      ['1', null],
      ['2', 'b'],
    ]);
    expect(notes('ragged.csv')).toEqual([
      expect.stringContaining('1 row was shorter'),
      expect.stringContaining('1 row was longer'),
    ]);
  });

  it('B4: over a socket, lines around the table and repeated headers are left out as declared; blank and double names become names of their own', async () => {
    expect(await rows('framed.csv')).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(await here.query('select id, column_2, name, name_2, " x " from bronze.named_csv')).toEqual([
      ['1', '2', 'a', 'b', '3'],
    ]);
  });

  it('B9: over a socket, documents a line, deep nesting and integers of any length land exactly', async () => {
    expect(await rows('lines.ndjson')).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(await rows('deep.json')).toEqual([['1', `${'['.repeat(300)}1${']'.repeat(300)}`]]);
    expect(await rows('exact.json')).toEqual([
      ['9007199254740993', '12345678901234567890123456789012345678901234567890'],
    ]);
  });

  it('B16: over a socket, a merged cell is a value in its first cell, and a hidden sheet with days from 1904 is read by its name', async () => {
    expect(await rows('seen.xlsx')).toEqual([
      ['1', 'é€'],
      ['2', null],
    ]);
    expect(await rows('hidden.xlsx')).toEqual([['1', '2024-01-01']]);
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['B2: over a socket, undeclared bytes fail their own dataset alone, with line and offset', 'bytes.csv'],
    [
      'B3: over a socket, a quote that is never closed fails its own dataset alone, with its line',
      'open.csv',
    ],
    ['B4: over a socket, a ragged row fails its own dataset alone, with its line', 'short.csv'],
    ['B9: over a socket, a key written twice fails its own dataset alone', 'twice.json'],
    ['B9: over a socket, a trailing comma fails its own dataset alone', 'comma.json'],
    ['B9: over a socket, a list of numbers is no table', 'scalar.json'],
    ['B9: over a socket, half a surrogate pair fails its own dataset alone', 'surrogate.json'],
    [
      'B16: over a socket, a formula that was never calculated fails its own dataset alone, with its cell',
      'formula.xlsx',
    ],
    ['B16: over a socket, a sheet that is not there fails its own dataset alone, by its name', 'none.xlsx'],
  ])('%s', (_, file) => {
    const { code, says } = BAD[file]!;
    expect(built.node(`bronze.${nameOf(file)}`).error).toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
    expect(built.statuses[`silver.${nameOf(file)}`]).toBe('skipped');
  });

  it('B2, B3, B4, B9, B16: whatever fails, every file that can be read is published', () => {
    const failed = built.nodes.filter(({ id, status }) => id.startsWith('bronze.') && status !== 'success');
    expect(failed.map(({ id }) => id).sort()).toEqual(
      Object.keys(BAD)
        .map((file) => `bronze.${nameOf(file)}`)
        .sort(),
    );
  });
});
