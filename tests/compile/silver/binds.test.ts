import { describe, expect, test } from 'vitest';
import { bindFields, parseColumnSource } from '../../../src/compile/silver/binds.js';
import { dataset, field } from '../../support/dataset.js';

describe('a name in `from:`', () => {
  test.each([
    ['OCC_DATE', 'OCC_DATE', []],
    ['team.id', 'team', ['id']],
    ['location[0]', 'location', [0]],
    ['shot.end_location[2]', 'shot', ['end_location', 2]],
    ['geometry.x', 'geometry', ['x']],
    ['Break & Enters', 'Break & Enters', []],
    ['St. ', 'St', [' ']],
    ['a.b[c]', 'a.b[c]', []],
    ['.hidden', '.hidden', []],
  ])('%s is column %s and path %j', (written, column, path) => {
    expect(parseColumnSource(written)).toMatchObject({ written, column, path });
  });

  test.each([':id', ':updated_at', '_id', '_year'])('%s is a system name, matched exactly', (name) => {
    expect(parseColumnSource(name).exact).toBe(true);
    expect(parseColumnSource('year').exact).toBe(false);
  });
});

describe('the bound columns of a dataset', () => {
  const names = (...fields: ReturnType<typeof field>[]) => {
    const { binds, inputs } = bindFields(dataset(), fields);
    return {
      binds: binds.map((b) => `${b.name} = ${b.sources.map((s) => s.written).join(' | ')}`),
      inputs: Object.fromEntries(inputs),
    };
  };

  test('a list is bound under its first name', () => {
    expect(names(field('on', { from: ['OCC_DATE', 'Occurrence_Date'] }))).toEqual({
      binds: ['OCC_DATE = OCC_DATE | Occurrence_Date'],
      inputs: { on: ['OCC_DATE'] },
    });
  });

  test('two fields that read the same list share a column, whatever its case', () => {
    expect(names(field('a', { from: ['X'] }), field('b', { from: ['X'] })).binds).toEqual(['X = X']);
  });

  test('lists that begin alike but differ get the whole list as their name', () => {
    expect(names(field('a', { from: ['X'] }), field('b', { from: ['X', 'Y'] }))).toEqual({
      binds: ['X = X', 'X, Y = X | Y'],
      inputs: { a: ['X'], b: ['X, Y'] },
    });
  });

  test('coalesce binds each of its columns', () => {
    expect(names(field('a', { coalesce: ['X', 'Y'] }))).toEqual({
      binds: ['X = X', 'Y = Y'],
      inputs: { a: ['X', 'Y'] },
    });
  });

  test('B5: names from the user that are names of objects in JavaScript', () => {
    expect(names(field('__proto__'), field('constructor')).binds).toEqual([
      '__proto__ = __proto__',
      'constructor = constructor',
    ]);
  });
});
