/** One failure stops what depends on it, and nothing else; the exit code says whether trying again may help. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';
import type { Fault, PortalContent } from './support/portal.js';

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
key: [tree_id]
fields: {tree_id: integer, park: varchar, height: double}
`,
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar}
`,
  'datasets/benches.yml': `dataset: benches
portal: files
source: {url: benches.csv}
key: [bench]
fields: {bench: varchar, park: varchar}
`,
  'models/gold/trees_by_park.sql': `select park, count(*) as trees, max(height) as tallest from {{ref 'trees'}} group by park\n`,
  'models/gold/tall_parks.sql': `select park from {{ref 'trees_by_park'}} where tallest > 10\n`,
  'models/gold/benches_by_park.sql': `select p.park, count(b.bench) as benches
from {{ref 'parks'}} p left join {{ref 'benches'}} b using (park) group by p.park
`,
};

function portal(faults: readonly Fault[] = [], heights = [21, 9], at = 1): PortalContent {
  return {
    socrata: {
      'tree-0001': {
        columns: { tree_id: 'number', park: 'text', height: 'number' },
        rows: heights.map((height, i) => ({ tree_id: i, park: 'High Park', height })),
        at: `2026-10-0${at}T10:00:00Z`,
      },
    },
    ckan: { parks: { columns: { PARK: 'text' }, rows: [{ PARK: 'High Park' }] } },
    files: { 'benches.csv': 'bench,park\nb1,High Park\n' },
    faults,
  };
}

let first: City;
let project: City;
beforeAll(async () => {
  first = city(FILES, portal());
  await first.build();
});
afterAll(() => first.remove());
afterEach(() => project.remove());

const unavailable: Fault = { at: '/api/views/*', kind: 'status', status: 503, retry_after: 0.05 };
const lost: Fault = { at: '/benches.csv', kind: 'status', status: 404 };

describe('one failing dataset of several', () => {
  test('F36: the others are published, what reads it is skipped and says why, and the exit code is 1', async () => {
    project = city(FILES, portal([lost]));
    const built = await project.build({ exit: 1 });
    expect(built.statuses).toEqual({
      'bronze.trees': 'success',
      'bronze.parks': 'success',
      'bronze.benches': 'error',
      'silver.trees': 'success',
      'silver.parks': 'success',
      'silver.benches': 'skipped',
      'gold.trees_by_park': 'success',
      'gold.tall_parks': 'success',
      'gold.benches_by_park': 'skipped',
    });
    expect(built.node('bronze.benches').error?.transient).toBe(false);
    expect(built.node('silver.benches').reason).toBe('bronze.benches failed');
    expect(built.node('gold.benches_by_park').reason).toBe('bronze.benches failed');
    // The set holds what was published, and nothing of the rest.
    expect(await project.query('select trees from gold.trees_by_park')).toEqual([['2']]);
    await expect(project.query('from silver.benches')).rejects.toThrow('does not exist');
  });

  test('its older version stays, and so do the tables made of it', async () => {
    project = first.copy();
    project.serve(portal([lost], [30], 2));
    const built = await project.build({ exit: 1 });
    expect(built.statuses).toMatchObject({
      'gold.benches_by_park': 'skipped',
      'gold.trees_by_park': 'success',
    });
    expect(await project.query('select benches from gold.benches_by_park')).toEqual([['1']]);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[30]]);
  });

  test('that may pass by itself alone: exit code 75', async () => {
    project = first.copy();
    project.serve(portal([unavailable]));
    const built = await project.build({ exit: 75 });
    expect(built.node('bronze.trees').error).toMatchObject({ code: 'LK3101', transient: true });
    expect(built.statuses).toMatchObject({ 'silver.trees': 'skipped', 'gold.benches_by_park': 'reused' });
    project.serve(portal());
    await project.build();
  });

  test('beside one that will not pass: exit code 1', async () => {
    project = first.copy();
    project.serve(portal([unavailable, lost]));
    await project.build({ exit: 1 });
  });

  test('F37: a model that fails keeps its version of before; bronze and silver below it, and other models, are published', async () => {
    project = first.copy();
    const before = project.versions();
    project.write({
      'models/gold/tall_parks.sql': `select cast(park as integer) as park from {{ref 'trees_by_park'}} where tallest > 10\n`,
    });
    project.serve(portal([], [30, 9], 2));
    const built = await project.build({ exit: 1 });
    expect(built.statuses).toMatchObject({
      'bronze.trees': 'success',
      'silver.trees': 'success',
      'gold.trees_by_park': 'success',
      'gold.tall_parks': 'error',
    });
    expect(project.versions()['gold.tall_parks']).toBe(before['gold.tall_parks']);
    expect(await project.query('select park from gold.tall_parks')).toEqual([['High Park']]);
    expect(await project.query('select height from silver.trees order by all')).toEqual([[9], [30]]);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[30]]);
    // Nothing is built again but what failed, and that has the rows of before.
    project.write({ 'models/gold/tall_parks.sql': FILES['models/gold/tall_parks.sql'] });
    const mended = await project.build();
    expect(mended.statuses).toMatchObject({
      'bronze.trees': 'reused',
      'silver.trees': 'reused',
      'gold.tall_parks': 'unchanged',
    });
  });

  test('a SQL error at run time points into the model’s own line', async () => {
    project = first.copy();
    project.write({
      'models/gold/tall_parks.sql': `select park,\n  cast(park as integer) as number\nfrom {{ref 'trees_by_park'}}\n`,
    });
    const { error } = (await project.build({ exit: 1 })).node('gold.tall_parks');
    expect(error?.code).toBe('LK5005');
    expect(error?.details?.['at']).toMatchObject({ file: 'models/gold/tall_parks.sql', line: 2 });
  });
});

describe('a failing data test', () => {
  const withTest = (test: string) => ({
    'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns: [{name: tallest, tests: [${test}]}]
`,
  });
  const tallest = "{expression_is_true: {expression: 'tallest < 25'}}";

  test('F37: a failing test publishes nothing of its node and skips its children; the old version stays, and bronze is published', async () => {
    project = first.copy();
    project.write(withTest(tallest));
    await project.build();
    const before = project.versions();
    project.serve(portal([], [30], 2));
    const built = await project.build({ exit: 1 });
    expect(built.statuses).toMatchObject({
      'bronze.trees': 'success',
      'silver.trees': 'success',
      'gold.trees_by_park': 'error',
      'gold.tall_parks': 'skipped',
    });
    const { error, tests } = built.node('gold.trees_by_park');
    expect(error).toMatchObject({ code: 'LK4012', message: 'gold.trees_by_park: a test failed' });
    expect(tests).toMatchObject([
      { status: 'fail', failures: 1, sample: { columns: ['park', 'trees', 'tallest'] } },
    ]);
    expect(project.versions()['gold.trees_by_park']).toBe(before['gold.trees_by_park']);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[21]]);
    // It is tried again, and again not published, until the data or the test is mended.
    expect((await project.build({ exit: 1 })).node('gold.trees_by_park').status).toBe('error');
    project.serve(portal([], [22], 3));
    await project.build();
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[22]]);
  });

  test('of severity warn publishes, and says so', async () => {
    project = first.copy();
    project.write(withTest(tallest.replace('}}', ', severity: warn}}')));
    project.serve(portal([], [30], 2));
    const built = await project.build();
    expect(built.node('gold.trees_by_park').tests).toMatchObject([{ status: 'warn', failures: 1 }]);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[30]]);
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('that holds for what is published already: exit code 1, nothing is rolled back, and what stands is told', async () => {
    project = first.copy();
    const before = project.versions();
    project.write(withTest(tallest.replace('25', '20')));
    const built = await project.build({ exit: 1 });
    expect(built.node('gold.trees_by_park').error).toMatchObject({
      code: 'LK4012',
      hint: 'the published version is the one that fails; nothing was rolled back',
    });
    expect(project.versions()).toEqual(before);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[21]]);
    // A failure is no record: it is looked at again.
    await project.build({ exit: 1 });
  });

  test('that cannot run is an error of its own, and publishes nothing', async () => {
    project = first.copy();
    project.write(withTest("{expression_is_true: {expression: 'tallest < heighest'}}"));
    project.serve(portal([], [30], 2));
    const built = await project.build({ exit: 1 });
    expect(built.node('gold.trees_by_park').tests).toMatchObject([
      { status: 'error', message: expect.stringContaining('heighest') },
    ]);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[21]]);
  });
});

describe('lake run and lake test', () => {
  const TESTED = {
    'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns: [{name: tallest, tests: [{expression_is_true: {expression: 'tallest < 25'}}, not_null]}]
  - name: tall_parks
    columns: [{name: park, tests: [not_null]}]
`,
  };
  const testsOf = (built: Awaited<ReturnType<City['build']>>, id: string) =>
    built.node(id).tests.map((t) => t.status);

  test('a run publishes untested, and the next build tests without building', async () => {
    project = first.copy();
    project.write(TESTED);
    project.serve(portal([], [30], 2));
    const run = await project.build({ command: 'run' });
    expect(testsOf(run, 'gold.trees_by_park')).toEqual([]);
    expect(await project.query('select tallest from gold.trees_by_park')).toEqual([[30]]);
    expect((await project.state('gold.trees_by_park')).audited).toBe(false);
    const versions = project.versions();

    const built = await project.build({ exit: 1 });
    expect(testsOf(built, 'gold.trees_by_park')).toEqual(['fail', 'pass']);
    expect(project.versions()).toEqual(versions);
    // The test that passed is not run again; the one that failed is.
    expect(testsOf(await project.build({ exit: 1 }), 'gold.trees_by_park')).toEqual(['fail', 'reused']);
  });

  test('`lake test` tests what is published, fetches and builds nothing, and reuses what passed', async () => {
    project = first.copy();
    project.write(TESTED);
    project.serve(portal([], [30], 2));
    const tested = await project.build({ command: 'test' });
    expect(tested.requests).toBe(0);
    expect(testsOf(tested, 'gold.trees_by_park')).toEqual(['pass', 'pass']);
    const again = await project.build({ command: 'test' });
    expect(testsOf(again, 'gold.trees_by_park')).toEqual(['reused', 'reused']);
    expect(again.engineStarted).toBe(false);
  });

  test('`lake test` exits with 1 when a test fails, and runs the tests of what depends on it all the same', async () => {
    project = first.copy();
    project.write(TESTED);
    project.serve(portal([], [30], 2));
    await project.build({ command: 'run' });
    const tested = await project.build({ command: 'test', exit: 1 });
    expect(tested.statuses['gold.trees_by_park']).toBe('error');
    expect(testsOf(tested, 'gold.tall_parks')).toEqual(['pass']);
  });

  test('`lake test` of a lake without tables says so', async () => {
    project = city({ ...FILES, ...TESTED }, portal());
    await expect(project.build({ command: 'test' })).rejects.toMatchObject({ code: 'LK4010' });
  });
});

describe('tests that read other tables', () => {
  const references = (to: string) => `{relationships: {to: ${to}, field: park}}`;

  test('two tables whose tests read each other: both are built and both are tested', async () => {
    project = city(
      {
        ...FILES,
        'datasets/parks.yml': FILES['datasets/parks.yml'].replace(
          'park: varchar',
          `park: {tests: [${references('benches')}]}`,
        ),
        'datasets/benches.yml': FILES['datasets/benches.yml'].replace(
          'park: varchar',
          `park: {tests: [${references('parks')}]}`,
        ),
      },
      portal(),
    );
    const built = await project.build();
    const ran = built.nodes.flatMap((node) => node.tests).map((t) => [t.id, t.status]);
    expect(ran.sort()).toEqual([
      ['relationships(silver.benches.park)', 'pass'],
      ['relationships(silver.parks.park)', 'pass'],
    ]);
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('one that reads a descendant runs at the end, cannot block, and is reused', async () => {
    project = city(
      {
        ...FILES,
        'datasets/trees.yml': FILES['datasets/trees.yml'].replace(
          'park: varchar',
          `park: {tests: [${references('tall_parks')}]}`,
        ),
      },
      portal(),
    );
    const built = await project.build();
    expect(built.node('tests of silver.trees')).toMatchObject({
      status: 'success',
      tests: [{ status: 'pass' }],
    });
    const again = await project.build();
    expect(again.node('tests of silver.trees')).toMatchObject({
      status: 'reused',
      tests: [{ status: 'reused' }],
    });
    expect(again.engineStarted).toBe(false);
    project.serve(portal([], [9], 2));
    const failed = await project.build({ exit: 1 });
    expect(failed.statuses).toMatchObject({ 'silver.trees': 'success', 'tests of silver.trees': 'error' });
    expect(await project.query('select count(*) from silver.trees')).toEqual([['1']]);
  });

  test('a failure of what a test reads beside its node is not inherited: the last version is read', async () => {
    project = city(
      {
        ...FILES,
        'datasets/parks.yml': FILES['datasets/parks.yml'].replace(
          'park: varchar',
          `park: {tests: [${references('benches')}]}`,
        ),
      },
      portal(),
    );
    await project.build();
    const { ckan, ...rest } = portal([lost]);
    project.serve({
      ...rest,
      ckan: { parks: { ...ckan!['parks']!, rows: [{ PARK: 'High Park' }], at: '2026-10-02T10:00:00Z' } },
    });
    const built = await project.build({ exit: 1 });
    expect(built.statuses).toMatchObject({ 'silver.benches': 'skipped', 'silver.parks': 'reused' });
  });
});
