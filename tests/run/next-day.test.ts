/**
 * A lake that followed its portal from day to day equals one that was made on the last day: row for row, in every
 * column but where in bronze it came from, whatever came, changed and went in between.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Built, type City, city } from './support/city.js';
import type { PortalContent, Row, ServedTable } from './support/portal.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-0${day}T10:00:00Z`;

/** A CKAN table, replaced as a whole, as it is on each day. */
function replaced(manifest: string, ...days: (readonly Row[])[]) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}\nportal: ckan\nsource: {package: ${name}}\n${manifest}`,
    },
    days: days.map((rows, i) => ({ ckan: { [name]: parks(rows, i + 1) } })),
  });
}

function parks(rows: readonly Row[], day: number): ServedTable {
  return { columns: { PARK: 'text', HECTARES: 'float8' }, rows, at: at(day) };
}

const PARKS = 'key: [park]\nfields: {park: varchar, hectares: {type: double, range: [0, null]}}\n';
const PARKS_1 = [
  { PARK: 'High Park', HECTARES: 161 },
  { PARK: 'Riverdale', HECTARES: 18.5 },
  { PARK: 'Withrow', HECTARES: -1 },
];
const bag = (...names: string[]) => names.map((PARK) => ({ PARK, HECTARES: 1 }));

/** A tree as Socrata serves it since the day on which it was last changed. */
function tree(id: number, species: string, height: number, changed = 1): Row {
  return { tree_id: id, species, height, ':id': `row-${id}`, ':updated_at': at(changed) };
}

function trees(rows: readonly Row[], day: number, more: Record<string, string> = {}): ServedTable {
  const columns = { tree_id: 'number', species: 'text', height: 'number', ...more };
  return { columns, rows, at: at(day) };
}

const TREES = (name: string, source = `{id: ${fourByFour(name)}}`) => `dataset: ${name}
portal: soda
source: ${source}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  species: {required: true}
  height: {type: double, range: [0, 100]}
