/** Every current bronze row is in silver or has a reason why not; no row is dropped without being counted. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';
import type { Cell, PortalContent, Row } from './support/portal.js';

let project: City;
afterEach(() => project.remove());

const TREES = `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  species: varchar
  height: {type: double, range: [0, 100]}
`;

const day = (n: number) => `2026-10-${String(n).padStart(2, '0')}T10:00:00Z`;

function tree(tree_id: Cell, species: Cell, height: Cell, more: Row = {}): Row {
  return { tree_id, species, height, ':id': `row-${tree_id}`, ':updated_at': day(1), ...more };
}

function served(rows: readonly Row[], at = 1): PortalContent {
  return {
    socrata: {
      'tree-0001': {
        columns: { tree_id: 'number', species: 'text', height: 'text' },
        rows,
        at: day(at),
      },
    },
  };
}

/** The manifest of `trees` with other fields. */
function withFields(fields: string): string {
  return `${TREES.slice(0, TREES.indexOf('fields:'))}fields:\n  tree_id: integer\n${fields}`;
}

describe('overlap', () => {
  const twice = [tree(1, 'Oak', '1'), tree(2, 'Ash', '2'), tree(2, 'Ash', '2'), tree(3, 'Elm', '-3'), tree(3, 'Elm', '-3')]; // biome-ignore format: rows
  // The portal counts three rows and delivers two of them twice, as pages do that shift while they are read.
  const content = { ...served(twice), faults: [{ at: '*count(*)*', kind: 'count' as const, by: -2 }] };

  test('one portal row that came twice in a load is kept once, valid or not', async () => {
    project = city({ 'datasets/trees.yml': TREES }, content);
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 5, silver: 2, quarantined: 1, superseded: 0, overlap: 2 });
    expect(accounting?.errors).toEqual({ 'height: out of range': 1 });
    expect(await project.query('select tree_id, height from silver.trees order by 1')).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await project.query('select count(*) from silver.trees__quarantine')).toEqual([['1']]);
  });

  test('is found in a bag as well, where equal rows of their own are kept', async () => {
    const bag = TREES.replace(/load:.*\n/, '').replace('[tree_id]', 'none');
    const rows = [...twice, tree(1, 'Oak', '1', { ':id': 'row-other' })];
    project = city({ 'datasets/trees.yml': bag }, { ...content, ...served(rows) });
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 6, silver: 3, quarantined: 1, overlap: 2 });
  });
});

describe('superseded', () => {
  const family = TREES.replace('{id: tree-0001}', '{family: {year: {2025: tree-2025, 2026: tree-2026}}}');
  const columns = { tree_id: 'number', species: 'text', height: 'text' };
  const years = (of2025: readonly Row[], of2026: readonly Row[]): PortalContent => ({
    socrata: { 'tree-2025': { columns, rows: of2025 }, 'tree-2026': { columns, rows: of2026 } },
  });

  test('of one key in two parts of a family the later cursor wins, in whichever part', async () => {
    project = city(
      { 'datasets/trees.yml': family },
      years(
        [tree(1, 'old', '1'), tree(2, 'new', '1', { ':updated_at': day(5) }), tree(3, 'same', '1')],
        [tree(1, 'new', '2', { ':updated_at': day(3) }), tree(2, 'old', '2'), tree(3, 'later part', '2')],
      ),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 6, silver: 3, superseded: 3, overlap: 0 });
    expect(await project.query('select tree_id, species from silver.trees order by 1')).toEqual([
      [1, 'new'],
      [2, 'new'],
      [3, 'later part'],
    ]);
  });

  test('an invalid row is quarantined and supersedes nothing', async () => {
    project = city(
      { 'datasets/trees.yml': family },
      years([tree(1, 'old', '1')], [tree(1, 'new', '-2', { ':updated_at': day(3) })]),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 2, silver: 1, quarantined: 1, superseded: 0 });
  });
});

