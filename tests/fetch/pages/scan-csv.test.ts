import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLink } from '../../../src/fetch/pages/next-link.js';
import { scanCsv } from '../../../src/fetch/pages/scan-csv.js';
import { tempDir } from '../world.js';

async function scanned(text: string, column?: string) {
  const path = join(await tempDir(), 'page.csv');
  await writeFile(path, text);
  return scanCsv(path, column);
}

describe('a page of CSV', () => {
  it.each([
    ['', 0, undefined],
    ['id,:id\n', 0, undefined],
    ['id,:id', 0, undefined],
    ['id,:id\n1,row-1\n2,row-2\n', 2, 'row-2'],
    ['id,:id\r\n1,row-1\r\n2,row-2', 2, 'row-2'],
    ['":id","id"\n"a ""b"", c","1"\n', 1, 'a "b", c'],
    ['\uFEFF:id,note\nrow-1,"two\nlines, one value"\n\n', 1, 'row-1'],
    ['id\n1\n', 1, undefined],
    [':id,a\n,2\n', 1, ''],
    ['a,:id\n,row-1\n', 1, 'row-1'],
    ['a,b,:id,c\n,,"row-1",\n', 1, 'row-1'],
  ])('%j: %i records, the last one %j', async (text, records, last) => {
    expect(await scanned(text, ':id')).toEqual({ records, ...(last === undefined ? {} : { last }) });
  });

  it('across blocks of the file', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `"a,\nb","row-${i}","${'x'.repeat(30)}"`);
    expect(await scanned(`note,:id,x\n${rows.join('\n')}\n`, ':id')).toEqual({
      records: 40_000,
      last: 'row-39999',
    });
  });

  it('is counted as a reader of one byte after the other counts it, whatever stands where', async () => {
    const pieces = fc.constantFrom(
      '"',
      '\n',
      '\r\n',
      '\n\n',
      ',',
      'a',
      ' ',
      'é',
      '""',
      'words of more than four bytes',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 60 }), async (body) => {
        const text = `id\n${body.join('')}`;
        expect(await scanned(text)).toEqual({ records: recordsOf(text) - 1 });
      }),
      { numRuns: 300 },
    );
  });
});

/** Lines that are not blank, where a line ends at a line feed outside of quotes. */
function recordsOf(text: string): number {
  let quoted = false;
  const lines = [''];
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === '\n' && !quoted) lines.push('');
    else lines.push(lines.pop()! + character);
  }
  return lines.filter((line) => /[^\r]/.test(line)).length;
}

describe('a Link header', () => {
  it.each([
    ['<https://x/?page=2>; rel="next", <https://x/?page=9>; rel="last"', 'https://x/?page=2'],
    ['<https://x/?page=1>; rel=prev, </a?b=1,2;3>; title="a, b"; rel=next', '/a?b=1,2;3'],
    ['<https://x/?p=3>; rel="prefetch next"', 'https://x/?p=3'],
    ['<https://x/>; rel="last"', undefined],
    ['nonsense', undefined],
  ])('%s', (header, next) => {
    expect(nextLink(header)).toEqual(next === undefined ? {} : { next });
  });
});
