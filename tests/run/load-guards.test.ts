/** What a load must show before it is committed; what it fails, the last good version outlives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import type { Built } from './support/city.js';
import type { Fault } from './support/portal.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-0${day}T10:00:00Z`;

interface Parks {
  /** Rows on day 1 (5 where nothing is said) and on day 2. */
  readonly first?: number;
  readonly second: number;
  readonly guards?: string;
  readonly portal?: string;
  /** Misbehaviour of day 2; `*` in `at` stands before the resource's id. */
  readonly fault?: Fault;
}

/** A CKAN table of so many rows. */
function parks({ first = 5, second, guards, portal = 'ckan', fault }: Parks) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: ${portal}
source: {package: ${name}}
key: [park]
fields: {park: varchar}
${guards ? `guards: ${guards}\n` : ''}`,
    },
    days: [first, second, second].map((count, i) => ({
      ckan: {
        [name]: {
          columns: { PARK: 'text' },
          rows: Array.from({ length: count }, (_, n) => ({ PARK: `park ${n}` })),
          at: at(count === first ? 1 : 2),
        },
      },
      faults: fault && i === 1 ? [{ ...fault, at: fault.at.replace('<id>', `res-${name}`) }] : [],
    })),
  });
}

/** A Socrata table that has four trees on day 1 and six on day 2, of which a page brings one row less. */
function shortTrees(name: string): Scenario {
  const trees = (count: number, day: number) => ({
    columns: { tree_id: 'number' },
    rows: Array.from({ length: count }, (_, n) => ({
      tree_id: n,
      ':id': `row-${n}`,
      ':updated_at': at(n < 4 ? 1 : 2),
    })),
    at: at(day),
  });
  const id = fourByFour(name);
  const short: Fault = { at: `/resource/${id}.csv*`, kind: 'rows', by: -1 };
  return {
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: soda
source: {id: ${id}}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields: {tree_id: integer}
`,
    },
    days: [
      { socrata: { [id]: trees(4, 1) } },
      { socrata: { [id]: trees(6, 2) }, faults: [short] },
      { socrata: { [id]: trees(6, 2) } },
    ],
  };
}

const MISCOUNT: Fault = { at: '*datastore_search?resource_id=<id>&*', kind: 'count', by: 2 };

const SCENARIOS = {
  miscounted: parks({ second: 6, fault: MISCOUNT }),
  miscounted_once: parks({ second: 6, fault: { ...MISCOUNT, times: 1 } }),
  miscounted_accepted: parks({ second: 6, fault: MISCOUNT }),
  // The short answer has the very bytes of the load before.
  short_once: parks({ second: 6, fault: { at: '/datastore/dump/<id>?*', kind: 'rows', by: -1, times: 1 } }),
  short_trees: shortTrees,
  empty: parks({ second: 0 }),
  empty_allowed: parks({ first: 0, second: 0, guards: '{allow_empty: true}' }),
  cap_listed: parks({ second: 7, guards: '{cap: [7]}' }),
  cap_known: parks({ second: 1000 }),
  cap_off: parks({ second: 1000, guards: '{cap: false}' }),
  dropped: parks({ second: 2, guards: '{max_row_drop: 40%}' }),
  dropped_just_so: parks({ second: 3, guards: '{max_row_drop: 40%}' }),
  empty_first: parks({ first: 0, second: 5 }),
  cap_first: parks({ first: 1000, second: 5 }),
  // Four rows at a time, says the portal's loader; of the other portal nothing is known.
  midway: parks({ first: 6, second: 4, portal: 'refilled' }),
  not_midway: parks({ first: 6, second: 4 }),
  unreadable: parks({ second: 6, fault: { at: '/datastore/dump/<id>?*', kind: 'html' } }),
  unchanged: parks({ second: 5 }),
};

let project: ScenarioCity;
let day1: Built;
let day2: Built;
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  day1 = await project.build({ exit: 1 });
  project.serveDay(2);
  // What is accepted for one guard is not accepted for another.
  const accept = ['miscounted_accepted:count', 'dropped:cap', 'dropped:count'];
  day2 = await project.build({ exit: 1, accept });
});
afterAll(() => project.remove());

const rowsOf = (name: string) =>
  project.query(`select count(*)::int from silver.${name}`).then((rows) => rows[0]![0]);
const errorOf = (name: string) => day2.node(`bronze.${name}`).error;

/** Dataset → its loads as meta.loads has them: status, rows, reason. */
async function loads(): Promise<Record<string, unknown[][]>> {
  const sql = 'select dataset, status, rows, reason from meta.loads order by loaded_at';
  const { stdout } = await runLake(project.root, ['query', sql, '--output', 'json', '--limit', '1000']);
  const found: Record<string, unknown[][]> = {};
  for (const { dataset, status, rows, reason } of JSON.parse(stdout)) {
    found[dataset] = [...(found[dataset] ?? []), [status, rows, reason]];
  }
  return found;
}

describe('count: what the portal counts is what must land', () => {
  test('F15: a total that lies is asked about once more, by pages; then the load fails and the last version stays', async () => {
    expect(errorOf('miscounted')).toMatchObject({
      code: 'LK4001',
      message: 'miscounted: the portal counts 8 rows, 6 rows came',
      hint: expect.stringContaining('--accept miscounted:count'),
    });
    expect(day2.statuses['silver.miscounted']).toBe('skipped');
    expect(project.versions()['bronze.miscounted']).toBe(0);
    expect(await rowsOf('miscounted')).toBe(5);
  });

  test('a count that was wrong only once heals by itself', async () => {
    expect(day2.node('bronze.miscounted_once')).toMatchObject({
      status: 'success',
      reason: 'miscounted_once: the table changed while it was read: 8 rows before, 6 after, 6 came',
    });
    expect(await rowsOf('miscounted_once')).toBe(6);
  });

  test('so do rows that came short once, even if they are those of the load before', async () => {
    expect(await rowsOf('short_once')).toBe(6);
  });

  test('of an incremental load it is the count of what changed, then of all', async () => {
    expect(errorOf('short_trees')).toMatchObject({
      code: 'LK4001',
      message: `short_trees (${fourByFour('short_trees')}): the portal counts 6 rows, 5 rows came`,
    });
    expect(await rowsOf('short_trees')).toBe(4);
  });
});

