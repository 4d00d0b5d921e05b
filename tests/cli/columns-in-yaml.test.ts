/** What YAML says of columns, against the columns that there are. */
import { afterEach, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

it('a column that is described and not there is told with its place, in every build until it is mended', async () => {
  project = modelProject({
    'seeds/s.csv': 'id,park\n1,High Park\n',
    'models/gold/trees.sql': "select id as tree_id, park from {{ref 's'}}\n",
    'models/gold/seen.sql': "{{config materialized='view'}}select * from {{ref 'trees'}}\n",
    'models/gold/gold.yml': `models:
  - name: trees
    columns:
      - {name: TREE_ID, description: Number of the tree}
      - {name: prak, description: Where it stands}
  - {name: seen, columns: [{name: height, description: Not there}]}
seeds:
  - {name: s, columns: [{name: idd}]}
`,
  });
  const told = [
    'models/gold/gold.yml:5:16 gold.trees has no column "prak", which is described there. Did you mean "park"?',
    'models/gold/gold.yml:6:35 gold.seen has no column "height", which is described there',
    'models/gold/gold.yml:8:32 gold.s has no column "idd", which is described there. Did you mean "id"?',
  ];
  const first = await runLake(project.root, ['build']);
  for (const note of told) expect(first.stdout).toContain(`! note ${note}\n`);
  expect(first.stdout).not.toContain('TREE_ID');
  expect(first.exitCode).toBe(0);
  expect((await runLake(project.root, ['build'])).stdout).toContain(told[0]);
});

it('names of columns may be written with the quotes of SQL', async () => {
  project = modelProject({
    'seeds/s.csv': 'Order No,id\n7,1\n',
    'seeds/s.yml': `seeds:
  - name: s
    columns: [{name: '"Order No"', description: Number, tests: [not_null, unique]}]
`,
  });
  const { stdout, exitCode } = await runLake(project.root, ['build']);
  expect(stdout).not.toMatch(/! note|""/);
  expect(exitCode).toBe(0);
});

it('SQL that an argument or a condition of a test breaks names the test and its table, where it stands', async () => {
  project = modelProject({
    'seeds/s.csv': 'id,b\n1,2\n',
    'seeds/s.yml': `seeds:
  - name: s
    tests:
      - dbt_utils.unique_combination_of_columns: {combination_of_columns: [id, 'a b']}
    columns:
      - name: id
        tests: [{not_null: {config: {where: 'id > > 3'}}}]
`,
  });
  const { stderr, exitCode } = await runLake(project.root, ['compile']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /seeds\/s\.yml:4:9 LK2045 the test unique_combination_of_columns\(gold\.s.*\): syntax error at or near "b"/,
  );
  expect(stderr).toMatch(/seeds\/s\.yml:7:\d+ LK2045 the test not_null\(gold\.s\.id\): syntax error/);
  expect(stderr).toContain('Correct its arguments or its `where`');
});
