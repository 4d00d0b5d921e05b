import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderRows } from '../../src/cli/output/print-rows.js';

const CASES = {
  'texts and numbers': {
    columns: ['name', 'n'],
    rows: [
      ['a', 1],
      ['bcd', 1234],
      ['', null],
    ],
  },
  'no rows': { columns: ['a', 'long name'], rows: [] },
  'times, flags and lists': { columns: ['at', 'b', 'c'], rows: [['2026-10-01 10:00:00', true, [1, 'x']]] },
};

test.each(Object.entries(CASES))('%s look the same with colour and without', async (_, rows) => {
  const plain = await renderRows(rows, 'table', false, true);
  const coloured = stripVTControlCharacters(await renderRows(rows, 'table', true, true));
  expect(plain).toBe(coloured.replace(/ +$/gm, ''));
});