describe('a key that is not unique', () => {
  test('is an error with examples, never a silent choice', async () => {
    const twin = (id: string) => tree(7, 'Oak', '1', { ':id': id });
    project = city(
      { 'datasets/trees.yml': TREES },
      served([twin('row-a'), twin('row-b'), tree(8, 'Ash', '2')]),
    );
    const built = await project.build({ exit: 1 });
    expect(built.node('silver.trees').error).toMatchObject({
      code: 'LK4006',
      message: 'trees: the key is not unique: tree_id 7 (2 rows)',
    });
    expect(built.statuses['bronze.trees']).toBe('success');
    expect(await project.query('select count(*) from bronze.trees')).toEqual([['3']]);
  });

  test('with two cursors in one load: the newer row wins', async () => {
    const twin = (id: string, at: number) =>
      tree(7, `of day ${at}`, '1', { ':id': id, ':updated_at': day(at) });
    project = city({ 'datasets/trees.yml': TREES }, served([twin('row-a', 2), twin('row-b', 1)]));
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ silver: 1, superseded: 1 });
    expect(await project.query('select species from silver.trees')).toEqual([['of day 2']]);
  });

  test('that is NULL is missing: the row is quarantined', async () => {
    project = city(
      { 'datasets/trees.yml': TREES },
      served([tree(1, 'Oak', '1'), tree(null, 'Ash', '2', { ':id': 'row-x' })]),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ silver: 1, quarantined: 1, errors: { 'tree_id: required': 1 } });
  });
});

describe('invalid values', () => {
  const rows = [
    tree(1, 'Oak', '12.5'),
    tree(2, ' NA ', 'tall'),
    tree(3, 'Ash', '-1'),
    tree(4, null, '400'),
    tree(5, 'Elm', null),
  ];

  test('quarantine keeps the row as delivered, with every reason', async () => {
    project = city(
      {
        'datasets/trees.yml': withFields(
          "  species: {required: true, null_if: ['', NA]}\n  height: {type: double, range: [0, 100]}\n",
        ),
      },
      served(rows),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 5, silver: 2, quarantined: 3, nullified: 0 });
    expect(accounting?.errors).toEqual({
      'height: out of range': 2,
      'height: not a double': 1,
      'species: required': 2,
    });
    expect(
      await project.query(
        "select _errors, _record->>'tree_id', _record->>'species', _record->>'height' from silver.trees__quarantine order by 2",
      ),
    ).toEqual([
      [['species: required', 'height: not a double'], '2', ' NA ', 'tall'],
      [['height: out of range'], '3', 'Ash', '-1'],
      [['species: required', 'height: out of range'], '4', null, '400'],
    ]);
  });

  test('nullify keeps the row without the value, and counts it', async () => {
    project = city(
      {
        'datasets/trees.yml': withFields(
          '  species: varchar\n  height: {type: double, range: [0, 100], on_invalid: nullify}\n',
        ),
      },
      served(rows),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ silver: 5, quarantined: 0, nullified: 3 });
    expect(accounting?.errors).toEqual({ 'height: out of range': 2, 'height: not a double': 1 });
    expect(await project.query('select tree_id, height from silver.trees where height is not null')).toEqual([
      [1, 12.5],
    ]);
  });

  test('a default stands for null, also for what was nullified; a required field without one is quarantined', async () => {
    project = city(
      {
        'datasets/trees.yml': withFields(
          '  height: {type: double, range: [0, 100], on_invalid: nullify, default: 0}\n' +
            '  metres: {from: height, type: double, range: [0, 100], on_invalid: nullify, required: true}\n' +
            '  species: {default: unknown}\n',
        ),
      },
      served(rows),
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ silver: 1, quarantined: 4 });
    expect(accounting?.errors['metres: required']).toBe(4);
    project.write({
      'datasets/trees.yml': withFields(
        '  height: {type: double, range: [0, 100], on_invalid: nullify, default: 0}\n  species: {default: unknown}\n',
      ),
    });
    await project.build();
    expect(await project.query('select tree_id, height, species from silver.trees order by 1')).toEqual([
      [1, 12.5, 'Oak'],
      [2, 0, 'NA'],
      [3, 0, 'Ash'],
      [4, 0, 'unknown'],
      [5, 0, 'Elm'],
    ]);
  });

  test('fail publishes nothing and names the breach', async () => {
    project = city({ 'datasets/trees.yml': TREES }, served(rows.slice(0, 1)));
    await project.build();
    project.write({
      'datasets/trees.yml': withFields(
        '  species: varchar\n  height: {type: double, range: [0, 10], on_invalid: fail}\n',
      ),
    });
    const built = await project.build({ exit: 1 });
    expect(built.node('silver.trees').error).toMatchObject({
      code: 'LK4007',
      message: 'trees: values that may not be invalid are: height: out of range in 1 row',
    });
    expect(await project.query('select height from silver.trees')).toEqual([[12.5]]);
  });

  test('fail does not look at what a row was before it was corrected', async () => {
    project = city({ 'datasets/trees.yml': TREES }, served([tree(1, 'Oak', '-1'), tree(2, 'Ash', '2')]));
    await project.build();
    project.serve(served([tree(1, 'Oak', '1', { ':updated_at': day(2) }), tree(2, 'Ash', '2')], 2));
    project.write({ 'datasets/trees.yml': TREES.replace('[0, 100]', '[0, 100], on_invalid: fail') });
    await project.build();
    expect(await project.query('select height from silver.trees order by 1')).toEqual([[1], [2]]);
  });
});