`;

/** A Socrata table, followed by its cursor. */
function upserted(...days: (readonly Row[])[]) {
  return (name: string): Scenario => ({
    files: { [`datasets/${name}.yml`]: TREES(name) },
    days: days.map((rows, i) => ({ socrata: { [fourByFour(name)]: trees(rows, i + 1) } })),
  });
}

const TREES_1 = [tree(1, 'Oak', 21), tree(2, 'Maple', 18), tree(3, 'Birch', -3), tree(4, 'Elm', 9)];

/** Versions of two trees, in a table whose cursor is a number. */
function numbered(...days: (readonly number[])[]) {
  return (name: string): Scenario => ({
    files: { [`datasets/${name}.yml`]: TREES(name).replace("':updated_at'", 'version') },
    days: days.map((versions, i) => {
      const rows = versions.map((version, n) => ({ ...tree(n, `version ${version}`, 1), version }));
      return { socrata: { [fourByFour(name)]: trees(rows, i + 1, { version: 'number' }) } };
    }),
  });
}

/** Two members of a family, of which the later one moves. */
function family(...days: (readonly Row[])[]) {
  return (name: string): Scenario => {
    const [older, newer] = [fourByFour(`${name} 2025`), fourByFour(`${name} 2026`)];
    const still = [tree(11, 'Oak', 1), tree(12, 'Ash', 2)];
    return {
      files: { [`datasets/${name}.yml`]: TREES(name, `{family: {year: {2025: ${older}, 2026: ${newer}}}}`) },
      days: days.map((rows, i) => ({ socrata: { [older]: trees(still, 1), [newer]: trees(rows, i + 1) } })),
    };
  };
}

const SCENARIOS = {
  as_a_whole: replaced(PARKS, PARKS_1, [
    { PARK: 'High Park', HECTARES: 162 },
    PARKS_1[2]!,
    { PARK: 'Bellwoods', HECTARES: 14 },
  ]),
  // Exact duplicates, such as two victims of one event.
  bag: replaced(
    'key: none\nfields: {park: varchar}\n',
    bag('a', 'a', 'a', 'b', 'c'),
    bag('a', 'a', 'b', 'b', 'c'),
  ),
  added_and_changed: upserted(TREES_1, [...TREES_1.slice(0, 3), tree(4, 'Elm', 10, 2), tree(5, 'Ash', 3, 2)]),
  // The cursor of day 2 has one row alone: on day 3 nothing ties with it.
  changed_again: upserted(TREES_1, [...TREES_1, tree(5, 'Ash', 3, 2)], [...TREES_1, tree(5, 'Ash', 4, 3)]),
  withdrawn: upserted(TREES_1, [TREES_1[0]!, TREES_1[2]!, tree(4, 'Elm', 10, 2)]),
  withdrawn_and_added: upserted(TREES_1, [...TREES_1.slice(1), tree(5, 'Ash', 3, 2)]),
  invalid_now: upserted(TREES_1, [...TREES_1.slice(0, 3), tree(4, 'Elm', 900, 2)]),
  valid_now: upserted(TREES_1, [...TREES_1.slice(0, 2), tree(3, 'Birch', 3, 2), TREES_1[3]!]),
  other_key: upserted(TREES_1, [...TREES_1.slice(0, 3), { ...tree(4, 'Elm', 9, 2), tree_id: 40 }]),
  numbers: numbered([8, 9], [8, 10], [11, 10]),
  // What day 1 had of the newer member is no longer current on day 3 and must not be counted as held.
  family: family(TREES_1, TREES_1.slice(1), [...TREES_1.slice(1), tree(5, 'Ash', 3, 3)]),
};

describe('three days of a portal', () => {
  let project: ScenarioCity;
  /** The builds of days 1, 2 and 3. */
  const days: Built[] = [];
  beforeAll(async () => {
    project = scenarioCity(SCENARIOS);
    for (const day of [1, 2, 3]) {
      project.serveDay(day);
      days.push(await project.build());
    }
    await project.build({ target: 'fresh' });
  });
  afterAll(() => project.remove());
  const on = (day: number, id: string) => days[day - 1]!.node(id);

  test.each(Object.keys(SCENARIOS))('%s: as made on the last day', async (name) => {
    expect(await project.differences(`silver.${name}`, `silver.${name}__quarantine`)).toEqual({});
  });

  test('a replaced table has the rows of its newest load; the older one stays in bronze', async () => {
    expect(on(2, 'bronze.as_a_whole').reason).toBe('the portal’s data changed');
    expect(on(2, 'silver.as_a_whole')).toMatchObject({ added: 1, changed: 1, removed: 1, rows: 2 });
    expect(on(2, 'silver.as_a_whole').accounting).toMatchObject({ bronze: 3, silver: 2, quarantined: 1 });
    expect(await project.query('select count(*)::int from bronze.as_a_whole')).toEqual([[6]]);
  });

  test('duplicates of a bag come and go one by one', () => {
    expect(on(1, 'silver.bag').rows).toBe(5);
    expect(on(2, 'silver.bag')).toMatchObject({ added: 1, removed: 1, rows: 5 });
  });

  test('only what changed is asked for when rows were added and changed', () => {
    expect(on(2, 'bronze.added_and_changed')).toMatchObject({
      reason: 'changed since 2026-10-01T10:00:00Z',
      requests: 5,
      // Two that moved, and the three of the cursor's own instant: where they tie nothing says which were seen.
      rows: 5,
    });
    expect(on(2, 'silver.added_and_changed')).toMatchObject({ added: 1, changed: 1, removed: 0, rows: 4 });
    expect(on(2, 'silver.added_and_changed').accounting).toMatchObject({
      bronze: 9,
      silver: 4,
      quarantined: 1,
      superseded: 4,
    });
    expect(on(3, 'bronze.changed_again').rows).toBe(1);
  });

  test('everything is asked for when rows were withdrawn', () => {
    expect(on(2, 'bronze.withdrawn').reason).toBe(
      'the portal counts 3 rows, the lake 4: rows were withdrawn',
    );
    expect(on(2, 'silver.withdrawn')).toMatchObject({ added: 0, changed: 1, removed: 1, rows: 2 });
  });

  test('and when as many were added as withdrawn, which shows only in what the lake would hold', () => {
    expect(on(2, 'bronze.withdrawn_and_added').reason).toBe(
      'the portal counts 4 rows, the lake 5: rows were withdrawn',
    );
    expect(on(2, 'silver.withdrawn_and_added')).toMatchObject({ added: 1, removed: 1 });
  });

  test('a row that is invalid now leaves silver, and what it was before does not come back', () => {
    expect(on(2, 'silver.invalid_now')).toMatchObject({ added: 0, changed: 0, removed: 1 });
    expect(on(2, 'silver.valid_now')).toMatchObject({ added: 1, changed: 0, removed: 0 });
    expect(on(2, 'silver.valid_now').accounting).toMatchObject({ quarantined: 0 });
  });

  test('a cursor that is a number grows as a number does', () => {
    expect(on(2, 'silver.numbers')).toMatchObject({ changed: 1 });
    expect(on(3, 'bronze.numbers').reason).toBe('changed since 10');
  });

  test('a member of a family that was loaded in full is followed by its cursor again', () => {
    expect(on(2, 'bronze.family').reason).toBe(
      '1 of 2 parts: the portal counts 3 rows, the lake 4: rows were withdrawn',
    );
    expect(on(3, 'bronze.family').reason).toBe('1 of 2 parts: changed since 2026-10-01T10:00:00Z');
  });
});

describe('a load that was accepted against the portal’s count', () => {
  let project: City;
  afterEach(() => project.remove());

  test('is made good by --full-refresh, though the portal answers what it answered then', async () => {
    const id = fourByFour('trees');
    const serve = (rows: readonly Row[], day: number, faults?: PortalContent['faults']) =>
      project.serve({ socrata: { [id]: trees(rows, day) }, faults });
    project = city({ 'datasets/trees.yml': TREES('trees') }, { socrata: { [id]: trees(TREES_1, 1) } });
    await project.build();
    // Counts that are off by two hide that two rows are gone.
    const rest = [tree(1, 'Oak', 22, 2), tree(2, 'Maple', 18, 2)];
    serve(rest, 2, [{ at: '/resource/*count*', kind: 'count', by: 2, times: 1 }]);
    await project.build({ accept: ['trees'] });
    serve(rest, 2);
    await project.build({ fullRefresh: true });
    expect(await project.query('select tree_id, height from silver.trees order by 1')).toEqual([
      [1, 22],
      [2, 18],
    ]);
  });
});
