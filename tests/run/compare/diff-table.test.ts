/** `lake diff` of models, seeds and snapshots: versions of one table. */
import { afterEach, expect, it } from 'vitest';
import { modelProject } from '../../support/model-project.js';
import { runLake } from '../../support/run-lake.js';
import type { Files, TempProject } from '../../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

async function builds(...states: readonly Files[]): Promise<void> {
  for (const files of states) {
    if (files === states[0]) project = modelProject(files);
    else project.write(files);
    expect((await runLake(project.root, ['build', '-q'])).exitCode).toBe(0);
  }
}

const diff = async (...args: string[]) =>
  (await runLake(project.root, ['diff', ...args, '--output', 'table'])).stdout;
const model = (rows: string, config = '') => ({
  'models/gold/days.sql': `${config}select * from (values ${rows}) t(id, day, n)\n`,
});

it('rows of an incremental model are found again by its unique_key', async () => {
  const config = "{{config materialized='incremental' unique_key='id'}}\n";
  await builds(model("(1, 'a', 10), (2, 'b', 20)", config), model("(2, 'b', 21), (3, 'c', 30)", config));
  const told = await diff('days');
  expect(told).toMatch(/^gold\.days: version 0 \(.* UTC\) → version 1 \(.* UTC\)\n/);
  expect(told).toContain('Rows by id: 2 → 3 rows, 1 added, 0 removed, 1 changed, 1 of them edited');
  expect(told).toMatch(/2 {2}n {2}'20' → '21'/);
  expect(told).toContain('Added: 3');
});

it('rows of a table are found by a column with a unique test, as long as it holds in both versions', async () => {
  const tested = {
    'models/gold/gold.yml':
      'version: 2\nmodels: [{name: days, columns: [{name: id, tests: [{unique: {severity: warn}}]}]}]\n',
  };
  await builds(
    { ...tested, ...model("(1, 'a', 10), (2, 'b', 20)") },
    model("(1, 'a', 11), (2, 'b', 20)"),
    model("(1, 'a', 11), (1, 'a', 12), (2, 'b', 20)"),
  );
  expect(await diff('gold.days', '--to', '1')).toContain(
    'Rows by id: 2 → 2 rows, 0 added, 0 removed, 1 changed',
  );
  expect(await diff('gold.days')).toContain('Rows, as a bag of rows: 2 → 3 rows, 1 added, 0 removed');
});

it('without a key rows are counted, and columns that came or went are told', async () => {
  await builds(
    { 'seeds/zones.csv': 'zone,name\n1,north\n2,south\n' },
    { 'seeds/zones.csv': 'zone,name,size\n1,north,5\n3,east,6\n' },
  );
  const told = await diff('zones');
  expect(told).toContain('  columns: new "size"');
  expect(told).toContain('Rows, as a bag of rows: 2 → 2 rows, 1 added, 1 removed');
  const rows = JSON.parse((await runLake(project.root, ['diff', 'gold.zones', '--output', 'json'])).stdout);
  expect(rows).toContainEqual(expect.objectContaining({ layer: 'gold', change: 'added', rows: 1 }));
});

it('what is no table, no version or has nothing before it is told with what to do', async () => {
  await builds({
    ...model("(1, 'a', 10)"),
    'models/gold/seen.sql': "{{config materialized='view'}}\nselect * from {{ref 'days'}}\n",
  });
  const mistake = async (...args: string[]) => (await runLake(project.root, ['diff', ...args])).stderr;
  expect(await mistake('dais')).toMatch(/LK4030 no dataset or table "dais"[\s\S]*Did you mean "days"/);
  expect(await mistake('days')).toContain('LK4032 gold.days has one version of rows');
  expect(await mistake('days', '--to', 'x')).toContain('LK4031 gold.days has no version "x"');
  expect(await mistake('days', '--to', '7')).toContain('LK6024 gold.days has no version 7');
  expect(await mistake('seen')).toMatch(
    /LK4032 gold.seen has no rows of its own: it is a view[\s\S]*lake diff gold.days/,
  );
});