describe('any history of an upserted table', () => {
  interface Living {
    readonly id: number;
    readonly height: number;
    readonly changed: number;
  }
  const change = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('add' as const), height: fc.constantFrom(-1, 5, 50) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('change' as const),
        which: fc.nat(9),
        height: fc.constantFrom(-1, 5, 50),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which: fc.nat(9) }) },
  );
  const history = fc.array(fc.array(change, { maxLength: 4 }), { minLength: 2, maxLength: 3 });

  test('accounts for every row of every day, and ends with what the portal has', async () => {
    const manifest = `${TREES}guards: {max_row_drop: 100%, allow_empty: true}\n`;
    project = city({}, served([]));
    await fc.assert(
      fc.asyncProperty(history, async (days) => {
        project.remove();
        let rows: readonly Living[] = [1, 2, 3].map((id) => ({ id, height: id, changed: 1 }));
        let nextId = 4;
        const content = (at: number) =>
          served(
            rows.map(({ id, height, changed }) =>
              tree(id, `of day ${changed}`, height, { ':updated_at': day(changed) }),
            ),
            at,
          );
        project = city({ 'datasets/trees.yml': manifest }, content(1));
        await project.build();
        for (const [i, changes] of days.entries()) {
          const today = i + 2;
          for (const one of changes) {
            if (one.do === 'add') rows = [...rows, { id: nextId++, height: one.height, changed: today }];
            else if (one.do === 'withdraw') rows = rows.filter((_, at) => at !== one.which % rows.length);
            else
              rows = rows.map((row, at) =>
                at === one.which % rows.length ? { ...row, height: one.height, changed: today } : row,
              );
          }
          project.serve(content(today));
          const built = await project.build();
          const { accounting: sum } = built.node('silver.trees');
          expect(sum!.silver + sum!.quarantined + sum!.superseded + sum!.withdrawn + sum!.overlap).toBe(
            sum!.bronze,
          );
          const valid = rows.filter((row) => row.height >= 0);
          expect(await project.query('select tree_id, species, height from silver.trees order by 1')).toEqual(
            valid.map((row) => [row.id, `of day ${row.changed}`, row.height]),
          );
          expect(
            await project.query("select (_record->>'tree_id')::int from silver.trees__quarantine order by 1"),
          ).toEqual(rows.filter((row) => row.height < 0).map((row) => [row.id]));
        }
      }),
      { numRuns: Number(process.env['LAKE_TEST_RUNS'] ?? 4), endOnFailure: true },
    );
  });
});
