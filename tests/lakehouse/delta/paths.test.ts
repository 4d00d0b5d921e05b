import { expect, test } from 'vitest';
import { hivePath, uriPath } from '../../../src/lakehouse/delta/paths.js';

test.each([
  ['a b', 'area=a%20b/f', 'area=a%2520b/f'],
  ['100%', 'area=100%25/f', 'area=100%2525/f'],
  ['x/y', 'area=x%2Fy/f', 'area=x%252Fy/f'],
  ['a=b', 'area=a%3Db/f', 'area=a%253Db/f'],
  ['é', 'area=%C3%A9/f', 'area=%25C3%25A9/f'],
  ["it's (1)*!", 'area=it%27s%20%281%29%2A%21/f', 'area=it%2527s%2520%25281%2529%252A%2521/f'],
  ['..', 'area=../f', 'area=../f'],
  [null, 'area=__HIVE_DEFAULT_PARTITION__/f', 'area=__HIVE_DEFAULT_PARTITION__/f'],
])('the partition value %j on disk and in the log', (area, path, uri) => {
  expect(hivePath(['area'], { area }, 'f')).toBe(path);
  expect(uriPath(path)).toBe(uri);
});

test('several partition columns lie in their order, none in the table folder', () => {
  expect(hivePath(['year', 'area'], { area: 'x', year: '2024' }, 'f')).toBe('year=2024/area=x/f');
  expect(hivePath([], undefined, 'f')).toBe('f');
});
