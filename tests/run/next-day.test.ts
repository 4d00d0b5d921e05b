/**
 * A lake that followed its portal from day to day equals one that was made on the last day: row for row, in every
 * column but where in bronze it came from, whatever came, changed and went in between.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Files } from '../support/small-city.js';
import { type City, city } from './support/city.js';
import type { PortalContent, Row, ServedTable } from './support/portal.js';

let project: City;
afterEach(() => project.remove());

/** Builds a lake of the portal as it is now, and compares these tables with the one that grew. */
async function expectAsFresh(...tables: string[]): Promise<void> {
  await project.build({ target: 'fresh' });
  for (const table of tables) expect([table, await project.differences(table)]).toEqual([table, []]);
}

const day = (n: number) => `2026-10-0${n}T10:00:00Z`;
const TREES_COLUMNS = { tree_id: 'number', species: 'text', height: 'number' };

/** A tree as Socrata serves it on the day it was last changed. */
function tree(id: number, species: string, height: number | null, changed = 1): Row {
  return { tree_id: id, species, height, ':id': `row-${id}`, ':updated_at': day(changed) };
}

function trees(rows: readonly Row[], at: number): ServedTable {
  return { columns: TREES_COLUMNS, rows, at: day(at) };
}

const TREES = `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  species: {required: true}
  height: {type: double, range: [0, 100]}
`;

