/** A project without datasets hears nothing of portals, loads and layers that it has not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';
import { runLake, steady } from '../support/run-lake.js';

let project: ModelProject;
beforeAll(() => {
  project = modelProject(
    {
      people_by_town: "select town, count(*) as people from {{ref 'people'}} group by town",
      towns: "{{config materialized='view'}}select distinct town from {{ref 'people'}}",
    },
    {
      'seeds/people.csv': 'person,town\nann,York\nbob,Leeds\n',
      'seeds/zones.csv': 'zone\nA\n',
    },
  );
});
afterAll(() => project.remove());

const lake = async (...args: string[]) => steady((await runLake(project.root, args)).stdout, project.root);

it('a build says no word of requests, quarantine and empty layers', async () => {
  const text = await lake('build');
  expect(text).toMatch(/^✓ gold\.towns +view · <t> s · first build$/m);
  expect(text).toMatch(/^table +rows +tests +seconds$/m);
  expect(text).toMatch(/^Done: 4 built · <t> s$/m);
  expect(text).toContain('Tables: lake/gold/ (Delta Lake)');
});

it('what comes next is a look at what this run built, not at what stayed', async () => {
  project.write({ 'seeds/zones.csv': 'zone\nA\nB\n' });
  expect(await lake('seed')).toContain('Next: lake query "from gold.zones limit 5"');
});

it('compile counts in words that fit the number', async () => {
  const { stderr } = await runLake(project.root, ['compile']);
  expect(stderr).toBe(
    'Compiled 4 nodes, 0 data tests and 0 unit tests to target/compiled/: no SQL changed since the last time.',
  );
});
