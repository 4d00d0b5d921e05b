import { CFB, utils, type WorkSheet, write as writeWorkbook } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { unzippedBytes } from '../../../src/engine/decode/xlsx/unzipped-bytes.js';
import { failure, withEngine } from '../with-engine.js';
import { zip } from './support/zip.js';

const { decode, read, write } = withEngine();

type Cell = string | number | boolean | null;
let files = 0;
const workbook = (sheets: Record<string, WorkSheet>, date1904 = false) => {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  book.Workbook = { ...book.Workbook, WBProps: { date1904 } };
  return write(`spool/p${files++}.xlsx`, writeWorkbook(book, { type: 'buffer', bookType: 'xlsx' }));
};
const sheet = (...rows: Cell[][]) => utils.aoa_to_sheet(rows);
const xlsx = (path: string, hint: object = {}) => ({
  files: [path],
  decode: { format: 'xlsx' as const, ...hint },
});
const values = async (part: ReturnType<typeof xlsx>) => {
  const { files, parts } = await decode([part]);
  const rows = await read(files);
  return { columns: parts[0]!.columns, rows: rows.map((row) => parts[0]!.columns.map((c) => row[c])) };
};

describe('decoding XLSX', () => {
  it('reads several sheets as one table by name, and what the pattern catches as a column', async () => {
    const path = workbook({
      About: sheet(['This workbook is about'], ['safety']),
      'RawData-Ref Period 2008': sheet(['', '', 'Safety'], ['Name', 'Arsons', 'Calls'], ['West', 4, 3613]),
      'RawData-Ref Period 2011': sheet(
        ['', '', 'Safety'],
        ['Name', ' arsons ', 'Fire &\nMedical'],
        ['East', 5, 1.5],
      ),
    });
    const { files, parts } = await decode([xlsx(path, { sheet: 'RawData-Ref Period {period}', header: 2 })]);
    expect(parts[0]).toMatchObject({ rows: 2, columns: ['Name', 'Arsons', 'Calls', 'Fire & Medical'] });
    expect(await read(files)).toEqual([
      {
        Name: 'West',
        Arsons: '4',
        Calls: '3613',
        'Fire & Medical': null,
        _source_part: 'part0',
        _row: 1,
        _period: '2008',
      },
      {
        Name: 'East',
        Arsons: '5',
        Calls: null,
        'Fire & Medical': '1.5',
        _source_part: 'part0',
        _row: 2,
        _period: '2011',
      },
    ]);
  });

  it('writes cells as what they mean', async () => {
    const cells = sheet(
      ['v'],
      ['text'],
      [12],
      [12.5],
      [true],
      [null],
      [45292],
      [45292.5],
      [0.75],
      [1.25],
      [0.25],
      [3],
      ['a,"b"\nc'],
    );
    const set = (address: string, more: object) => {
      cells[address] = { ...(cells[address] as object | undefined), ...more };
    };
    set('A7', { z: 'yyyy-mm-dd' });
    set('A8', { z: 'dd/mm/yyyy hh:mm' });
    set('A9', { z: 'h:mm' });
    set('A10', { z: '[h]:mm' });
    set('A11', { z: '0%' });
    set('A12', { f: '1+2' });
    set('A14', { t: 'e', v: 42 });
    cells['!ref'] = 'A1:A14';
    expect((await values(xlsx(workbook({ S: cells })))).rows.flat()).toEqual([
      'text',
      '12',
      '12.5',
      'true',
      '2024-01-01',
      '2024-01-01T12:00:00',
      '18:00:00',
      '30:00:00',
      '0.25',
      '3',
      'a,"b"\nc',
      '#N/A',
    ]);
  });

  it('B16: a workbook that counts days from 1904 gives the same days', async () => {
    const cells = sheet(['day'], [43830]);
    Object.assign(cells['A2'], { z: 'yyyy-mm-dd' });
    expect((await values(xlsx(workbook({ S: cells }, true)))).rows).toEqual([['2024-01-01']]);
  });

  it('leaves out blank rows, unnamed empty columns, skipped rows and footers, and keeps unnamed full ones', async () => {
    const path = workbook({
      S: sheet(
        ['x'],
        ['a', null, 'a', null],
        [null, null, null],
        [1, 'y', 2, null],
        [null],
        [3, null, 4],
        ['Total', null, 6],
      ),
    });
    expect(await values(xlsx(path, { skipRows: 1, footerRows: 1 }))).toEqual({
      columns: ['a', 'column_2', 'a_2'],
      rows: [
        ['1', 'y', '2'],
        ['3', null, '4'],
      ],
    });
  });

  it('takes the first sheet, or the named one, whatever the file is called', async () => {
    const path = workbook({ One: sheet(['a'], [1]), 'Two (2)': sheet(['a'], [2]) });
    expect((await values(xlsx(path))).rows).toEqual([['1']]);
    expect((await values(xlsx(path, { sheet: 'Two (2)' }))).rows).toEqual([['2']]);
  });

  it('is no row when the sheet is empty', async () => {
    const { files, parts } = await decode([xlsx(workbook({ S: sheet(['a', 'b']) }))]);
    expect([files, parts]).toEqual([[], [{ partId: 'id0', rows: 0, columns: ['a', 'b'] }]]);
  });
});

