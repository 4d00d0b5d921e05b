/** A deprecated version is told to those who build, not to those who only ask. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type TempProject, tempProject } from '../support/small-city.js';

let shop: TempProject;
beforeAll(() => {
  shop = tempProject({
    'project.yml': 'name: shop\nversion: 1\n',
    'profiles.yml':
      'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    'models/gold/dim_v1.sql': 'select 1 as id',
    'models/gold/dim_v2.sql': 'select 1 as id, 2 as n',
    'models/gold/reads.sql': "select * from {{ref 'dim' v=1}}",
    'models/gold/dim.yml':
      'models:\n  - name: dim\n    versions: [{v: 1, deprecation_date: 2020-01-01}, {v: 2}]\n',
  });
});
afterAll(() => shop.remove());

it.each([
  ['compile', true],
  ['ls', false],
])('lake %s: %s', async (command, told) => {
  const { stderr } = await runLake(shop.root, [command]);
  expect(stderr.includes('LK2027')).toBe(told);
});
