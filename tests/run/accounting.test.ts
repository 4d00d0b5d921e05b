/** Every current bronze row is in silver or has a reason why not; no row is dropped without being counted. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import type { Cell, PortalContent, Row } from './support/portal.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-0${day}T10:00:00Z`;

function tree(tree_id: Cell, species: Cell, height: Cell, more: Row = {}): Row {
  return { tree_id, species, height, ':id': `row-${tree_id}`, ':updated_at': at(1), ...more };
}

const COLUMNS = { tree_id: 'number', species: 'text', height: 'text' };
const FIELDS = '  species: varchar\n  height: {type: double, range: [0, 100]}\n';

const manifest = (name: string, fields = FIELDS, source = `{id: ${fourByFour(name)}}`) => `dataset: ${name}
portal: soda
source: ${source}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
${fields}`;

function served(name: string, rows: readonly Row[], day = 1): PortalContent {
  return { socrata: { [fourByFour(name)]: { columns: COLUMNS, rows, at: at(day) } } };
}

/** A table of trees with these fields, on each day. */
function trees(fields: string, ...days: (readonly Row[])[]) {
  return (name: string): Scenario => ({
    files: { [`datasets/${name}.yml`]: manifest(name, fields) },
    days: days.map((rows, i) => served(name, rows, i + 1)),
  });
}

/** The portal counts fewer rows than it delivers, for its pages shift while they are read. */
function overlapping(rows: readonly Row[], twice: number, edit = (text: string) => text) {
  return (name: string): Scenario => ({
    files: { [`datasets/${name}.yml`]: edit(manifest(name)) },
    days: [
      {
        ...served(name, rows),
        faults: [{ at: `/resource/${fourByFour(name)}*count(*)*`, kind: 'count', by: -twice }],
      },
    ],
  });
}

/** Two years of one table. */
function years(of2025: readonly Row[], of2026: readonly Row[]) {
  return (name: string): Scenario => {
    const [older, newer] = [fourByFour(`${name} 2025`), fourByFour(`${name} 2026`)];
    const source = `{family: {year: {2025: ${older}, 2026: ${newer}}}}`;
    const socrata = {
      [older]: { columns: COLUMNS, rows: of2025 },
      [newer]: { columns: COLUMNS, rows: of2026 },
    };
    return { files: { [`datasets/${name}.yml`]: manifest(name, FIELDS, source) }, days: [{ socrata }] };
  };
}

const TWICE = [
  tree(1, 'Oak', '1'),
  ...[tree(2, 'Ash', '2'), tree(2, 'Ash', '2')],
  ...[tree(3, 'Elm', '-3'), tree(3, 'Elm', '-3')],
];
const twin = (id: string, species: string, day = 1) =>
  tree(7, species, '1', { ':id': id, ':updated_at': at(day) });
const INVALID = [
  tree(1, 'Oak', '12.5'),
  tree(2, ' NA ', 'tall'),
  tree(3, 'Ash', '-1'),
  tree(4, null, '400'),
  tree(5, 'Elm', null),
];
const FAIL = '  species: varchar\n  height: {type: double, range: [0, 100], on_invalid: fail}\n';

const SCENARIOS = {
  overlap: overlapping(TWICE, 2),
  // Equal rows of their own are kept in a bag; second deliveries of one row are not.
  overlap_bag: overlapping([...TWICE, tree(1, 'Oak', '1', { ':id': 'row-other' })], 2, (text) =>
    text.replace(/load:.*\n/, '').replace('[tree_id]', 'none'),
  ),
  family: years(
    [tree(1, 'old', '1'), tree(2, 'new', '1', { ':updated_at': at(5) }), tree(3, 'same', '1')],
    [tree(1, 'new', '2', { ':updated_at': at(3) }), tree(2, 'old', '2'), tree(3, 'later part', '2')],
  ),
  family_invalid: years([tree(1, 'old', '1')], [tree(1, 'new', '-2', { ':updated_at': at(3) })]),
  two_cursors: trees(FIELDS, [twin('row-a', 'newer', 2), twin('row-b', 'older', 1)]),
  not_unique: trees(FIELDS, [twin('row-a', 'Oak'), twin('row-b', 'Oak'), tree(8, 'Ash', '2')]),
  no_key: trees(FIELDS, [tree(1, 'Oak', '1'), tree(null, 'Ash', '2', { ':id': 'row-x' })]),
  quarantine: trees(
    "  species: {required: true, null_if: ['', NA]}\n  height: {type: double, range: [0, 100]}\n",
    INVALID,
  ),
  nullify: trees(
    '  species: varchar\n  height: {type: double, range: [0, 100], on_invalid: nullify}\n',
    INVALID,
  ),
  defaults: trees(
    '  species: {default: unknown}\n  height: {type: double, range: [0, 100], on_invalid: nullify, default: 0}\n',
    INVALID,
  ),
  required: trees(
    '  height: {type: double, range: [0, 100], on_invalid: nullify, required: true}\n',
    INVALID,
  ),
  fail: trees(FAIL, [tree(1, 'Oak', '12.5')], [tree(1, 'Oak', '125', { ':updated_at': at(2) })]),
  corrected: trees(FAIL, [tree(1, 'Oak', '125')], [tree(1, 'Oak', '12.5', { ':updated_at': at(2) })]),
};

