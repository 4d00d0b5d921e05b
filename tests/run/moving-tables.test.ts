/** Tables that change while they are read, and portals that count or page wrongly: nothing is silently missing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject, rowsOf, withLakes } from './support/city.js';
import { rowId, rowIds, type SodaServer, type SodaTable, sodaServer } from './support/soda-server.js';

const steady = (table: Partial<SodaTable>): SodaTable => ({ rows: rowIds(1, 30), cap: 10, ...table });

/** Name of the dataset → its table. */
const TABLES = {
  // A row comes in front of all others when the first page was read: all behind it move by one.
  inserted: steady({
    onPage: (table, page) => {
      if (page === 1) table.rows.push(rowId(0));
    },
  }),
  // One goes and one comes: the count stays, and row 11, which moved up, is on no page.
  swapped: steady({
    headers: { 'X-SODA2-Truth-Last-Modified': 'Sun, 27 Apr 2025 15:12:09 GMT' },
    onPage: (table, page) => {
      if (page !== 1) return;
      table.rows = rowIds(2, 31);
      table.headers = { 'X-SODA2-Truth-Last-Modified': 'Sun, 27 Apr 2025 15:12:10 GMT' };
    },
  }),
  // The second page begins with the last row of the first.
  overlapping: steady({ cap: 11, slices: { 11: [10, 22], 22: [21, 30] } }),
  repeating: steady({ ignoresOffset: true }),
  lying: steady({ count: (table) => table.rows.length + 1 }),
  endless: steady({ count: () => 1e15 }),
  // The portal empties the table and fills it anew while it is read, and does not come to an end of it.
  refilled: steady({
    rows: rowIds(1000, 1029),
    onPage: (table, page) => {
      if (page === 2) table.rows = rowIds(1000, 1024);
      if (page > 2) table.rows.push(rowId(900 - page));
    },
  }),
  lagging: steady({
    headers: {
      'X-SODA2-Truth-Last-Modified': 'Sun, 27 Apr 2025 15:12:09 GMT',
      'X-SODA2-Secondary-Last-Modified': 'Sun, 27 Apr 2025 14:00:00 GMT',
      'X-SODA2-Data-Out-Of-Date': 'true',
    },
  }),
  // The first answer to the count has no row.
  wordless: steady({ count: (table, turn) => (turn === 0 ? Number.NaN : table.rows.length), key: 'COUNT' }),
  hiding: steady({ listed: ['secret', ':@computed_region_x'] }),
  closed: steady({ status: 403 }),
  // More than a hundred thousand rows, two pages at least: its safe reading is worth dividing.
  large: steady({
    rows: rowIds(1, 120_000),
    cap: 50_000,
    onPage: (table, page) => {
      if (page === 1) table.rows.push(rowId(0));
    },
  }),
  // The same, of a portal that does not tell where its keys lie.
  whole: steady({
    rows: rowIds(1, 100_000),
    cap: 50_000,
    hidesKeys: true,
    onPage: (table, page) => {
      if (page === 1) table.rows.push(rowId(0));
    },
  }),
} satisfies Record<string, SodaTable>;

const idOf = (name: string) => `${name.slice(0, 4)}-0001`.replace(/[^a-z0-9-]/g, '0');

let server: SodaServer;
let project: TempProject;
let built: Built;
beforeAll(async () => {
  server = await sodaServer({
    ...Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [idOf(name), table])),
    'year-2024': steady({ count: (table, turn) => table.rows.length + (turn === 0 ? 1 : 0) }),
    'year-2025': steady({ rows: rowIds(101, 130) }),
  });
  const manifest = (name: string) => [
    `datasets/${name}.yml`,
    `dataset: ${name}\nportal: soda\nsource: {id: ${idOf(name)}}\nkey: [n]\nfields: {n: integer}\n`,
  ];
  project = tempProject({
    'project.yml': `name: moving\nprofile: moving\nportals: {soda: {type: socrata, url: '${server.origin}'}}\n`,
    'profiles.yml':
      'moving: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
    ...Object.fromEntries(Object.keys(TABLES).map(manifest)),
    'datasets/yearly.yml': `dataset: yearly
portal: soda
source: {family: {year: {2024: year-2024, 2025: year-2025}}}
key: [n]
fields: {n: integer}
`,
  });
  built = await buildProject(project.root, { exit: 1 });
});
afterAll(async () => {
  project.remove();
  await server.close();
});

const stateOf = async (name: string) =>
  (await (await openLake({ type: 'local', path: 'lake' }, project.root)).head(`silver.${name}`))?.state;
const pagesOf = (name: string) => server.asked(idOf(name)).filter((path) => path.includes('.csv'));

