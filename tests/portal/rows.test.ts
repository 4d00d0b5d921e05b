import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CanonicalWriter, canonicalLine, splitLine } from '../../src/portal/rows/canonical.js';
import { apiDate } from '../../src/portal/rows/export-dates.js';
import { parseCsv } from '../../src/portal/rows/parse-csv.js';
import { pageRuns } from '../../src/portal/rows/row-set.js';
import { CanonicalScanner } from '../../src/portal/rows/scanner.js';

const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '"', ',', '\n', '"",\n"'),
);

describe('canonical lines', () => {
  it('give back any values, NULL apart from the empty string', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (values) => {
        const line = canonicalLine(values);
        const read: (string | null)[] = [];
        expect(splitLine(line, 0, read)).toBe(line.length);
        expect(read).toEqual(values);
      }),
    );
  });

  it('are the same bytes from the writer', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const writer = new CanonicalWriter();
        for (const row of rows) writer.add(row);
        expect(writer.finish().toString('utf8')).toBe(rows.map(canonicalLine).join(''));
      }),
    );
  });
});

describe('the scanner', () => {
  const scan = (text: string, chunk: number) => {
    const scanner = new CanonicalScanner();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunk) {
      if (!scanner.push(bytes.subarray(at, at + chunk))) return 'not canonical';
    }
    const ends = scanner.finish();
    return ends === undefined ? 'not canonical' : [...ends];
  };

  it('finds line ends, also those that portions cut in two', () => {
    const text = '"a","b"\n"1",\n"x\ny","say ""hi"""\n';
    for (const chunk of [1, 2, 3, 7, 100]) expect(scan(text, chunk)).toEqual([8, 13, text.length]);
  });

  it.each([
    ['a value without quotes', '"a"\n1\n'],
    ['CRLF', '"a"\r\n"1"\r\n'],
    ['a missing last line break', '"a"\n"1"'],
    ['a ragged line', '"a","b"\n"1"\n'],
    ['nothing', ''],
  ])('does not take %s for canonical', (_, text) => {
    expect(scan(text, 100)).toBe('not canonical');
  });
});

describe('CSV as people write it', () => {
  const read = (text: string) => {
    const rows: (string | null)[][] = [];
    parseCsv(text, {
      header: (names) => rows.push(names),
      row: (values) => rows.push([...values]),
      fail: (why) => new Error(why),
    });
    return rows;
  };

  it('keeps an empty field apart from empty quotes, and takes LF and CRLF', () => {
    expect(read('a,b,c\r\n1,,""\r\n\n"x\n""y""",2,3')).toEqual([
      ['a', 'b', 'c'],
      ['1', null, ''],
      ['x\n"y"', '2', '3'],
    ]);
  });

  it.each([
    ['a,b\n1\n', 'line 2 has 1 values, the header 2'],
    ['a\n"1\n', 'the quote that opens in line 2 never closes'],
    ['a\n"1"x\n', 'line 2 goes on after a closing quote'],
    ['', 'it has no header'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

it.each([
  ['12/31/2017', '2017-12-31T00:00:00.000'],
  ['12/31/2017 12:00:05 AM', '2017-12-31T00:00:05.000'],
  ['12/31/2017 12:30:00 PM', '2017-12-31T12:30:00.000'],
  ['01/02/2018 11:59:58 PM', '2018-01-02T23:59:58.000'],
  ['2018-01-02', '2018-01-02'],
  [null, null],
])('an export writes %s for %s', (exported, api) => {
  expect(apiDate(exported)).toBe(api);
});

it('a page of picked rows is read in runs of neighbours, in the order of the query', () => {
  const set = { rows: Uint32Array.from([4, 5, 6, 1, 9, 8]) };
  expect(pageRuns(set, 1, 4)).toEqual([
    { first: 5, last: 7 },
    { first: 1, last: 2 },
    { first: 9, last: 10 },
  ]);
  expect(pageRuns({ all: 10 }, 8, 5)).toEqual([{ first: 8, last: 10 }]);
  expect(pageRuns({ all: 10 }, 10, 5)).toEqual([]);
});
