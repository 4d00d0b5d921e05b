/** Hooks of views and of tables that are read only, and what a changed seed is told as. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../dbt/support/models.js';
import type { Built } from '../support/city.js';

let project: ModelProject;
let built: Built;
beforeAll(async () => {
  project = modelProject(
    {
      made: `{{config materialized='view' pre_hook='create temp table z as select 1 as n'}}\nselect n from z`,
      alone: `{{config materialized='view' pre_hook='select 1'}}\nselect 1 as n`,
      cleaned: `{{config post_hook='delete from {{self}} where n = 2'}}\nselect 1 as n`,
    },
    { 'seeds/s.csv': 'n\n1\n' },
  );
  built = await project.run(undefined, { exit: 1 });
});
afterAll(() => project.remove());

test('a view that reads what its pre_hook makes is refused: nobody could read it', () => {
  expect(built.node('gold.made').error).toMatchObject({
    code: 'LK2030',
    message: expect.stringMatching(/^gold\.made is a view and reads what its pre_hook makes: .*\bz\b/),
    hint: expect.stringContaining('Make it a table'),
    details: { at: { file: 'models/gold/made.sql', line: 1 } },
  });
  expect(built.statuses['gold.alone']).toBe('success');
});

test('a hook that would change the table is told that tables are only read', () => {
  expect(built.node('gold.cleaned').error).toMatchObject({
    code: 'LK4060',
    hint: expect.stringContaining('change the rows in its SQL'),
  });
});

test('a changed CSV is told as such', async () => {
  project.write({ 'seeds/s.csv': 'n\n2\n' });
  expect((await project.run('s')).node('gold.s').reason).toBe('its file or configuration changed');
});