describe('one build', () => {
  let project: ScenarioCity;
  let day1: Built;
  let day2: Built;
  beforeAll(async () => {
    project = scenarioCity(SCENARIOS);
    day1 = await project.build({ exit: 1 });
    project.serveDay(2);
    day2 = await project.build({ exit: 1 });
  });
  afterAll(() => project.remove());
  const accountingOf = (name: string) => day1.node(`silver.${name}`).accounting;
  const silver = (name: string) =>
    project.query(`select tree_id, species, height from silver.${name} order by 1`);

  test('overlap: one portal row that came twice in a load is kept once, valid or not', async () => {
    expect(accountingOf('overlap')).toMatchObject({
      bronze: 5,
      silver: 2,
      quarantined: 1,
      superseded: 0,
      overlap: 2,
    });
    expect(accountingOf('overlap')?.errors).toEqual({ 'height: out of range': 1 });
    expect(await silver('overlap')).toEqual([
      [1, 'Oak', 1],
      [2, 'Ash', 2],
    ]);
    expect(await project.query('select count(*)::int from silver.overlap__quarantine')).toEqual([[1]]);
    expect(accountingOf('overlap_bag')).toMatchObject({ bronze: 6, silver: 3, quarantined: 1, overlap: 2 });
  });

  test('superseded: of one key in two parts of a family the later cursor wins, in whichever part', async () => {
    expect(accountingOf('family')).toMatchObject({ bronze: 6, silver: 3, superseded: 3, overlap: 0 });
    expect((await silver('family')).map(([, species]) => species)).toEqual(['new', 'new', 'later part']);
    // An invalid row is quarantined and supersedes nothing.
    expect(accountingOf('family_invalid')).toMatchObject({
      bronze: 2,
      silver: 1,
      quarantined: 1,
      superseded: 0,
    });
    expect(accountingOf('two_cursors')).toMatchObject({ silver: 1, superseded: 1 });
    expect(await silver('two_cursors')).toEqual([[7, 'newer', 1]]);
  });

  test('a key that is not unique otherwise is an error with examples, never a silent choice', async () => {
    expect(day1.node('silver.not_unique').error).toMatchObject({
      code: 'LK4006',
      message: 'not_unique: the key is not unique: tree_id 7 (2 rows)',
    });
    expect(day1.statuses['bronze.not_unique']).toBe('success');
    expect(await project.query('select count(*)::int from bronze.not_unique')).toEqual([[3]]);
  });

  test('a key that is NULL is missing', () => {
    expect(accountingOf('no_key')).toMatchObject({
      silver: 1,
      quarantined: 1,
      errors: { 'tree_id: required': 1 },
    });
  });

  test('quarantine keeps the row as delivered, with every reason', async () => {
    expect(accountingOf('quarantine')).toMatchObject({
      bronze: 5,
      silver: 2,
      quarantined: 3,
      nullified: 0,
      errors: { 'height: out of range': 2, 'height: not a double': 1, 'species: required': 2 },
    });
    const record = ['tree_id', 'species', 'height'].map((name) => `_record->>'${name}'`).join(', ');
    expect(
      await project.query(`select _errors, ${record} from silver.quarantine__quarantine order by 2`),
    ).toEqual([
      [['species: required', 'height: not a double'], '2', ' NA ', 'tall'],
      [['height: out of range'], '3', 'Ash', '-1'],
      [['species: required', 'height: out of range'], '4', null, '400'],
    ]);
  });

  test('nullify keeps the row without the value, and counts it', async () => {
    expect(accountingOf('nullify')).toMatchObject({
      silver: 5,
      quarantined: 0,
      nullified: 3,
      errors: { 'height: out of range': 2, 'height: not a double': 1 },
    });
    expect((await silver('nullify')).map(([, , height]) => height)).toEqual([12.5, null, null, null, null]);
  });

  test('a default stands for null, for a nullified value as well; a required field has to have one', async () => {
    expect(await silver('defaults')).toEqual([
      [1, 'Oak', 12.5],
      [2, 'NA', 0],
      [3, 'Ash', 0],
      [4, 'unknown', 0],
      [5, 'Elm', 0],
    ]);
    expect(accountingOf('required')).toMatchObject({ silver: 1, quarantined: 4, nullified: 3 });
    expect(accountingOf('required')?.errors['height: required']).toBe(4);
  });

  test('fail publishes nothing and names the breach; what a row was before it was corrected does not count', async () => {
    expect(day2.node('silver.fail').error).toMatchObject({
      code: 'LK4007',
      message: 'fail: values that may not be invalid are: height: out of range in 1 row',
    });
    expect(await silver('fail')).toEqual([[1, 'Oak', 12.5]]);
    expect(day1.node('silver.corrected').error?.code).toBe('LK4007');
    expect(await silver('corrected')).toEqual([[1, 'Oak', 12.5]]);
  });
});

