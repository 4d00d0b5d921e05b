import { expect, it } from 'vitest';
import { paints } from '../../src/cli/progress/paint.js';
import { paintDifference } from '../../src/cli/progress/paint-difference.js';
import { compareRows } from '../../src/quality/unit-test.js';

const expected = [
  ['1', 'Oak'],
  ['2', 'Elm tree'],
];
const actual = [
  ['1', 'Ash'],
  ['3', 'Yew'],
];
const lines = compareRows(expected, actual, ['id', 'kind']).diff.split('\n');

it('on a terminal missing cells are red, those that came green', () => {
  const paint = paints(true);
  const painted = paintDifference(lines, paint);
  expect(painted[2]).toBe(`~  1   ${paint.red('Oak')} → ${paint.green('Ash')}`);
  expect(painted[3]).toBe(paint.red('-  2   Elm tree'));
  expect(painted[4]).toBe(paint.green('+  3   Yew'));
});

it('elsewhere the lines stay as they are', () => {
  expect(paintDifference(lines, paints(false))).toEqual(lines);
});
