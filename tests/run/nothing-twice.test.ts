/** What a run does again, and what it does not: every node says why. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';
import type { PortalContent } from './support/portal.js';

const PORTAL: PortalContent = {
  socrata: {
    'tree-0001': {
      columns: { tree_id: 'number', species: 'text', park: 'text', height: 'number' },
      rows: [
        { tree_id: 1, species: 'Oak', park: 'High Park', height: 21.5 },
        { tree_id: 2, species: 'Maple', park: 'High Park', height: 18 },
        { tree_id: 3, species: 'Birch', park: 'Riverdale', height: -3 },
        { tree_id: 4, species: 'Elm', park: 'Riverdale', height: 4 },
      ],
    },
  },
  ckan: {
    'city-parks': {
      columns: { PARK: 'text', HECTARES: 'float8' },
      rows: [
        { PARK: 'High Park', HECTARES: 161 },
        { PARK: 'Riverdale', HECTARES: 18.5 },
      ],
    },
  },
  files: { 'benches.csv': 'bench,park\nb1,High Park\nb2,Riverdale\n' },
};

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  species: varchar
  park: varchar
  height: {type: double, range: [0, 100]}
`,
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: city-parks}
key: [park]
fields:
  park: {tests: [{relationships: {to: trees, field: park}}]}
  hectares: double
`,
  'datasets/benches.yml': `dataset: benches
portal: files
source: {url: benches.csv}
key: [bench]
fields: {bench: varchar, park: varchar}
`,
  'models/gold/trees_by_park.sql': `select park, count(*) as trees, max(height) as tallest
from {{ref 'trees'}}
group by park
`,
  'models/gold/parks_by_size.sql': `select park, hectares from {{ref 'parks'}} where hectares > 20\n`,
  'models/gold/tall_parks.sql': `select park from {{ref 'trees_by_park'}} where tallest > 20\n`,
  'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns: [{name: park, tests: [not_null]}]
`,
};

let built: City;
let project: City;
beforeAll(async () => {
  built = city(FILES, PORTAL);
  await built.build();
});
beforeEach(() => {
  project = built.copy();
});
afterEach(() => project.remove());
afterAll(() => built.remove());

describe('a second build', () => {
  test('starts no engine, commits nothing, asks Socrata and files once and CKAN twice', async () => {
    const before = project.versions();
    const again = await project.build();
    expect(again.engineStarted).toBe(false);
    expect(project.versions()).toEqual(before);
    expect(Object.keys(before)).toHaveLength(12);
    expect(new Set(Object.values(again.statuses))).toEqual(new Set(['reused', 'unchanged']));
    expect(again.node('bronze.trees').requests).toBe(1);
    expect(again.node('bronze.parks').requests).toBe(2);
    expect(again.node('bronze.benches').requests).toBe(1);
    expect(again.requests).toBe(4);
    expect(again.nodes.flatMap((node) => node.tests).map((t) => t.status)).toEqual(['reused', 'reused']);
    expect(again.set).toBe(1);
  });

  test('says so on the command line', async () => {
    // The engine has parsed the project's SQL before, as on any second day.
    await runLake(project.root, ['compile']);
    const { stdout, exitCode } = await runLake(project.root, ['build']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /Nothing changed: 1 unchanged · 8 reused · 4 requests · [\d.]+ s · no engine was started/,
    );
  });

  test('a portal that only moves its dates makes no load, and no child is built', async () => {
    const { 'city-parks': parks } = PORTAL.ckan!;
    project.serve({ ...PORTAL, ckan: { 'city-parks': { ...parks!, at: '2026-10-05T10:00:00Z' } } });
    const moved = await project.build();
    expect(moved.statuses).toMatchObject({
      'bronze.parks': 'unchanged',
      'silver.parks': 'reused',
      'gold.parks_by_size': 'reused',
    });
    expect(moved.engineStarted).toBe(false);
    // The new date is known from now on.
    expect((await project.build()).node('bronze.parks').requests).toBe(2);
  });
});

describe('an edit', () => {
  test('of one field builds its silver and what depends on it, and asks for no row again', async () => {
    project.write({ 'datasets/trees.yml': FILES['datasets/trees.yml'].replace('[0, 100]', '[-5, 20]') });
    const edited = await project.build();
    expect(edited.statuses).toEqual({
      'bronze.trees': 'reused',
      'bronze.parks': 'reused',
      'bronze.benches': 'unchanged',
      'silver.trees': 'success',
      'silver.parks': 'reused',
      'silver.benches': 'reused',
      'gold.trees_by_park': 'success',
      'gold.parks_by_size': 'reused',
      'gold.tall_parks': 'success',
    });
    expect(edited.node('silver.trees').reason).toBe('its manifest or SQL changed');
    expect(edited.node('gold.trees_by_park').reason).toBe('silver.trees changed');
    expect(edited.node('gold.tall_parks').reason).toBe('gold.trees_by_park changed');
    expect(edited.node('silver.trees')).toMatchObject({ added: 1, changed: 0, removed: 1 });
  });

  test('that yields equal rows builds the table, and stops there', async () => {
    const before = project.versions();
    project.write({ 'datasets/trees.yml': FILES['datasets/trees.yml'].replace('[0, 100]', '[0, 99]') });
    const edited = await project.build();
    expect(edited.statuses).toMatchObject({
      'silver.trees': 'unchanged',
      'gold.trees_by_park': 'reused',
      'gold.tall_parks': 'reused',
    });
    // A version without data, so that the next run knows the definition; nobody counts by it.
    expect(project.versions()).toEqual({ ...before, 'silver.trees': 1 });
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('of comments and layout builds nothing', async () => {
    project.write({
      'models/gold/trees_by_park.sql': `-- Trees of each park.
select park,
       count(*) as trees, /* all of them */
       max(height) as tallest