describe('workbooks as people make them', () => {
  it('B16: a merged cell is a value in its first cell, and nothing in the others', async () => {
    const cells = sheet(['a', 'b'], ['x', null], ['y', 'z']);
    cells['!merges'] = [utils.decode_range('A2:B2')];
    expect((await values(xlsx(workbook({ S: cells })))).rows).toEqual([
      ['x', null],
      ['y', 'z'],
    ]);
  });

  it('B16: a hidden sheet is read where it is named', async () => {
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet(['a'], [1]), 'Seen');
    utils.book_append_sheet(book, sheet(['a'], [2]), 'Hidden');
    book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 2 }] };
    const path = write(`spool/p${files++}.xlsx`, writeWorkbook(book, { type: 'buffer', bookType: 'xlsx' }));
    expect((await values(xlsx(path))).rows).toEqual([['1']]);
    expect((await values(xlsx(path, { sheet: 'Hidden' }))).rows).toEqual([['2']]);
  });

  it('B16: macros are not run, and a workbook that has them is read like others', async () => {
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet(['a'], [1]), 'S');
    book.vbaraw = Buffer.from('no macro, but bytes');
    const path = write(`spool/p${files++}.xlsm`, writeWorkbook(book, { type: 'buffer', bookType: 'xlsm' }));
    expect((await values(xlsx(path))).rows).toEqual([['1']]);
  });

  it('B16: a workbook with a password is refused with that reason', async () => {
    const cfb = CFB.utils.cfb_new();
    CFB.utils.cfb_add(cfb, '/EncryptedPackage', Buffer.alloc(64));
    CFB.utils.cfb_add(cfb, '/EncryptionInfo', Buffer.from([4, 0, 4, 0, 0x40, 0, 0, 0, 0x3c, 0x3f]));
    const path = write(`spool/p${files++}.xlsx`, CFB.write(cfb, { type: 'buffer' }) as Buffer);
    const error = await failure(decode([xlsx(path)]));
    expect(error.code).toBe('LK5016');
    expect(error.message).toMatch(/cannot be read: /);
  });
});

describe('workbooks that cannot be read', () => {
  it('B16: the sheets are named when none fits', async () => {
    const error = await failure(
      decode([xlsx(workbook({ 'Data 2020': sheet(['a']) }), { sheet: 'Date 2020' })]),
    );
    expect(error).toMatchObject({
      code: 'LK5016',
      message: 'part0: no sheet is named "Date 2020"; there are "Data 2020"',
      hint: 'Did you mean "Data 2020"?',
    });
  });

  it('B16: a formula that was never calculated is refused, with its cell', async () => {
    const cells = sheet(['a'], [1]);
    cells['A3'] = { t: 'n', f: 'A2+1' };
    cells['!ref'] = 'A1:A3';
    const error = await failure(decode([xlsx(workbook({ S: cells }))]));
    expect(error.code).toBe('LK5016');
    expect(error.message).toMatch(/cell A3 of sheet "S" holds a formula that was never calculated$/);
  });

  it('B16: what is cut off, and what is no workbook, is refused', async () => {
    const head = zip({ name: '[Content_Types].xml' }).subarray(0, 60);
    expect((await failure(decode([xlsx(write('cut.xlsx', head))]))).message).toMatch(
      /cannot be read: it is cut off$/,
    );
    expect(await failure(decode([xlsx(write('text.xlsx', 'a,b\n1,2\n'))]))).toMatchObject({
      code: 'LK5010',
      message: 'part0: text.xlsx should be XLSX but is text by its first bytes',
    });
  });

  it('B16: a workbook that would unpack to more than a gibibyte is refused before it is unpacked', async () => {
    const bomb = zip({ name: 'xl/worksheets/sheet1.xml', data: Buffer.alloc(1_000), claims: 3_000_000_000 });
    expect(unzippedBytes(bomb)).toBe(3_000_000_000);
    const error = await failure(decode([xlsx(write('bomb.xlsx', bomb))]));
    expect([error.code, error.message]).toEqual([
      'LK5017',
      'part0: the workbook bomb.xlsx is too large to be read',
    ]);
  });
});
