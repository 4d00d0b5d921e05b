/** `lake show --select` and `--inline`: rows as a build would make them now. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject;
beforeAll(async () => {
  project = smallCity({
    'seeds/kinds.csv': 'kind\noak\nelm\n',
    'models/gold/passing.sql':
      "{{config materialized='ephemeral'}}select tree_id * 10 as n from {{ref 'trees'}}",
    'models/gold/over.sql': "{{config materialized='view'}}select * from {{ref 'passing'}}",
  });
  await runLake(project.root, ['build', '-q']);
});
afterAll(() => project.remove());

const show = async (...args: string[]) => {
  const run = await runLake(project.root, ['show', ...args]);
  return { ...run, rows: run.exitCode === 0 ? JSON.parse(run.stdout) : [] };
};

describe('rows of one node', () => {
  it('a model as it stands in the project, not as it was built', async () => {
    project.write({
      'models/gold/trees_by_park.sql': "select park, 'new' as word from {{ref 'parks'}} order by park",
    });
    const { rows } = await show('--select', 'trees_by_park', '--limit', '1');
    expect(rows).toEqual([{ park: 'High Park', word: 'new' }]);
  });

  it.each([
    ['a view over an ephemeral', 'over', { n: 10 }],
    ['an ephemeral', 'passing', { n: 10 }],
    [
      'silver, by the dataset’s name',
      'trees',
      { tree_id: 1, species: 'Oak', park: 'High Park', height: 21.5 },
    ],
    ['a seed, as it is published', 'kinds', { kind: 'oak' }],
  ])('%s', async (_, name, first) => {
    const { rows } = await show('--select', name);
    expect(rows[0]).toMatchObject(first);
    expect(rows.length).toBeLessThanOrEqual(5);
  });

  it('a question of the command line', async () => {
    const { rows } = await show('--inline', "select count(*) as n from {{ref 'passing'}}");
    expect(rows).toEqual([{ n: 4 }]);
  });
});

it.each([
  ['several nodes', ['--select', 'trees', 'parks'], 'LK7031'],
  ['bronze', ['--select', 'bronze.trees'], 'LK7031'],
  ['nothing', [], 'LK7011'],
  ['a name and a selection', ['trees', '--select', 'trees'], 'LK7011'],
  ['a question that is wrong', ['--inline', "selec * from {{ref 'trees'}}"], 'LK2045'],
])('%s cannot be shown', async (_, args, code) => {
  const { exitCode, stderr } = await show(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(code);
});
