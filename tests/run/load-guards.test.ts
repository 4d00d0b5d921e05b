/** What a load must show before it is committed; what it fails, the last good version outlives. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';
import type { Fault, PortalContent } from './support/portal.js';

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields: {tree_id: integer, species: varchar}
`,
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar}
guards: {max_row_drop: 40%, cap: [7]}
`,
};

const day = (n: number) => `2026-10-0${n}T10:00:00Z`;

interface Content {
  readonly trees?: number;
  readonly parks?: number;
  readonly at?: number;
  readonly faults?: readonly Fault[];
}

/** So many trees and parks; those that came later have a later cursor. */
function content({ trees = 4, parks = 5, at = 1, faults }: Content): PortalContent {
  return {
    socrata: {
      'tree-0001': {
        columns: { tree_id: 'number', species: 'text' },
        rows: Array.from({ length: trees }, (_, i) => ({
          tree_id: i,
          species: `s${i}`,
          ':id': `row-${i}`,
          ':updated_at': day(i < 4 ? 1 : at),
        })),
        at: day(at),
      },
    },
    ckan: {
      parks: {
        columns: { PARK: 'text' },
        rows: Array.from({ length: parks }, (_, i) => ({ PARK: `park ${i}` })),
        at: day(at),
      },
    },
    faults,
  };
}

let first: City;
let project: City;
beforeAll(async () => {
  first = city(FILES, content({}));
  await first.build();
});
afterAll(() => first.remove());
afterEach(() => project.remove());

const dayTwo = (changes: Content) => {
  project = first.copy();
  project.serve(content({ at: 2, ...changes }));
};
const silverRows = (name: string) =>
  project.query(`select count(*)::int from silver.${name}`).then((rows) => rows[0]![0]);
const loads = async (dataset: string) => {
  const sql = `select status, rows, reason from meta.loads where dataset = '${dataset}' order by loaded_at`;
  const { stdout } = await runLake(project.root, ['query', sql, '--output', 'json']);
  return (JSON.parse(stdout) as Record<string, unknown>[]).map((row) => Object.values(row));
};

describe('count: what the portal counts is what must land', () => {
  test('is asked again once, in key order by pages; then the load fails and the last version stays', async () => {
    dayTwo({ parks: 6, faults: [{ at: '*datastore_search*', kind: 'count', by: 2 }] });
    const built = await project.build({ exit: 1 });
    const { error } = built.node('bronze.parks');
    expect(error).toMatchObject({ code: 'LK4001', message: 'parks: the portal counts 8 rows, 6 rows came' });
    expect(error?.hint).toContain('--accept parks:count');
    expect(built.statuses).toMatchObject({ 'silver.parks': 'skipped', 'silver.trees': 'unchanged' });
    expect(project.versions()['bronze.parks']).toBe(0);
    expect(await silverRows('parks')).toBe(5);
    expect(await loads('parks')).toEqual([
      ['committed', 5, 'first load'],
      ['rejected', 6, 'parks: the portal counts 8 rows, 6 rows came'],
    ]);
    // Nothing of the refused load is remembered: the next run asks again.
    project.serve(content({ at: 2, parks: 6 }));
    await project.build();
    expect(await silverRows('parks')).toBe(6);
  });

  test('that was wrong only once heals by itself', async () => {
    // The counts of day 2: one when the dump is planned, one when it is asked for again.
    dayTwo({ parks: 6, faults: [{ at: '*datastore_search*limit=0*', kind: 'count', by: 2, times: 1 }] });
    const built = await project.build();
    expect(built.node('bronze.parks').reason).toBe('parks: the portal counts 8 rows, 6 rows came');
    expect(await silverRows('parks')).toBe(6);
  });

  test('heals when it was the rows that came short once, even if they are the rows of the last load', async () => {
    dayTwo({ parks: 6, faults: [{ at: '/datastore/dump/*', kind: 'rows', by: -1, times: 1 }] });
    await project.build();
    expect(await silverRows('parks')).toBe(6);
  });

  test('of an incremental load is the count of what changed', async () => {
    dayTwo({ trees: 6, faults: [{ at: '/resource/*.csv*', kind: 'rows', by: -1 }] });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.trees').error).toMatchObject({
      code: 'LK4001',
      message: 'trees (tree-0001): the portal counts 6 rows, 5 rows came',
    });
    expect(await silverRows('trees')).toBe(4);
  });
});