describe('empty, cap, row_drop', () => {
  test('B1: an empty answer replaces no good table, unless `allow_empty` accepts it', async () => {
    expect(errorOf('empty')).toMatchObject({
      code: 'LK4002',
      message: 'empty: the portal delivered no rows',
    });
    expect(await rowsOf('empty')).toBe(5);
    expect(await rowsOf('empty_allowed')).toBe(0);
  });

  test('an honest count that equals a cap trips all the same; `cap: false` switches that off', async () => {
    expect(errorOf('cap_listed')).toMatchObject({
      code: 'LK4003',
      message: 'cap_listed: exactly 7 rows came, which is a cap that the manifest lists',
    });
    expect(errorOf('cap_known')).toMatchObject({
      code: 'LK4003',
      message:
        'cap_known: exactly 1,000 rows came, which is a number at which many portals cut their answers off',
    });
    expect(await rowsOf('cap_known')).toBe(5);
    expect(await rowsOf('cap_off')).toBe(1000);
  });

  test('of a first load no version is said to stay', () => {
    expect(day1.node('bronze.empty_first').error).toMatchObject({
      code: 'LK4002',
      hint: 'see at the portal whether what `source:` of datasets/empty_first.yml asks for has rows; if this is right, run the same command with `--accept empty_first:empty`; nothing of empty_first is published yet',
    });
    expect(day1.node('bronze.cap_first').error).toMatchObject({
      code: 'LK4003',
      hint: 'the table is probably cut off there; if this is right, run the same command with `--accept cap_first:cap`; nothing of cap_first is published yet',
    });
    expect(errorOf('empty')?.hint).toMatch(/the last good version stays published$/);
  });

  test('F35: whole batches of a loader that fills its tables in the open are a table seen midway; elsewhere they are a count like any other', async () => {
    expect(errorOf('midway')).toMatchObject({
      code: 'LK4014',
      message:
        'midway: 6 rows before, 4 now, a multiple of 4: the portal seems to be in the middle of writing the table anew',
    });
    expect(await rowsOf('midway')).toBe(6);
    expect(await rowsOf('not_midway')).toBe(4);
  });

  test('a larger share than `max_row_drop` stops the load; the share itself does not', async () => {
    expect(errorOf('dropped')).toMatchObject({
      code: 'LK4004',
      message: 'dropped: 5 rows before, 2 now: 60.0 % fewer, at most 40 % are allowed',
    });
    expect(await rowsOf('dropped')).toBe(5);
    expect(await rowsOf('dropped_just_so')).toBe(3);
  });
});

describe('--accept', () => {
  test('of a guard or of a dataset publishes; what was refused is asked for again', async () => {
    project.serveDay(3);
    const accept = ['dropped:row_drop', 'empty', 'cap_listed:cap', 'cap_known:cap', 'midway:half_refreshed'];
    const { exitCode, stdout } = await runLake(project.root, [
      'build',
      ...accept.flatMap((one) => ['--accept', one]),
    ]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Done: ')]);
    expect(await rowsOf('dropped')).toBe(2);
    expect(await rowsOf('empty')).toBe(0);
    expect(await rowsOf('cap_known')).toBe(1000);
    expect(await rowsOf('miscounted')).toBe(6);
    expect(await rowsOf('miscounted_accepted')).toBe(6);
    expect(await rowsOf('short_trees')).toBe(6);
  });

  test('is recorded with the content that it was given for', async () => {
    const { load, parts } = await project.state('bronze.dropped');
    expect(load?.accepted).toMatchObject([{ guard: 'row_drop', hash: Object.values(parts!)[0]!.sha256 }]);
    expect((await project.state('bronze.empty')).load?.accepted?.map((one) => one.guard)).toEqual(['empty']);
    expect((await project.state('bronze.miscounted')).load?.accepted).toBeUndefined();
  });

  test.each([
    ['nothing', 'no dataset "nothing"'],
    ['empty:emtpy', 'no guard "emtpy"'],
  ])('of something else is a mistake: %s', async (text, said) => {
    const { exitCode, stderr } = await runLake(project.root, ['build', '--accept', text]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('meta.loads', () => {
  test('tells every load that was asked for: committed, rejected, failed, unchanged, and why', async () => {
    await project.build({ select: ['unchanged'], fullRefresh: true });
    const told = await loads();
    expect(told['miscounted']).toEqual([
      ['committed', 5, 'first load'],
      ['rejected', 6, 'miscounted: the portal counts 8 rows, 6 rows came'],
      ['committed', 6, '5 → 6 rows at the portal'],
    ]);
    expect(told['dropped']!.at(-1)).toEqual(['committed', 2, '5 → 2 rows at the portal; accepted: row_drop']);
    expect(told['unreadable']).toEqual([
      ['committed', 5, 'first load'],
      ['failed', null, expect.stringContaining('/datastore/dump/')],
      ['committed', 6, '5 → 6 rows at the portal'],
    ]);
    expect(told['unchanged']).toEqual([
      ['committed', 5, 'first load'],
      ['unchanged', null, 'asked, and nothing had changed'],
    ]);
  });
});