describe('a CKAN table, replaced as a whole', () => {
  const files: Files = {
    'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar, hectares: {type: double, range: [0, null]}}
`,
  };
  const parks = (rows: readonly Row[], at: number): PortalContent => ({
    ckan: { parks: { columns: { PARK: 'text', HECTARES: 'float8' }, rows, at: day(at) } },
  });
  const DAY_1 = [
    { PARK: 'High Park', HECTARES: 161 },
    { PARK: 'Riverdale', HECTARES: 18.5 },
    { PARK: 'Withrow', HECTARES: -1 },
  ];

  test('has the rows of the newest load; the older one stays in bronze', async () => {
    project = city(files, parks(DAY_1, 1));
    await project.build();
    const day2 = [{ PARK: 'High Park', HECTARES: 162 }, DAY_1[2]!, { PARK: 'Bellwoods', HECTARES: 14 }];
    project.serve(parks(day2, 2));
    const built = await project.build();
    expect(built.node('bronze.parks').reason).toBe('the portal’s data changed');
    expect(built.node('silver.parks')).toMatchObject({ added: 1, changed: 1, removed: 1, rows: 2 });
    expect(built.node('silver.parks').accounting).toMatchObject({ bronze: 3, silver: 2, quarantined: 1 });
    expect(await project.query('select count(*) from bronze.parks')).toEqual([['6']]);
    await expectAsFresh('silver.parks', 'silver.parks__quarantine');
    expect(await project.query('select _errors from silver.parks__quarantine')).toEqual([
      [['hectares: out of range']],
    ]);
  });

  test('is told apart by its count when the portal’s date did not move', async () => {
    project = city(files, parks(DAY_1, 1));
    await project.build();
    project.serve(parks([...DAY_1, { PARK: 'Bellwoods', HECTARES: 14 }], 1));
    const built = await project.build();
    expect(built.node('bronze.parks').reason).toBe('3 → 4 rows at the portal');
    await expectAsFresh('silver.parks', 'silver.parks__quarantine');
  });
});

describe('rows without a key', () => {
  test('are a bag: exact duplicates come and go one by one', async () => {
    const files: Files = {
      'datasets/victims.yml': `dataset: victims
portal: ckan
source: {package: victims}
key: none
fields: {event: varchar, victim: varchar}
`,
      'models/gold/per_event.sql': `select event, count(*) as victims from {{ref 'victims'}} group by event\n`,
    };
    const victims = (rows: [string, string][], at: number): PortalContent => ({
      ckan: {
        victims: {
          columns: { EVENT: 'text', VICTIM: 'text' },
          rows: rows.map(([EVENT, VICTIM]) => ({ EVENT, VICTIM })),
          at: day(at),
        },
      },
    });
    project = city(files, victims([['e1', 'm'], ['e1', 'm'], ['e1', 'm'], ['e2', 'f'], ['e3', 'm']], 1)); // biome-ignore format: one line
    await project.build();
    expect(await project.query('select count(*) from silver.victims')).toEqual([['5']]);
    project.serve(
      victims(
        [
          ['e1', 'm'],
          ['e1', 'm'],
          ['e2', 'f'],
          ['e2', 'f'],
          ['e3', 'm'],
        ],
        2,
      ),
    );
    const built = await project.build();
    expect(built.node('silver.victims')).toMatchObject({ added: 1, removed: 1, rows: 5 });
    await expectAsFresh('silver.victims', 'gold.per_event');
  });
});

describe('a Socrata table, upserted by its cursor', () => {
  const DAY_1 = [tree(1, 'Oak', 21), tree(2, 'Maple', 18), tree(3, 'Birch', -3), tree(4, 'Elm', 9)];

  let first: City;
  beforeAll(async () => {
    first = city({ 'datasets/trees.yml': TREES }, { socrata: { 'tree-0001': trees(DAY_1, 1) } });
    await first.build();
  });
  afterAll(() => first.remove());

  async function follow(rows: readonly Row[]) {
    project = first.copy();
    project.serve({ socrata: { 'tree-0001': trees(rows, 2) } });
    return project.build();
  }
  const loads = () =>
    project.query(
      `select distinct _load_id, count(*) over (partition by _load_id) as rows from bronze.trees order by 1`,
    );

  test('asks only for what changed when rows were added and changed', async () => {
    const built = await follow([...DAY_1.slice(0, 3), tree(4, 'Elm', 10, 2), tree(5, 'Ash', 3, 2)]);
    expect(built.node('bronze.trees')).toMatchObject({
      status: 'success',
      reason: 'changed since 2026-10-01T10:00:00Z',
      requests: 4,
    });
    // Two that moved, and the three of the cursor's own instant: where they tie nothing says which were seen.
    expect(built.node('silver.trees')).toMatchObject({ added: 1, changed: 1, removed: 0, rows: 4 });
    expect(built.node('silver.trees').accounting).toMatchObject({ silver: 4, quarantined: 1, superseded: 4 });
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('takes no tie twice when the cursor has none', async () => {
    await follow([...DAY_1, tree(5, 'Ash', 3, 2)]);
    project.serve({ socrata: { 'tree-0001': trees([...DAY_1, tree(5, 'Ash', 4, 3)], 3) } });
    const built = await project.build();
    expect(built.node('bronze.trees').rows).toBe(1);
    expect(built.node('silver.trees').accounting).toMatchObject({ bronze: 10, superseded: 5 });
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('is loaded in full when rows were withdrawn', async () => {
    const built = await follow([DAY_1[0]!, DAY_1[2]!, tree(4, 'Elm', 10, 2)]);
    expect(built.node('bronze.trees').reason).toBe(
      'the portal counts 3 rows, the lake 4: rows were withdrawn',
    );
    expect(built.node('silver.trees')).toMatchObject({ added: 0, changed: 1, removed: 1, rows: 2 });
    expect(await loads()).toEqual([
      [expect.any(String), '4'],
      [expect.any(String), '3'],
    ]);
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('is loaded in full when as many rows were added as withdrawn, which shows only in what would be held', async () => {
    const built = await follow([...DAY_1.slice(1), tree(5, 'Ash', 3, 2)]);
    expect(built.node('bronze.trees').reason).toBe(
      'the portal counts 4 rows, the lake 5: rows were withdrawn',
    );
    expect(built.node('silver.trees')).toMatchObject({ added: 1, removed: 1 });
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('a row that becomes invalid leaves silver, and the valid one before it does not come back', async () => {
    await follow([...DAY_1.slice(0, 3), tree(4, 'Elm', 900, 2)]);
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('a row whose key changed under its portal id', async () => {
    await follow([...DAY_1.slice(0, 3), { ...tree(4, 'Elm', 9, 2), tree_id: 40 }]);
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('a whole-number cursor grows as a number does', async () => {
    const numbered = `${TREES.replace("cursor: ':updated_at'", 'cursor: version')}`;
    const rows = (versions: readonly number[]) =>
      versions.map((version, i) => ({
        tree_id: i + 1,
        species: `v${version}`,
        height: 1,
        version,
        ':id': `row-${i}`,
      }));
    const served = (versions: readonly number[], at: number): PortalContent => ({
      socrata: {
        'tree-0001': { columns: { ...TREES_COLUMNS, version: 'number' }, rows: rows(versions), at: day(at) },
      },
    });
    project = city({ 'datasets/trees.yml': numbered }, served([8, 9], 1));
    await project.build();
    project.serve(served([8, 10], 2));
    await project.build();
    expect(await project.query('select tree_id, species from silver.trees order by 1')).toEqual([
      [1, 'v8'],
      [2, 'v10'],
    ]);
    project.serve(served([11, 10], 3));
    const built = await project.build();
    expect(built.node('bronze.trees').reason).toBe('changed since 10');
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('of two members of a family one is loaded in full, then followed again', async () => {
    const family = TREES.replace('{id: tree-0001}', '{family: {year: {2025: tree-2025, 2026: tree-2026}}}');
    const before = [tree(11, 'Oak', 1), tree(12, 'Ash', 2)];
    const serve = (rows: readonly Row[], at: number): PortalContent => ({
      socrata: { 'tree-2025': trees(before, 1), 'tree-2026': trees(rows, at) },
    });
    project = city({ 'datasets/trees.yml': family }, serve(DAY_1, 1));
    await project.build();
    project.serve(serve(DAY_1.slice(1), 2));
    const second = await project.build();
    expect(second.node('bronze.trees').reason).toBe(
      '1 of 2 parts: the portal counts 3 rows, the lake 4: rows were withdrawn',
    );
    // What the first load had of this member is no longer current: it must not be counted as held.
    project.serve(serve([...DAY_1.slice(1), tree(5, 'Ash', 3, 3)], 3));
    const third = await project.build();
    expect(third.node('bronze.trees').reason).toBe('1 of 2 parts: changed since 2026-10-01T10:00:00Z');
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });

  test('--full-refresh makes good what was accepted against the portal’s count', async () => {
    const withdrawn = [tree(1, 'Oak', 22, 2), tree(2, 'Maple', 18, 2)];
    project = first.copy();
    // Counts that are off by two hide from lake that two rows are gone.
    project.serve({
      socrata: { 'tree-0001': trees(withdrawn, 2) },
      faults: [{ at: '/resource/*count*', kind: 'count', by: 2, times: 1 }],
    });
    await project.build({ accept: new Map([['trees', 'all']]) });
    project.serve({ socrata: { 'tree-0001': trees(withdrawn, 2) } });
    await project.build({ fullRefresh: true });
    await expectAsFresh('silver.trees', 'silver.trees__quarantine');
  });
});

describe('for_each: one file a row of another dataset', () => {
  const FILES = {
    'datasets/matches.yml': `dataset: matches
portal: files
source: {url: matches.json}
key: [match_id]
fields: {match_id: integer, home: varchar, status: varchar}
`,
    'datasets/lineups.yml': `dataset: lineups
portal: files
source: {for_each: {dataset: matches, where: "status = 'played'"}, url: 'lineups/{match_id}.json', missing: skip}
key: [match_id, player]
fields: {match_id: {from: _match_id, type: integer}, player: varchar, goals: integer}
`,
    'models/gold/scorers.sql': `select player, sum(goals) as goals from {{ref 'lineups'}} group by player\n`,
  };
  const matches = (...rows: [number, string, string?][]) =>
    JSON.stringify(rows.map(([match_id, home, status = 'played']) => ({ match_id, home, status })));
  const lineup = (...players: [string, number][]) =>
    JSON.stringify(players.map(([player, goals]) => ({ player, goals })));
  const DAY_1 = {
    'matches.json': matches([1, 'Ajax'], [2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht', 'planned']),
    'lineups/1.json': lineup(['Ann', 2], ['Bea', 0]),
    'lineups/2.json': lineup(['Ann', 1], ['Cleo', 1]),
    'lineups/3.json': lineup(['Dora', 3]),
  };
  const TABLES = ['silver.matches', 'silver.lineups', 'gold.scorers'];

  let first: City;
  beforeAll(async () => {
    first = city(FILES, { files: DAY_1 });
    await first.build();
  });
  afterAll(() => first.remove());
  const asOn = (files: Record<string, string>) => {
    project = first.copy();
    project.serve({ files });
  };

  test('a new row fetches its file alone; one that is gone takes its child rows', async () => {
    const { 'lineups/1.json': _, ...rest } = DAY_1;
    asOn({
      ...rest,
      'matches.json': matches([2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht']),
      'lineups/4.json': lineup(['Ann', 4]),
    });
    const built = await project.build();
    expect(built.node('bronze.lineups')).toMatchObject({ status: 'success', rows: 1 });
    expect(built.node('bronze.lineups').reason).toBe(
      '2 of 3 parts: asked whether it changed; 1 of 3 parts: new at the portal; and 1 more',
    );
    // Bodies came for the new file alone: the others were asked with their ETag.
    expect(await project.query(`select count(*) from bronze.lineups`)).toEqual([['6']]);
    expect(built.node('silver.lineups')).toMatchObject({ added: 1, removed: 2, rows: 4 });
    await expectAsFresh(...TABLES);
  });

  test('a file that changed is replaced alone', async () => {
    asOn({ ...DAY_1, 'lineups/2.json': lineup(['Ann', 1], ['Cleo', 2]) });
    const built = await project.build();
    expect(built.node('bronze.lineups').rows).toBe(2);
    expect(built.node('silver.lineups')).toMatchObject({ added: 0, changed: 1, removed: 0 });
    await expectAsFresh(...TABLES);
  });

  test('a file that the portal has no longer takes its rows, where `missing: skip` accepts that', async () => {
    const { 'lineups/2.json': _, ...rest } = DAY_1;
    asOn(rest);
    const built = await project.build();
    expect(built.node('silver.lineups')).toMatchObject({ removed: 2, rows: 3 });
    await expectAsFresh(...TABLES);
    expect((await project.build()).engineStarted).toBe(false);
    // And it may come back.
    project.serve({ files: DAY_1 });
    expect((await project.build()).node('silver.lineups')).toMatchObject({ added: 2, rows: 5 });
  });

  test('files that are all gone must not leave an empty table behind', async () => {
    asOn({ 'matches.json': DAY_1['matches.json'] });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.lineups').error).toMatchObject({
      code: 'LK4002',
      message: 'lineups: of 5 rows none would be left, for the portal has none of its parts any more',
    });
    expect(built.statuses).toMatchObject({ 'silver.lineups': 'skipped', 'silver.matches': 'reused' });
    expect(await project.query('select count(*) from silver.lineups')).toEqual([['5']]);
    await project.build({ accept: new Map([['lineups', new Set(['empty'])]]) });
    expect(await project.query('select count(*) from silver.lineups')).toEqual([['0']]);
  });

  test('a parent that loses most of its rows trips the row drop of its children', async () => {
    asOn({ ...DAY_1, 'matches.json': matches([2, 'PSV'], [3, 'Feyenoord', 'planned']) });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.lineups').error).toMatchObject({
      code: 'LK4004',
      message: 'lineups: 5 rows before, 2 now: 60.0 % fewer, at most 50 % are allowed',
    });
  });

  test('a parent that changes in other fields starts no engine on the day after', async () => {
    asOn({
      ...DAY_1,
      'matches.json': matches([1, 'AFC Ajax'], [2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht', 'planned']),
    });
    const built = await project.build();
    expect(built.statuses).toMatchObject({
      'silver.matches': 'success',
      'bronze.lineups': 'unchanged',
      'silver.lineups': 'reused',
    });
    const again = await project.build();
    expect(again.engineStarted).toBe(false);
    expect(again.requests).toBe(4);
  });

  test('an edited `where` counts at once', async () => {
    project = first.copy();
    project.write({
      'datasets/lineups.yml': FILES['datasets/lineups.yml'].replace("status = 'played'", 'match_id > 1'),
    });
    const built = await project.build();
    expect(built.node('silver.lineups')).toMatchObject({ removed: 2, rows: 3 });
    await expectAsFresh(...TABLES);
  });

  test('no row of the parent at all: an empty table, not an error', async () => {
    project = city(
      { ...FILES, 'datasets/lineups.yml': FILES['datasets/lineups.yml'].replace('played', 'abandoned') },
      { files: DAY_1 },
    );
    const built = await project.build();
    expect(built.node('bronze.lineups')).toMatchObject({
      status: 'success',
      reason: 'first load, and nothing to fetch',
    });
    expect(await project.query('select count(*) from silver.lineups')).toEqual([['0']]);
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('no file for any row: an empty table, not an error', async () => {
    project = city(FILES, { files: { 'matches.json': DAY_1['matches.json'] } });
    await project.build();
    expect(await project.query('select count(*) from silver.lineups')).toEqual([['0']]);
    project.serve({ files: DAY_1 });
    expect((await project.build()).node('silver.lineups')).toMatchObject({ added: 5 });
  });

  test('two addresses of different fields', async () => {
    project = city(
      {
        ...FILES,
        'datasets/lineups.yml': `dataset: lineups
portal: files
source: {for_each: {dataset: matches}, urls: ['lineups/{match_id}.json', 'clubs/{home}.json'], missing: skip}
key: none
fields: {match_id: {from: _match_id, type: integer}, home: {from: _home}, player: varchar, goals: integer}
`,
      },
      { files: { ...DAY_1, 'clubs/PSV.json': lineup(['Eva', 7]) } },
    );
    await project.build();
    const again = await project.build();
    expect(again.statuses['bronze.lineups']).toBe('unchanged');
    expect(
      await project.query(
        `select match_id, home, goals from silver.lineups where player in ('Eva', 'Dora') order by all`,
      ),
    ).toEqual([
      [3, null, 3],
      [null, 'PSV', 7],
    ]);
  });
});