describe('a table that changes while it is read', () => {
  test('F11: rows that shift between pages are noticed by the count before and after, and read again by key', async () => {
    expect(built.node('bronze.inserted')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining(
        'the table changed while it was read: 30 rows before, 31 after, 29 came',
      ),
    });
    expect((await stateOf('inserted'))?.rows).toBe(31);
    expect(pagesOf('inserted').at(-1)).toContain(":id > 'row-000029'");
  });

  test('F11: a row that goes while another comes leaves the count as it was; the portal’s date of the data tells, and no row is missed', async () => {
    expect(built.node('bronze.swapped')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining(
        'the table changed while it was read: 30 rows before, 30 after, 30 came',
      ),
    });
    const rows = await withLakes(project.root, ['lake'], (connection) =>
      rowsOf(connection, 'select n from silver.swapped order by n'),
    );
    expect(rows.flat()).toEqual(Array.from({ length: 30 }, (_, i) => i + 2));
    expect(pagesOf('swapped').at(-1)).toContain(`:id > '${rowId(31)}'`);
  });

  test('F11: a large table that moved is read again in ranges of its keys at once, and every row once', async () => {
    expect(built.node('bronze.large').status).toBe('success');
    expect((await stateOf('large'))?.rows).toBe(120_001);
    const safe = pagesOf('large').slice(3);
    expect(safe.filter((path) => path.includes("$where=:id <= 'row-059999'"))).toHaveLength(1);
    expect(safe.filter((path) => path.includes("$where=:id > 'row-059999'"))).toHaveLength(1);
  });

  test('F11: where the portal does not tell its keys, such a table is read from key to key', async () => {
    expect(built.node('bronze.whole').status).toBe('success');
    expect((await stateOf('whole'))?.rows).toBe(100_001);
    expect(pagesOf('whole').filter((path) => path.includes(':id >')).length).toBeGreaterThan(1);
    expect(pagesOf('whole').some((path) => path.includes(':id <='))).toBe(false);
  });

  test('F11: a table that is being filled anew fails its load in words that say so', () => {
    expect(built.node('bronze.refilled').error).toMatchObject({
      code: 'LK4001',
      message: expect.stringMatching(
        /the table changed while it was read: \d+ rows before, \d+ after, \d+ came$/,
      ),
      hint: expect.stringMatching(
        /^the portal may be in the middle of a refresh; run the same command again/,
      ),
    });
  });

  test('F12: rows that two pages both deliver are kept once and counted', async () => {
    expect(built.node('bronze.overlapping')).toMatchObject({
      status: 'success',
      notes: [`${idOf('overlapping')}: 2 rows came twice, on two pages; each is kept once`],
    });
    expect((await stateOf('overlapping'))?.accounting).toMatchObject({ bronze: 32, silver: 30, overlap: 2 });
  });
});

describe('a portal that counts or pages wrongly', () => {
  test('F15: of several parts only the one that does not fit is read again', async () => {
    expect(built.node('bronze.yearly')).toMatchObject({
      status: 'success',
      reason: expect.stringMatching(/^1 of 2 parts: yearly \(2024 \(year-2024\)\): the table changed/),
    });
    expect((await stateOf('yearly'))?.rows).toBe(60);
    const pages = (id: string) => server.asked(id).filter((path) => path.includes('.csv'));
    expect(pages('year-2025')).toHaveLength(3);
    expect(pages('year-2024').length).toBeGreaterThan(3);
  });

  test('F14: one that sends the same page for every offset is asked by key instead', async () => {
    expect(built.node('bronze.repeating')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining('the same page'),
    });
    expect((await stateOf('repeating'))?.rows).toBe(30);
  });

  test('F15: one whose total is wrong twice fails, after one more and safer try', () => {
    expect(built.node('bronze.lying').error).toMatchObject({
      code: 'LK4001',
      message: expect.stringMatching(/the portal counts 31 rows, 30 rows came$/),
    });
    expect(pagesOf('lying').filter((path) => path.includes(':id > '))).toHaveLength(3);
  });

  test('B29: a count beyond all tables is not believed, and nothing is asked for', () => {
    expect(built.node('bronze.endless').error).toMatchObject({ code: 'LK3005' });
    expect(pagesOf('endless')).toEqual([]);
  });

  test('a steady table is asked once more: for its count', () => {
    const asked = server.asked(idOf('lagging'));
    expect(asked.filter((path) => path.includes('count(*)'))).toHaveLength(2);
    expect(pagesOf('lagging')).toHaveLength(3);
  });
});

describe('what Socrata says beside the rows', () => {
  test('B13: an answer from a copy that lags behind is told', () => {
    expect(built.node('bronze.lagging')).toMatchObject({
      status: 'success',
      notes: [
        `${idOf('lagging')}: the portal answers from a copy of Sun, 27 Apr 2025 14:00:00 GMT, while its data is of Sun, 27 Apr 2025 15:12:09 GMT; the next run will ask again`,
      ],
    });
  });

  test('B13: a count is read whatever case its key has, and asked for again where it is not one', () => {
    expect(built.node('bronze.wordless')).toMatchObject({ status: 'success', rows: 30 });
  });

  test('B13: columns that the portal lists and does not deliver are told', () => {
    expect(built.node('bronze.hiding')).toMatchObject({
      status: 'success',
      notes: [`${idOf('hiding')}: the portal lists columns that it does not deliver: secret`],
    });
  });

  test('B13: rows that are closed without an app token say where one is made', () => {
    expect(built.node('bronze.closed').error).toMatchObject({
      code: 'LK3002',
      message: expect.stringMatching(
        /^Rows of dataset clos-0001 at 127\.0\.0\.1:\d+ are not open without an app token$/,
      ),
      hint: expect.stringContaining('/profile/edit/developer_settings'),
    });
  });
});
