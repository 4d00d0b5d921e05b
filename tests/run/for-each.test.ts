/** `for_each`: one file a row of another dataset. Rows come and go with the parent's rows, and with their files. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import { type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

type Served = Readonly<Record<string, string>>;
type Edit = (manifest: string) => string;

const matches = (...rows: [number, string, string?][]) =>
  JSON.stringify(rows.map(([match_id, home, status = 'played']) => ({ match_id, home, status })));
const lineup = (...players: [string, number][]) =>
  JSON.stringify(players.map(([player, goals]) => ({ player, goals })));

const DAY_1: Served = {
  'matches.json': matches([1, 'Ajax'], [2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht', 'planned']),
  'lineups/1.json': lineup(['Ann', 2], ['Bea', 0]),
  'lineups/2.json': lineup(['Ann', 1], ['Cleo', 1]),
  'lineups/3.json': lineup(['Dora', 3]),
};

function without(name: string): Served {
  return Object.fromEntries(Object.entries(DAY_1).filter(([path]) => path !== name));
}

/** Matches, their line-ups and a model on these, as the portal has them on day 1 and 2. */
function season(day1: Served, day2: Served = day1, edit: Edit = (manifest) => manifest) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}_matches.yml`]: `dataset: ${name}_matches
portal: files
source: {url: ${name}/matches.json}
key: [match_id]
fields: {match_id: integer, home: varchar, status: varchar}
`,
      [`datasets/${name}.yml`]: edit(`dataset: ${name}