describe('empty, cap, row_drop', () => {
  test('an empty answer replaces no good table', async () => {
    dayTwo({ parks: 0 });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.parks').error).toMatchObject({
      code: 'LK4002',
      message: 'parks: the portal delivered no rows',
    });
    expect(await silverRows('parks')).toBe(5);
  });

  test('`allow_empty: true` accepts it where nothing was before', async () => {
    project = city(
      {
        ...FILES,
        'datasets/parks.yml': FILES['datasets/parks.yml'].replace('cap: [7]', 'allow_empty: true'),
      },
      content({ parks: 0 }),
    );
    await project.build();
    expect(await silverRows('parks')).toBe(0);
  });

  test('an honest count that equals a cap trips all the same; a cap that the manifest lists does, too', async () => {
    dayTwo({ parks: 7 });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.parks').error).toMatchObject({
      code: 'LK4003',
      message: 'parks: exactly 7 rows came, which is a cap that the manifest lists',
    });
    dayTwo({ parks: 1000 });
    expect((await project.build({ exit: 1 })).node('bronze.parks').error).toMatchObject({
      code: 'LK4003',
      message: 'parks: exactly 1,000 rows came, which is Socrata’s default $limit',
    });
    expect(await silverRows('parks')).toBe(5);
  });

  test('`cap: false` switches that off', async () => {
    dayTwo({ parks: 1000 });
    project.write({ 'datasets/parks.yml': FILES['datasets/parks.yml'].replace('cap: [7]', 'cap: false') });
    await project.build();
    expect(await silverRows('parks')).toBe(1000);
  });

  test('losing a larger share than `max_row_drop` stops the load; the share itself does not', async () => {
    dayTwo({ parks: 2 });
    const built = await project.build({ exit: 1 });
    expect(built.node('bronze.parks').error).toMatchObject({
      code: 'LK4004',
      message: 'parks: 5 rows before, 2 now: 60.0 % fewer, at most 40 % are allowed',
    });
    expect(await silverRows('parks')).toBe(5);
    project.serve(content({ at: 2, parks: 3 }));
    await project.build();
    expect(await silverRows('parks')).toBe(3);
  });
});

describe('--accept', () => {
  test('of one guard publishes, and is recorded with the content it was given for', async () => {
    dayTwo({ parks: 2 });
    const accepted = await runLake(project.root, ['build', '--accept', 'parks:row_drop']);
    expect(accepted.exitCode).toBe(0);
    expect(await silverRows('parks')).toBe(2);
    const state = await project.state('bronze.parks');
    expect(state.load?.accepted).toEqual([
      { guard: 'row_drop', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(state.load?.accepted?.[0]?.hash).toBe(Object.values(state.parts!)[0]!.sha256);
    const [, last] = await loads('parks');
    expect(last).toEqual(['committed', 2, '5 → 2 rows at the portal; accepted: row_drop']);
  });

  test('of another guard or dataset does not', async () => {
    dayTwo({ parks: 2 });
    const accept = new Map<string, Set<string> | 'all'>([
      ['parks', new Set(['cap', 'count'])],
      ['trees', 'all'],
    ]);
    expect((await project.build({ accept, exit: 1 })).node('bronze.parks').error?.code).toBe('LK4004');
  });

  test('of a dataset accepts all of its guards', async () => {
    dayTwo({ parks: 0 });
    await project.build({ accept: new Map([['parks', 'all']]) });
    expect(await silverRows('parks')).toBe(0);
    const state = await project.state('bronze.parks');
    expect(state.load?.accepted?.map((one) => one.guard)).toEqual(['empty']);
  });

  test('of a count keeps what came', async () => {
    dayTwo({ parks: 6, faults: [{ at: '*datastore_search*', kind: 'count', by: 2 }] });
    await project.build({ accept: new Map([['parks', new Set(['count'])]]) });
    expect(await silverRows('parks')).toBe(6);
  });

  test.each([
    ['nothing', 'no dataset "nothing"'],
    ['parks:cout', 'no guard "cout"'],
  ])('that names something else is a mistake: %s', async (text, said) => {
    project = first.copy();
    const { exitCode, stderr } = await runLake(project.root, ['build', '--accept', text]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('a load that failed', () => {
  test('is told by meta.loads with its reason, as are those that found nothing new', async () => {
    dayTwo({ parks: 6, faults: [{ at: '/datastore/dump/*', kind: 'html' }] });
    await project.build({ exit: 1 });
    project.serve(content({}));
    await project.build({ fullRefresh: true });
    const [, failed, unchanged] = await loads('parks');
    expect(failed).toEqual(['failed', null, expect.any(String)]);
    expect(unchanged).toEqual(['unchanged', null, 'asked, and nothing had changed']);
  });
});
