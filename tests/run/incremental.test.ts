/** Loads that follow each other: what an archive keeps, what a backfill asks for, and what neither may forget. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import type { Built } from './support/city.js';
import type { PortalContent, Row } from './support/portal.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-${String(day).padStart(2, '0')}T10:00:00`;

interface Tree {
  readonly key: number;
  readonly height?: string;
  /** Day of October on which it was last changed. */
  readonly day: number | null;
}
const trees = (...days: (number | null)[]): Tree[] => days.map((day, i) => ({ key: i + 1, day }));

function followed(load: string, key: boolean, ...days: (readonly Tree[])[]) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: soda
source: {id: ${fourByFour(name)}}
load: ${load}
key: ${key ? '[tree]' : 'none'}
fields: {${key ? 'tree: integer, ' : ''}height: varchar, changed_at: timestamp}
`,
    },
    days: days.map(
      (rows): PortalContent => ({
        socrata: {
          [fourByFour(name)]: {
            columns: { tree: 'number', height: 'text', changed_at: 'floating_timestamp' },
            rows: rows.map(
              ({ key: tree, height = '1', day }): Row => ({
                tree,
                height,
                changed_at: day === null ? null : `${at(day)}.000`,
                ':id': `row-${String(tree).padStart(4, '0')}`,
              }),
            ),
            // As it was on the first of the days that look the same.
            at: `${at(20 + days.findIndex((other) => JSON.stringify(other) === JSON.stringify(rows)))}Z`,
          },
        },
      }),
    ),
  });
}

const APPEND = '{mode: append, cursor: changed_at}';
const UPSERT = '{mode: upsert, cursor: changed_at}';

const SCENARIOS = {
  archive: followed(APPEND, true, trees(1, 2, 3, 4), [...trees(1, 2, 3, 4).slice(1), { key: 5, day: 6 }]),
  twins: followed(APPEND, false, trees(1, 2, 2), trees(1, 2, 2, 2, 2)),
  late: followed(APPEND, true, trees(1, 2, 9), trees(1, 2, 9, 3, 10)),
  emptied: followed(APPEND, true, trees(1, 2, 3, 4), trees(1)),
  gone_back: followed(APPEND, true, trees(1, 2, 9), trees(1, 2, 3)),
  unknown_days: followed(UPSERT, true, trees(1, null, 3), trees(1, null, 3, null)),
  another_cursor: followed(UPSERT, true, trees(1, 2, 3), trees(1, 2, 3, 4)),
};

describe('loads that follow each other', () => {
  let project: ScenarioCity;
  let second: Built;
  beforeAll(async () => {
    project = scenarioCity(SCENARIOS);
    await project.build();
    project.serveDay(2);
    const changed = project.read('datasets/another_cursor.yml').replace('changed_at}', "':updated_at'}");
    project.write({ 'datasets/another_cursor.yml': changed });
    second = await project.build({ exit: 1 });
  });
  afterAll(() => project.remove());
  const keys = (name: string) =>
    project.query(`select tree from silver.${name} order by 1`).then((r) => r.flat());

  test('append keeps rows that the portal no longer has, and says so', async () => {
    expect(await keys('archive')).toEqual([1, 2, 3, 4, 5]);
    expect(second.node('bronze.archive').notes).toEqual([
      '1 row that the portal no longer has is kept: mode append',
    ]);
  });

  test('rows that are equal are as many as the load with the most of them has', async () => {
    expect(second.node('bronze.twins').rows).toBe(4);
    expect(second.node('silver.twins')).toMatchObject({ rows: 5, accounting: { bronze: 7, superseded: 2 } });
  });

  test('rows that came late, behind the lookback, show in the count: everything is asked for and added', async () => {
    expect(second.node('bronze.late').reason).toBe(
      `late (${fourByFour('late')}): the portal counts 5 rows in all, the lake would hold 4`,
    );
    expect(await keys('late')).toEqual([1, 2, 3, 4, 5]);
  });

  test('a portal that is suddenly almost empty is a guard’s matter for an archive, too', () => {
    expect(second.node('bronze.emptied').error).toMatchObject({
      code: 'LK4004',
      message: expect.stringContaining('at the portal: 4 rows before, 1 now'),
    });
  });

  test('a cursor that went back is told', () => {
    expect(second.node('bronze.gone_back').notes).toEqual([
      expect.stringContaining('the portal has no row at or after 2026-10-09T10:00:00.000'),
    ]);
  });

  test('rows without a cursor are asked for every time', async () => {
    expect(second.node('bronze.unknown_days').rows).toBe(3);
    expect(await keys('unknown_days')).toEqual([1, 2, 3, 4]);
  });

  test('another cursor in the manifest: everything is asked for again', () => {
    expect(second.node('bronze.another_cursor').reason).toBe('the manifest asks for something else');
  });
});

const SWEPT = '{mode: upsert, cursor: changed_at, sweep: 7 days}';
const EVERY_TIME = SWEPT.replace('7 days', '0 days');
const SOFT = EVERY_TIME.replace('sweep', 'deletes: soft, sweep');
const SIX = trees(1, 2, 3, 4, 5, 6);
const gone = (...keys: number[]) => SIX.filter(({ key }) => !keys.includes(key));

const SWEEPS = {
  // One came late as another went: the counts are equal.
  hidden: followed(EVERY_TIME, true, SIX, [...gone(2), { key: 9, day: 3 }], [...gone(2), { key: 9, day: 3 }]),
  hidden_unswept: followed(UPSERT, true, SIX, [...gone(2), { key: 9, day: 3 }]),
  removed: followed(
    EVERY_TIME,
    true,
    SIX,
    [...gone(2, 3), { key: 7, day: 7 }],
    [...gone(2), { key: 7, day: 7 }].map((tree) => (tree.key === 3 ? { ...tree, day: 8 } : tree)),
  ),
  marked: followed(
    SOFT,
    true,
    SIX,
    [...gone(2, 3), { key: 7, day: 7 }],
    [...gone(2), { key: 7, day: 7 }].map((tree) => (tree.key === 3 ? { ...tree, day: 8 } : tree)),
  ),
  not_due: followed(SWEPT, true, SIX, [...SIX, { key: 7, day: 7 }]),
  count_tells: followed(SWEPT, true, SIX, gone(2)),
  most_gone: followed(EVERY_TIME, true, SIX, gone(2, 3, 4, 5)),
};

describe('sweep: the row ids of the portal are compared with those of the lake', () => {
  let project: ScenarioCity;
  let second: Built;
  let third: Built;
  beforeAll(async () => {
    project = scenarioCity(SWEEPS);
    await project.build();
    project.serveDay(2);
    second = await project.build({ exit: 1 });
    project.serveDay(3);
    third = await project.build({ exit: 'any' });
  });
  afterAll(() => project.remove());
  const accounting = (built: Built, name: string) => built.node(`silver.${name}`).accounting;

  test('rows that are gone leave silver; they are counted as withdrawn, and bronze keeps them', async () => {
    expect(accounting(second, 'removed')).toMatchObject({
      bronze: 8,
      silver: 5,
      withdrawn: 2,
      superseded: 1,
    });
    expect(second.node('silver.removed')).toMatchObject({ added: 1, removed: 2 });
    expect(second.node('bronze.removed').rows).toBe(2);
  });

  test('a row that comes again is there again', async () => {
    expect(accounting(third, 'removed')).toMatchObject({ silver: 6, withdrawn: 1 });
    expect(await project.query('select tree from silver.removed order by 1')).toEqual(
      [1, 3, 4, 5, 6, 7].map((tree) => [tree]),
    );
  });

  test('deletes: soft: they stay, and say since when they are gone', async () => {
    expect(accounting(second, 'marked')).toMatchObject({ silver: 7, withdrawn: 0 });
    const marked = 'select tree, _deleted_at is not null from silver.marked order by 1';
    expect(await project.query(marked)).toEqual([1, 2, 3, 4, 5, 6, 7].map((tree) => [tree, tree === 2]));
  });

  test('a row that came late while another went is found though the counts are equal', async () => {
    expect(second.node('bronze.hidden').reason).toContain('1 row that came late');
    expect(await project.query('select tree from silver.hidden order by 1')).toEqual(
      [1, 3, 4, 5, 6, 9].map((tree) => [tree]),
    );
  });

  test('without a sweep nothing shows it: that is what the mode upsert does not promise', async () => {
    expect(await project.query('select tree from silver.hidden_unswept order by 1')).toEqual(
      [1, 2, 3, 4, 5, 6].map((tree) => [tree]),
    );
  });

  test('before its time it is not made, unless the count tells that rows are gone', () => {
    expect(second.node('bronze.not_due').reason).toBe('changed since 2026-10-06T10:00:00.000');
    expect(second.node('bronze.count_tells').reason).toBe(
      'the portal counts 5 rows, the lake 6: rows were withdrawn',
    );
    expect(accounting(second, 'count_tells')).toMatchObject({ silver: 5, withdrawn: 1 });
  });

  test('a sweep that would remove most rows is a guard’s matter', async () => {
    expect(second.node('bronze.most_gone').error).toMatchObject({
      code: 'LK4004',
      message: expect.stringContaining('at the portal: 6 rows before, 2 now'),
    });
    expect(await project.query('select count(*)::int from silver.most_gone')).toEqual([[6]]);
  });

  test('what it found is asked for once: an unchanged portal is not swept again', () => {
    expect(third.statuses['bronze.hidden']).toBe('reused');
  });
});

describe('keep_loads', () => {
  test('bounds the loads of bronze, without touching silver or what older versions have', async () => {
    const load = '{mode: replace, keep_loads: 2}';
    const days = [1, 2, 3, 4, 5].map((day) => trees(...Array.from({ length: day }, () => day)));
    const project = scenarioCity({ kept: followed(load, true, ...days) });
    const loads = 'select count(distinct _load_id)::int, count(*)::int from bronze.kept';
    const seen: unknown[] = [];
    for (const day of [1, 2, 3, 4, 5]) {
      project.serveDay(day);
      await project.build();
      seen.push((await project.query(loads))[0]);
    }
    expect(seen).toEqual([
      [1, 1],
      [2, 3],
      [2, 5],
      [2, 7],
      [2, 9],
    ]);
    expect(await project.query('select count(*)::int from silver.kept')).toEqual([[5]]);
    project.remove();
  });

  test('keeps what silver was made from, though several loads came since: should they be refused, it counts again', async () => {
    const wrong = trees(1, 2).map((tree) => ({ ...tree, height: 'tall' }));
    const days = [trees(1, 2, 3), trees(1, 2), wrong];
    const project = scenarioCity({ kept: followed('{mode: replace, keep_loads: 1}', true, ...days) });
    const path = 'datasets/kept.yml';
    const strict = project
      .read(path)
      .replace('height: varchar', 'height: {type: integer, on_invalid: fail}')
      .replace('fields:', 'guards: {max_row_drop: 100%}\nfields:');
    project.write({ [path]: strict });
    await project.build();
    project.serveDay(2);
    await project.build({ select: ['bronze.kept'] });
    project.serveDay(3);
    const refused = await project.build({ exit: 1 });
    expect(refused.node('silver.kept').error?.code).toBe('LK4007');
    project.serveDay(1);
    project.write({ [path]: strict.replace('height: {', 'size: {from: height, ') });
    const rebuilt = await project.build();
    expect(rebuilt.statuses).toMatchObject({ 'bronze.kept': 'reused', 'silver.kept': 'success' });
    expect(await project.query('select count(*)::int from silver.kept')).toEqual([[3]]);
    project.remove();
  });
});

const BACKFILLS = {
  known: followed(UPSERT, true, trees(1, 2, 20), [
    ...trees(1, 2, 20),
    { key: 4, day: 2 },
    { key: 5, day: 5 },
    { key: 6, day: 19 },
    { key: 7, day: 21 },
  ]),
  unknown: followed(APPEND, true, trees(1, 2, 20, null)),
  replaced: followed('{mode: replace}', true, trees(1)),
};

describe('--since --until --by', () => {
  let project: ScenarioCity;
  const october = { since: '2026-10-01', until: '2026-10-06' };
  beforeAll(async () => {
    project = scenarioCity(BACKFILLS);
    await project.build({ select: ['known', 'replaced'] });
    project.serveDay(2);
  });
  afterAll(() => project.remove());
  const keys = (name: string) =>
    project.query(`select tree from silver.${name} order by 1`).then((r) => r.flat());
  const cursorOf = async (name: string) =>
    Object.values((await project.state(`bronze.${name}`)).parts!)[0]!.cursor;

  test('brings the rows of these days, a request for each stretch, and moves no cursor', async () => {
    const built = await project.build({ select: ['known'], backfill: { ...october, by: 'day' } });
    expect(built.node('bronze.known')).toMatchObject({
      reason: 'asked for 2026-10-01 to 2026-10-06, in 5 stretches',
      rows: 4,
    });
    expect(await keys('known')).toEqual([1, 2, 3, 4, 5]);
    expect(await cursorOf('known')).toBe('2026-10-20T10:00:00.000');
  });

  test('beyond the cursor it does not move it either: what lies between was not asked for', async () => {
    await project.build({ select: ['known'], backfill: { since: '2026-10-21', until: '2026-10-22' } });
    expect(await keys('known')).toEqual([1, 2, 3, 4, 5, 7]);
    expect(await cursorOf('known')).toBe('2026-10-20T10:00:00.000');
  });

  test('the next load goes on from the cursor, and what the days did not have is noticed', async () => {
    const built = await project.build({ select: ['known'] });
    expect(built.node('bronze.known').reason).toContain(
      'the portal counts 7 rows in all, the lake would hold 6',
    );
    expect(await keys('known')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await project.build({ select: ['known'] })).node('bronze.known').status).toBe('reused');
  });

  test('of a dataset that was never loaded it is all there is, until the next load asks for the rest', async () => {
    const backfill = { ...october, by: 'week' as const };
    await project.build({ select: ['unknown'], backfill });
    expect(await keys('unknown')).toEqual([1, 2]);
    expect(await cursorOf('unknown')).toBeUndefined();
    const built = await project.build({ select: ['unknown'] });
    expect(built.node('bronze.unknown').reason).toBe('only a stretch of it was loaded so far');
    expect(await keys('unknown')).toEqual([1, 2, 3, 4]);
    expect(await cursorOf('unknown')).toBe('2026-10-20T10:00:00.000');
  });

  test.each([
    [['--since', '2026-10-01'], 'select the ones it is for: --select known unknown'],
    [['--since', '2026-10-01', '--select', 'replaced'], 'not for replaced'],
    [['--since', 'yesterday', '--select', 'known'], 'LK7020 --since: "yesterday" is not a date'],
    [['--since', '2026-10-05', '--until', '2026-10-01', '--select', 'known'], 'LK7020'],
    [['--by', 'month'], '--by needs --since'],
    [['--since', '2026-10-01', '--full-refresh'], 'exclude each other'],
  ])('%s is refused before anything is asked', async (flags, said) => {
    const { exitCode, stderr } = await runLake(project.root, ['build', ...flags]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});
