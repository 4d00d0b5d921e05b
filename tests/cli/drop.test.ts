/** Tables whose files were taken out of the project: who tells of them, and how they leave the lake. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { type LakeRun, runLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

const lake = (...args: string[]): Promise<LakeRun> => runLake(project.root, args);
const asked = async (sql: string, ...args: string[]) =>
  (await lake('query', sql, '--output', 'csv', ...args)).stdout;
const takeAway = (name: string) => rm(join(project.root, 'models/gold', name));

it('a table that the project has no longer is told by plan, listed by drop, and dropped by name', async () => {
  project = modelProject({
    'models/gold/old.sql': 'select 1 as id\n',
    'models/gold/kept.sql': 'select 2 as id\n',
  });
  await lake('build', '-q');
  await takeAway('old.sql');

  const plan = await lake('plan', '--output', 'table');
  expect(plan.stderr).toContain('1 table of the lake is no longer in the project: gold.old; lake drop\n');
  const built = await lake('build');
  expect(built.stdout).toContain('1 table of the lake is no longer in the project: gold.old; lake drop');

  const listed = await lake('drop');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ table: 'gold.old', kind: 'table', rows: 1 }]);
  expect(listed.stderr).toContain('Nothing was dropped. Next: lake drop --all');
  expect(await asked('from gold.old')).toBe('id\n1');

  const dropped = await lake('drop', 'gold.old');
  expect(dropped.stderr).toContain('Dropped 1 table.');
  expect((await lake('query', 'from gold.old')).stderr).toContain('LK5004 query: Table with name old');
  expect(await asked('from gold.kept')).toBe('id\n2');
  expect((await lake('plan')).stderr).not.toContain('no longer in the project');
  expect((await lake('drop')).stderr).toContain('Nothing to drop: the project has every table of the lake.');

  // History stays: in an earlier set, and for a model of that name.
  expect(await asked('from gold.old', '--at', '1')).toBe('id\n1');
  project.write({ 'models/gold/old.sql': 'select 1 as id\n' });
  await lake('build', '-q');
  expect(await asked('from gold.old')).toBe('id\n1');
});

it('LK6028: what is of the project, what is not there and what a view reads is not dropped', async () => {
  project = modelProject({
    'models/gold/old.sql': 'select 1 as id\n',
    'models/gold/seen.sql': "{{config materialized='view'}}\nselect * from {{ref 'old'}}\n",
    'models/gold/kept.sql': 'select 2 as id\n',
  });
  await lake('build', '-q');
  const own = await lake('drop', 'kept');
  expect(own.exitCode).toBe(1);
  expect(own.stderr).toContain('LK6028 gold.kept is of the project (models/gold/kept.sql)');

  await takeAway('old.sql');
  project.write({ 'models/gold/seen.sql': "{{config materialized='view'}}\nselect 3 as id\n" });
  expect((await lake('drop', 'gold.odl')).stderr).toContain('Did you mean "gold.old"?');
  const read = await lake('drop', 'old', '--dry-run');
  expect(read.stderr).toContain('LK6028 gold.old cannot be dropped: the view gold.seen reads it');
  await lake('build', '-q');
  expect((await lake('drop', 'old')).stderr).toContain('Dropped 1 table.');
});

it('a vacuum deletes what was dropped for longer than its retention; earlier sets are asked without it', async () => {
  project = modelProject({
    'models/gold/old.sql': 'select 1 as id\n',
    'models/gold/kept.sql': 'select 2 as id\n',
  });
  await lake('build', '-q');
  await takeAway('old.sql');
  await lake('drop', '--all');
  const vacuum = ['vacuum', '--retention', '0 minutes', '--keep-sets', '1'];
  const folder = join(project.root, 'lake/gold/old');
  expect((await lake('vacuum')).stdout).toBe('[]');
  expect(existsSync(folder)).toBe(true);
  expect(JSON.parse((await lake(...vacuum)).stdout)).toMatchObject([
    { table: 'gold.old', reason: 'was dropped' },
  ]);
  expect(existsSync(folder)).toBe(false);
  expect(await asked('from gold.kept', '--at', '1')).toBe('id\n2');
  const gone = await lake('query', 'from gold.old', '--at', '1');
  expect(gone.stderr).toContain('LK6024 gold.old was dropped since, and its files of then are deleted');
});