portal: files
source: {for_each: {dataset: ${name}_matches, where: "status = 'played'"}, url: '${name}/lineups/{match_id}.json', missing: skip}
key: [match_id, player]
fields: {match_id: {from: _match_id, type: integer}, player: varchar, goals: integer}
`),
      [`models/gold/${name}_scorers.sql`]: `select player, sum(goals) as goals from {{ref '${name}'}} group by player\n`,
    },
    days: [day1, day2].map((files) => ({
      files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text])),
    })),
  });
}

const TWO_ADDRESSES: Edit = (manifest) =>
  manifest
    .replace(/url: '(\w+)\/.*json'/, "urls: ['$1/lineups/{match_id}.json', '$1/clubs/{home}.json']")
    .replace('key: [match_id, player]', 'key: none')
    .replace('player: varchar', 'home: {from: _home}, player: varchar');

const SCENARIOS = {
  come_and_gone: season(DAY_1, {
    ...without('lineups/1.json'),
    'matches.json': matches([2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht']),
    'lineups/4.json': lineup(['Ann', 4]),
  }),
  one_changed: season(DAY_1, { ...DAY_1, 'lineups/2.json': lineup(['Ann', 1], ['Cleo', 2]) }),
  one_missing: season(DAY_1, without('lineups/2.json')),
  one_back: season(without('lineups/2.json'), DAY_1),
  parent_moved: season(DAY_1, {
    ...DAY_1,
    'matches.json': matches([1, 'AFC Ajax'], [2, 'PSV'], [3, 'Feyenoord'], [4, 'Utrecht', 'planned']),
  }),
  no_parent_row: season(DAY_1, DAY_1, (manifest) => manifest.replace('played', 'abandoned')),
  no_file: season({ 'matches.json': DAY_1['matches.json']! }),
  two_addresses: season({ ...DAY_1, 'clubs/PSV.json': lineup(['Eva', 7]) }, undefined, TWO_ADDRESSES),
  // These two are refused on day 2.
  all_missing: season(DAY_1, { 'matches.json': DAY_1['matches.json']! }),
  most_gone: season(DAY_1, { ...DAY_1, 'matches.json': matches([2, 'PSV'], [3, 'Feyenoord', 'planned']) }),
};

let project: ScenarioCity;
let day1: Built;
let day2: Built;
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  day1 = await project.build();
  project.serveDay(2);
  day2 = await project.build({ exit: 1 });
  await project.build({ target: 'fresh' });
});
afterAll(() => project.remove());

const REFUSED = ['all_missing', 'most_gone'];

describe('on the next day', () => {
  test.each(Object.keys(SCENARIOS).filter((name) => !REFUSED.includes(name)))(
    '%s: as made on that day',
    async (name) => {
      const tables = [`silver.${name}_matches`, `silver.${name}`, `gold.${name}_scorers`];
      expect(await project.differences(...tables)).toEqual({});
    },
  );

  test('a new row fetches its file alone; one that is gone takes its child rows', async () => {
    expect(day2.node('bronze.come_and_gone')).toMatchObject({
      status: 'success',
      reason: '2 of 3 parts: asked whether it changed; 1 of 3 parts: new at the portal; and 1 more',
      rows: 1,
    });
    // A body came for the new file alone: the others were asked with their ETag.
    expect(await project.query('select count(*)::int from bronze.come_and_gone')).toEqual([[6]]);
    expect(day2.node('silver.come_and_gone')).toMatchObject({ added: 1, removed: 2, rows: 4 });
  });

  test('a file that changed is replaced alone', () => {
    expect(day2.node('bronze.one_changed').rows).toBe(2);
    expect(day2.node('silver.one_changed')).toMatchObject({ added: 0, changed: 1, removed: 0 });
  });

  test('a file that is not there any more takes its rows, where `missing: skip` accepts that; it may come back', () => {
    expect(day2.node('silver.one_missing')).toMatchObject({ removed: 2, rows: 3 });
    expect(day1.node('silver.one_back').rows).toBe(3);
    expect(day2.node('silver.one_back')).toMatchObject({ added: 2, rows: 5 });
  });

  test('a parent that changed in other fields moves nothing', () => {
    expect(day2.statuses).toMatchObject({
      'silver.parent_moved_matches': 'success',
      'bronze.parent_moved': 'unchanged',
      'silver.parent_moved': 'reused',
    });
  });

  test('no row that names a file, or no file for any row: an empty table, not an error', async () => {
    expect(day1.node('bronze.no_parent_row')).toMatchObject({
      status: 'success',
      reason: 'first load, and nothing to fetch',
    });
    expect(await project.query('select count(*)::int from silver.no_parent_row')).toEqual([[0]]);
    expect(await project.query('select count(*)::int from silver.no_file')).toEqual([[0]]);
  });

  test('addresses of different fields: each part has the variables of its own', async () => {
    expect(
      await project.query(
        `select match_id, home, goals from silver.two_addresses where player in ('Eva', 'Dora') order by all`,
      ),
    ).toEqual([
      [3, null, 3],
      [null, 'PSV', 7],
    ]);
  });

  test('files that are all gone must not leave an empty table behind', async () => {
    expect(day2.node('bronze.all_missing').error).toMatchObject({
      code: 'LK4002',
      message: 'all_missing: of 5 rows none would be left, for the portal has none of its parts any more',
    });
    expect(await project.query('select count(*)::int from silver.all_missing')).toEqual([[5]]);
  });

  test('a parent that loses most of its rows trips the row drop of its children', async () => {
    expect(day2.node('bronze.most_gone').error).toMatchObject({
      code: 'LK4004',
      message: 'most_gone: 5 rows before, 2 now: 60.0 % fewer, at most 50 % are allowed',
    });
    expect(await project.query('select count(*)::int from silver.most_gone')).toEqual([[5]]);
  });
});

describe('afterwards', () => {
  test('what was refused may be accepted; then nothing is left to do, and no engine starts', async () => {
    await project.build({ accept: REFUSED });
    expect(await project.query('select count(*)::int from silver.all_missing')).toEqual([[0]]);
    expect(await project.query('select count(*)::int from silver.most_gone')).toEqual([[2]]);
    // Addresses of different fields cannot be read back from their parts: their parent is asked again.
    const others = Object.keys(SCENARIOS).filter((name) => name !== 'two_addresses');
    expect((await project.build({ select: others.map((name) => `+${name}+`) })).engineStarted).toBe(false);
  });

  test('an edited `where` counts at once', async () => {
    const file = 'datasets/one_changed.yml';
    project.write({ [file]: project.read(file).replace("status = 'played'", 'match_id > 1') });
    const built = await project.build({ select: ['+one_changed'] });
    expect(built.node('silver.one_changed')).toMatchObject({ removed: 2, rows: 3 });
  });
});
