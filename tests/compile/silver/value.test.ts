import { expect, test } from 'vitest';
import { substituteValue } from '../../../src/compile/silver/value.js';

test.each([
  ['upper(value)', 'upper(T)', true],
  ['VALUE', 'T', true],
  ["value || ' value'", "T || ' value'", true],
  ['"value" + 1', '"value" + 1', false],
  ['t.value', 't.value', false],
  ['value(1)', 'value(1)', false],
  ['my_value + values', 'my_value + values', false],
  ['-- value\nvalue', '-- value\nT', true],
  ["'it''s value'", "'it''s value'", false],
  ['occurred_year >= 2020', 'occurred_year >= 2020', false],
])('%s', (sql, expected, found) => {
  expect(substituteValue(sql, 'T')).toEqual({ sql: expected, found });
});
