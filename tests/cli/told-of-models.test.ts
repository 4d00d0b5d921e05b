/** What a build of models and seeds says of each. */
import { afterEach, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { Files, TempProject } from '../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

async function lake(args: readonly string[], files?: Files): Promise<string> {
  if (files) project = modelProject(files);
  return (await runLake(project.root, args)).stdout;
}

it('a table that was built and came to the same rows is told as built', async () => {
  await lake(['build', '-q'], {
    'models/gold/days.sql': "{{config materialized='incremental'}}\nselect 1 as a\n",
  });
  const again = await lake(['build', '--full-refresh']);
  expect(again).toContain('= gold.days built: --full-refresh, its rows are the same');
  expect(again).toContain('Done: 1 built with the same rows · ');
  expect(again).not.toContain('not built');
  const quiet = await lake(['build']);
  expect(quiet).toContain('Nothing changed: 1 reused');
});

it('the plan of models alone says nothing of requests and prices; programs get the columns of every plan', async () => {
  project = modelProject({ 'models/gold/days.sql': 'select 1 as a\n' });
  const told = await runLake(project.root, ['plan', '--output', 'table']);
  expect(told.stdout).toMatch(/^node +action +reason\n/);
  expect(told.stderr).not.toMatch(/Price|request/);
  const rows = JSON.parse((await runLake(project.root, ['plan', '--output', 'json'])).stdout);
  expect(Object.keys(rows[0])).toEqual(['node', 'action', 'reason', 'requests', 'rows', 'bytes']);
});

it('a seed of one column whose header holds another delimiter is doubted, and one without rows is', async () => {
  const seeds = await lake(['seed'], {
    'seeds/semicolons.csv': 'id;name\n1;ann\n',
    'seeds/tabs.csv': 'id\tname\n1\tann\n',
    'seeds/none.csv': 'id,name\n',
    'seeds/one.csv': 'name\nann\n',
  });
  expect(seeds).toContain(
    '! note seeds/semicolons.csv has one column, "id;name": if its values are separated by ";", write {config: {delimiter: ";"}} into its YAML',
  );
  expect(seeds).toContain(
    '! note seeds/tabs.csv has one column, "id\\tname": if its values are separated by "\\t"',
  );
  expect(seeds).toContain('! note seeds/none.csv has a header and no rows below it: the table is empty');
  expect(seeds).not.toContain('seeds/one.csv');
  project.write({
    'seeds/seeds.yml': 'version: 2\nseeds:\n  - {name: semicolons, config: {delimiter: ";"}}\n',
  });
  expect(await lake(['seed', '--select', 'semicolons'])).not.toContain('! note');
  expect(await lake(['query', 'select name from gold.semicolons', '--output', 'csv'])).toBe('name\nann');
});

it('what is worth a look next is a model rather than a seed', async () => {
  const built = await lake(['build'], {
    'seeds/a.csv': 'id\n1\n',
    'models/gold/z.sql': "select * from {{ref 'a'}}\n",
  });
  expect(built).toContain('Next: lake query "from gold.z limit 5"');
});

it('LK2021: an expression as unique_key is refused with what to write', async () => {
  project = modelProject({
    'models/gold/x.sql':
      "{{config materialized='incremental' unique_key='cast(at as date)'}}\nselect now() as at\n",
  });
  const { stderr, exitCode } = await runLake(project.root, ['compile']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('LK2021 unique_key names columns, and "cast(at as date)" is an expression');
  expect(stderr).toContain('Make it a column of the SELECT');
});

it('LK6033: a column that is selected twice is told by its name', async () => {
  const built = await lake(['build'], { 'models/gold/x.sql': 'select 1 as id, 2 as id\n' });
  expect(built).toContain('LK6033 gold.x: two columns are named "id"');
  expect(built).toContain('hint: Leave one of them out, or give it another name');
  expect(built).not.toMatch(/^ *gold\.x$/m);
});