from   {{ref 'trees'}}   group by park
`,
      'datasets/trees.yml': `# A comment.\n${FILES['datasets/trees.yml']}tags: [green]\n`,
    });
    const edited = await project.build();
    expect(edited.engineStarted).toBe(false);
    expect(edited.set).toBe(1);
  });

  test('of a description is written to the table, which has the same data then', async () => {
    const before = project.versions();
    project.write({
      'datasets/trees.yml': `${FILES['datasets/trees.yml']}description: Trees of the city.\n`,
    });
    const edited = await project.build();
    expect(edited.engineStarted).toBe(false);
    const { 'silver.trees': was = 0 } = before;
    expect(project.versions()).toMatchObject({
      'silver.trees': was + 1,
      'gold.trees_by_park': before['gold.trees_by_park'],
    });
    const again = await project.build();
    expect(again.engineStarted).toBe(false);
    expect(project.versions()).toMatchObject({ 'silver.trees': was + 1 });
  });

  test('of a test runs the test alone, and once', async () => {
    const before = project.versions();
    project.write({
      'models/gold/gold.yml': FILES['models/gold/gold.yml'].replace(
        'not_null',
        '{not_null: {where: "trees > 0"}}',
      ),
    });
    const edited = await project.build();
    expect(edited.statuses['gold.trees_by_park']).toBe('reused');
    expect(edited.node('gold.trees_by_park').tests.map((t) => t.status)).toEqual(['pass']);
    expect(edited.node('silver.parks').tests.map((t) => t.status)).toEqual(['reused']);
    expect(project.versions()).toEqual(before);
    const again = await project.build();
    expect(again.node('gold.trees_by_park').tests.map((t) => t.status)).toEqual(['reused']);
    expect(again.engineStarted).toBe(false);
  });

  test('of the rows that a test of another table reads runs that test, and once', async () => {
    const { 'tree-0001': trees } = PORTAL.socrata!;
    const more = {
      tree_id: 5,
      species: 'Elm',
      park: 'Riverdale',
      height: 4,
      ':updated_at': '2026-10-02T10:00:00Z',
    };
    project.serve({
      ...PORTAL,
      socrata: { 'tree-0001': { ...trees!, rows: [...trees!.rows, more], at: '2026-10-02T10:00:00Z' } },
    });
    const day2 = await project.build();
    expect(day2.statuses).toMatchObject({ 'silver.trees': 'success', 'silver.parks': 'reused' });
    expect(day2.node('silver.parks').tests.map((t) => t.status)).toEqual(['pass']);
    const again = await project.build();
    expect(again.node('silver.parks').tests.map((t) => t.status)).toEqual(['reused']);
    expect(again.engineStarted).toBe(false);
  });

  test('of a unit test runs the unit test alone, and once', async () => {
    project.write({
      'datasets/trees.yml': `${FILES['datasets/trees.yml']}unit_tests:
  - {name: metres, given: [{tree_id: '1', height: '2.50'}], expect: [{height: 2.5}]}
`,
    });
    const edited = await project.build();
    expect(edited.statuses['silver.trees']).toBe('reused');
    expect(edited.node('silver.trees').tests).toMatchObject([{ id: 'trees::metres', status: 'pass' }]);
    const again = await project.build();
    expect(again.node('silver.trees').tests).toMatchObject([{ id: 'trees::metres', status: 'reused' }]);
    expect(again.engineStarted).toBe(false);
  });
});

describe('--full-refresh', () => {
  test('asks for everything again; equal bytes make no load and equal rows no data', async () => {
    const tables = await project.query('select count(*) from bronze.trees');
    const again = await project.build({ fullRefresh: true });
    expect(again.statuses).toMatchObject({
      'bronze.trees': 'unchanged',
      'bronze.parks': 'unchanged',
      'silver.trees': 'unchanged',
      'gold.trees_by_park': 'unchanged',
    });
    expect(await project.query('select count(*) from bronze.trees')).toEqual(tables);
  });
});
