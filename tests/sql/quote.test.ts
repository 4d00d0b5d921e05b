import { describe, expect, it } from 'vitest';
import { quoteIdent, quoteText, quoteTextList } from '../../src/sql/quote.js';
import { withEngine } from '../engine/with-engine.js';

const { query } = withEngine();
const nasty = [
  'a"b',
  `it's`,
  'a;DROP TABLE x;--',
  '\\',
  '😀',
  '\u202Eltr',
  'a\nb',
  ' ',
  '__proto__',
  '$1',
  '%s',
];

describe('quoting (fault B5)', () => {
  it.each(nasty)('keeps %j a name and a text', async (text) => {
    const { columns, rows } = await query(
      `select ${quoteText(text)} as ${quoteIdent(text)}, ${quoteTextList([text, text])}`,
    );
    expect(columns[0]!.name).toBe(text);
    expect(rows).toEqual([[text, [text, text]]]);
  });
});