describe('any history of an upserted table', () => {
  interface Living {
    readonly id: number;
    readonly height: number;
    readonly changed: number;
  }
  const height = fc.constantFrom(-1, 5, 50);
  const which = fc.nat(9);
  const change = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), height }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), which, height }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which }) },
  );
  /** Days of changes; many tables have theirs at once. */
  const history = fc.array(fc.array(change, { maxLength: 4 }), { minLength: 3, maxLength: 3 });
  const histories = fc.array(history, { minLength: 8, maxLength: 8 });

  /** The rows that the portal has on day 1, 2, … */
  function lives(days: readonly (readonly (typeof change extends fc.Arbitrary<infer C> ? C : never)[])[]) {
    let rows: readonly Living[] = [1, 2, 3].map((id) => ({ id, height: id, changed: 1 }));
    let nextId = 4;
    const all = [rows];
    for (const [i, changes] of days.entries()) {
      const changed = i + 2;
      for (const one of changes) {
        if (one.do === 'add') rows = [...rows, { id: nextId++, height: one.height, changed }];
        else if (one.do === 'withdraw') rows = rows.filter((_, n) => n !== one.which % rows.length);
        else
          rows = rows.map((row, n) =>
            n === one.which % rows.length ? { ...row, height: one.height, changed } : row,
          );
      }
      all.push(rows);
    }
    return all;
  }

  /** Table → its rows, those in quarantine as such; sorted text. */
  async function rowsOf(project: ScenarioCity, names: readonly string[]): Promise<Map<string, string[]>> {
    const selects = names.flatMap((name) => [
      `select '${name}' as name, format('{} {}: {}', tree_id, species, height::int) as row from silver.${name}`,
      `select '${name}', (_record->>'tree_id') || ' quarantined' from silver.${name}__quarantine`,
    ]);
    const all = await project.query(
      `select name, list(row order by row) from (${selects.join(' union all ')}) group by name`,
    );
    return new Map(all.map(([name, rows]) => [String(name), (rows as string[]).sort()]));
  }

  test('accounts for every row of every day, and ends with what the portal has', async () => {
    const check = async (tables: readonly (readonly (readonly Living[])[])[]) => {
      const names = tables.map((_, i) => `trees_${i}`);
      const project = scenarioCity(
        Object.fromEntries(
          tables.map((days, i) => [
            names[i]!,
            (name: string): Scenario => ({
              files: {
                [`datasets/${name}.yml`]: `${manifest(name)}guards: {max_row_drop: 100%, allow_empty: true}\n`,
              },
              days: days.map((rows, day) =>
                served(
                  name,
                  rows.map((row) =>
                    tree(row.id, `of day ${row.changed}`, row.height, { ':updated_at': at(row.changed) }),
                  ),
                  day + 1,
                ),
              ),
            }),
          ]),
        ),
      );
      try {
        for (const day of [1, 2, 3, 4]) {
          project.serveDay(day);
          const built = await project.build();
          const found = await rowsOf(project, names);
          for (const [i, name] of names.entries()) {
            const { accounting: sum } = built.node(`silver.${name}`);
            const { silver, quarantined, superseded, withdrawn, overlap } = sum!;
            expect(silver + quarantined + superseded + withdrawn + overlap).toBe(sum!.bronze);
            const rows = tables[i]![day - 1]!;
            const expected = rows.map(({ id, height, changed }) =>
              height < 0 ? `${id} quarantined` : `${id} of day ${changed}: ${height}`,
            );
            expect(found.get(name) ?? []).toEqual(expected.sort());
          }
        }
      } finally {
        project.remove();
      }
    };
    const property = fc.asyncProperty(histories, (days) => check(days.map(lives)));
    await fc.assert(property, { numRuns: Number(process.env['LAKE_TEST_RUNS'] ?? 1), endOnFailure: true });
  });
});
