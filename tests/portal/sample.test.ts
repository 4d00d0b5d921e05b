import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePortal, ensureSample, type RunningPortal, startPortal } from '../../src/portal/index.js';
import { parseCsv } from '../../src/portal/rows/parse-csv.js';
import { fateOf, itemsUntil } from '../../src/portal/sample/history.js';
import { shootings } from '../../src/portal/sample/toronto-shootings.js';
import { ask, folderOf } from './portal-fixture.js';

type Row = Record<string, string | null>;

let root: string;
const dayFolder = (day: number) => path.join(root, `day-${day}`);

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lake-sample-'));
  await ensureSample(dayFolder(1), { day: 1, seed: 1 });
  await cp(dayFolder(1), dayFolder(2), { recursive: true });
  await ensureSample(dayFolder(2), { day: 2, seed: 1 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function hashes(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found[path.relative(folder, file)] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }
  return found;
}

async function table(day: number, file: string): Promise<Row[]> {
  const rows: Row[] = [];
  let names: string[] = [];
  parseCsv(await readFile(path.join(dayFolder(day), file), 'utf8'), {
    header: (header) => {
      names = header;
    },
    row: (values) => rows.push(Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]))),
    fail: (why) => new Error(why),
  });
  return rows;
}

describe('the folder', () => {
  it('is the same bytes for the same day and seed, wherever and whenever it is made', async () => {
    const again = path.join(root, 'again');
    await ensureSample(again, { day: 1, seed: 1 });
    expect(await hashes(again)).toEqual(await hashes(dayFolder(1)));
  });

  it('is left alone when it is right, and replaced as a whole when it is of another day', async () => {
    const made = await stat(path.join(dayFolder(2), 'portal.yml'));
    await ensureSample(dayFolder(2), { day: 2, seed: 1 });
    expect((await stat(path.join(dayFolder(2), 'portal.yml'))).ino).toBe(made.ino);
    expect(await readFile(path.join(dayFolder(2), '.sample.json'), 'utf8')).toContain('"day":2');
    expect((await readdir(root)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('is never written over something else', async () => {
    const folder = await folderOf({ 'notes.txt': 'mine' });
    await expect(ensureSample(folder, { day: 1, seed: 1 })).rejects.toMatchObject({
      code: 'LK7104',
      message: `${folder} holds something else than a sample portal`,
    });
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  it('differs with the seed', () => {
    const bytes = (seed: number) => shootings({ day: 1, seed }).bytes;
    expect(bytes(2).equals(bytes(1))).toBe(false);
  });

  it('counts about 60,000 rows, and counts them rightly', async () => {
    const told = await describePortal(dayFolder(1));
    const total = told.reduce((sum, line) => sum + (line.rows ?? 0), 0);
    expect(total).toBeGreaterThan(57_000);
    expect(total).toBeLessThan(66_000);
    const crashes = told.find((line) => line.id === 'h9gi-nx95');
    expect(crashes?.rows).toBe((await table(1, 'nyc/crashes.csv')).length);
  });
});

describe('from day 1 to day 2', () => {
  const moved = (before: Row[], after: Row[], key: string) => {
    const old = new Map(before.map((row) => [row[key], JSON.stringify(row)]));
    const now = new Map(after.map((row) => [row[key], JSON.stringify(row)]));
    return {
      added: [...now.keys()].filter((id) => !old.has(id)).length,
      withdrawn: [...old.keys()].filter((id) => !now.has(id)).length,
      changed: [...now].filter(([id, row]) => old.has(id) && old.get(id) !== row).length,
    };
  };

  it('only shootings, major crimes, crashes and the newest 311 requests move', async () => {
    const [before, after] = [await hashes(dayFolder(1)), await hashes(dayFolder(2))];
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(
      Object.keys(after)
        .filter((file) => after[file] !== before[file])
        .sort(),
    ).toEqual([
      '.sample.json',
      'la/requests-2026.csv',
      'nyc/crashes.csv',
      'portal.yml',
      'toronto/major-crime-indicators.csv',
      'toronto/shootings-firearm-discharges.csv',
    ]);
  });

  it('rows are added, changed and withdrawn', async () => {
    const file = 'toronto/shootings-firearm-discharges.csv';
    const [before, after] = [await table(1, file), await table(2, file)];
    expect(moved(before, after, 'EVENT_UNIQUE_ID')).toEqual({ added: 14, withdrawn: 3, changed: 9 });
    const crimes = 'toronto/major-crime-indicators.csv';
    const ids = async (day: number) => new Set((await table(day, crimes)).map((row) => row.EVENT_UNIQUE_ID));
    const [old, now] = [await ids(1), await ids(2)];
    expect([...now].filter((id) => !old.has(id))).toHaveLength(90);
    expect([...old].filter((id) => !now.has(id))).toHaveLength(12);
  });

  it('changed and new crashes are newer than all before, kept ones keep their :id, withdrawn ones leave no trace', async () => {
    const [before, after] = [await table(1, 'nyc/crashes.csv'), await table(2, 'nyc/crashes.csv')];
    expect(moved(before, after, 'collision_id')).toEqual({ added: 20, withdrawn: 4, changed: 25 });
    const newest =
      before
        .map((row) => row[':updated_at'] ?? '')
        .sort()
        .at(-1) ?? '';
    const newer = after.filter((row) => (row[':updated_at'] ?? '') > newest);
    expect(newer).toHaveLength(20 + 25);
    const idOf = new Map(before.map((row) => [row.collision_id, row[':id']]));
    expect(
      after.every((row) => !idOf.has(row.collision_id) || idOf.get(row.collision_id) === row[':id']),
    ).toBe(true);
    const people = [...(await table(1, 'nyc/persons.csv')), ...(await table(1, 'nyc/vehicles.csv'))];
    const known = new Set(after.map((row) => row.collision_id));
    expect(people.filter((row) => !known.has(row.collision_id))).toEqual([]);
  });

  it('every later day follows from its number alone', () => {
    const movement = { base: 97, addedPerDay: 3, changedPerDay: 4, withdrawnPerDay: 2, withdrawable: 0.3 };
    for (let day = 2; day <= 40; day++) {
      const now = Array.from({ length: itemsUntil(movement, day) }, (_, item) =>
        fateOf(movement, 5, item, day),
      );
      const past = now.map((_, item) =>
        item < itemsUntil(movement, day - 1) ? fateOf(movement, 5, item, day - 1) : undefined,
      );
      const gone = past.filter((fate, item) => fate !== undefined && now[item] === undefined).length;
      expect(gone).toBeLessThanOrEqual(2);
      expect(
        past.some(
          (fate, item) =>
            fate === undefined && now[item] !== undefined && item < itemsUntil(movement, day - 1),
        ),
      ).toBe(false);
      const today = now.filter((fate) => fate?.since === day).length;
      expect(today).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('the quirks of the real tables', () => {
  it('major crimes: above the cap, exact duplicates, padded weekdays, NSA, no coordinates', async () => {
    const rows = await table(1, 'toronto/major-crime-indicators.csv');
    expect(rows.length).toBeGreaterThan(32_000);
    expect(rows.length - new Set(rows.map((row) => JSON.stringify(row))).size).toBeGreaterThan(1000);
    expect(new Set(rows.map((row) => row.REPORT_DOW?.length))).toEqual(new Set([10]));
    for (const value of ['DIVISION', 'HOOD_158'] as const)
      expect(rows.some((row) => row[value] === 'NSA')).toBe(true);
    expect(rows.some((row) => row.LONG_WGS84 === '0' && row.LAT_WGS84 === '0')).toBe(true);
    expect(Object.keys(rows[0] ?? {})).toContain('CSI_CATEGORY');
  });

  it('shootings: a unique key, some epoch dates, padded hoods, 5.68e-14', async () => {
    const rows = await table(1, 'toronto/shootings-firearm-discharges.csv');
    expect(new Set(rows.map((row) => row.EVENT_UNIQUE_ID)).size).toBe(rows.length);
    const epochs = rows.filter((row) => /^[0-9]+$/.test(row.OCC_DATE ?? ''));
    expect(epochs.length).toBeGreaterThan(3);
    for (const row of epochs) {
      const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Toronto' }).format(
        Number(row.OCC_DATE),
      );
      expect(Number(day.slice(8))).toBe(Number(row.OCC_DAY));
    }
    expect(rows.some((row) => row.HOOD_158?.startsWith('0'))).toBe(true);
    expect(rows.some((row) => row.LAT_WGS84 === '5.08888749034163e-14')).toBe(true);
  });

  it('homicides: one row a victim, epoch dates, geometry in Python’s spelling', async () => {
    const rows = await table(1, 'toronto/homicides.csv');
    const duplicates = rows.length - new Set(rows.map((row) => JSON.stringify(row))).size;
    expect(duplicates).toBeGreaterThan(60);
    expect(
      rows.every((row) => /^[0-9]+$/.test(row.OCC_DATE ?? '') && row.geometry?.startsWith("{'type'")),
    ).toBe(true);
  });

  it('LA: eleven years, two without the organization, numbers of 11 and 12 characters, the year 3020', async () => {
    const years = Array.from({ length: 11 }, (_, i) => 2016 + i);
    const rows = (await Promise.all(years.map((year) => table(1, `la/requests-${year}.csv`)))) as Row[][];
    const without = years.filter((_, i) => !('createdbyuserorganization' in (rows[i]?.[0] ?? {})));
    expect(without).toEqual([2017, 2018]);
    const all = rows.flat();
    expect(all.every((row) => /^1-[0-9]{9,10}$/.test(row.srnumber ?? ''))).toBe(true);
    expect(all.length - new Set(all.map((row) => row.srnumber)).size).toBe(3);
    expect(all.some((row) => row.servicedate?.startsWith('3020'))).toBe(true);
    expect(all.some((row) => (row.closeddate ?? '9') < (row.createddate ?? ''))).toBe(true);
  });

  it('wellbeing: three sheets, a title row, then the header and 140 rows', async () => {
    const { read, utils } = await import('@e965/xlsx');
    const book = read(await readFile(path.join(dayFolder(1), 'toronto/wellbeing-toronto-safety.xlsx')));
    expect(book.SheetNames).toEqual([
      'IndicatorMetaData',
      'RawData-Ref Period 2008',
      'RawData-Ref Period 2011',
    ]);
    const sheets = book.SheetNames.slice(1).map((name) =>
      utils.sheet_to_json<unknown[]>(book.Sheets[name]!, { header: 1 }),
    );
    expect(sheets.map((rows) => [rows.length, rows[1]?.length])).toEqual([
      [142, 18],
      [142, 16],
    ]);
    expect(sheets[0]?.[0]?.filter((cell) => cell !== undefined)).toEqual(['Safety']);
    expect(sheets[0]?.[2]?.slice(0, 2)).toEqual(['West Humber-Clairville', 1]);
  });
});

describe('over HTTP', () => {
  const toronto = 'https://ckan0.cf.opendata.inter.prod-toronto.ca';
  let portal: RunningPortal;

  beforeAll(async () => {
    portal = await startPortal({ folder: dayFolder(1) });
  });
  afterAll(() => portal.close());

  it('major crimes arrive in two pages of datastore_search, and whole in the dump', async () => {
    const shown = (await ask(portal, `${toronto}/api/3/action/package_show?id=major-crime-indicators`)).json()
      .result;
    const { id } = shown.resources[0];
    const page = async (offset: number) =>
      (
        await ask(
          portal,
          `${toronto}/api/3/action/datastore_search?resource_id=${id}&limit=40000&offset=${offset}&sort=_id`,
        )
      ).json().result;
    const first = await page(0);
    expect([first.limit, first.records.length]).toEqual([32_000, 32_000]);
    const second = await page(32_000);
    expect(first.records.length + second.records.length).toBe(first.total);
    expect(second.records[0]._id).toBe(32_001);
    const dump = await ask(portal, `${toronto}/datastore/dump/${id}`);
    expect(dump.text.split('\n')).toHaveLength(first.total + 2);
  });

  it('crashes come in pages by :id, each row once, and by :updated_at', async () => {
    const url = 'https://data.cityofnewyork.us/resource/h9gi-nx95';
    const total = Number((await ask(portal, `${url}.json?$select=count(*)`)).json()[0].count);
    const ids: string[] = [];
    for (let offset = 0; offset < total; offset += 1500) {
      const rows = (
        await ask(portal, `${url}.json?$select=:id,collision_id&$order=:id&$limit=1500&$offset=${offset}`)
      ).json();
      ids.push(...rows.map((row: Row) => String(row[':id'])));
    }
    expect([ids.length, new Set(ids).size]).toEqual([total, total]);
    expect(ids).toEqual(ids.toSorted());
  });

  it('one match’s events are nested JSON with a strong ETag', async () => {
    const base = 'https://raw.githubusercontent.com/statsbomb/open-data/master/data';
    const matches = (await ask(portal, `${base}/matches/11/90.json`)).json();
    expect(matches).toHaveLength(6);
    const { json, headers } = await ask(portal, `${base}/events/${matches[0].match_id}.json`);
    expect(headers.etag).toMatch(/^"[0-9a-f]{64}"$/);
    const events = json();
    expect(events.length).toBeGreaterThanOrEqual(400);
    expect(events.length).toBeLessThanOrEqual(850);
    const shots = events.filter((event: { shot?: unknown }) => event.shot !== undefined);
    const ends = new Set(
      shots.map((event: { shot: { end_location: number[] } }) => event.shot.end_location.length),
    );
    expect(ends).toEqual(new Set([2, 3]));
    const goals = shots.filter(
      (event: { shot: { outcome: { name: string } } }) => event.shot.outcome.name === 'Goal',
    );
    expect(goals).toHaveLength(matches[0].home_score + matches[0].away_score);
  });

  it('metadata is answered without opening a table', async () => {
    const folder = path.join(root, 'unread');
    await cp(dayFolder(1), folder, { recursive: true });
    const unread = await startPortal({ folder });
    // Same size, no table any more: only who reads rows can notice.
    const file = path.join(folder, 'nyc/crashes.csv');
    await writeFile(file, Buffer.alloc((await stat(file)).size, 'x'));
    const url = 'https://data.cityofnewyork.us';
    expect((await ask(unread, `${url}/resource/h9gi-nx95.json?$select=count(*)`)).json()).toEqual([
      { count: '4001' },
    ]);
    expect((await ask(unread, `${url}/api/views/h9gi-nx95.json`)).json().columns).toHaveLength(29);
    expect((await ask(unread, `${url}/resource/h9gi-nx95.json`)).status).toBe(500);
    await unread.close();
  });
});
