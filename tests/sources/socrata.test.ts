import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scanCsv } from '../../src/fetch/pages/scan-csv.js';
import { sourceFor } from '../../src/sources/index.js';
import type { Probe, SourceContext } from '../../src/sources/types.js';
import { failure, portal, scope, world } from '../fetch/world.js';
import { sourceConformance } from './conformance.js';
import { dataset } from './manifest.js';
import { type SocrataSite, socrataSite } from './socrata-server.js';

const socrata = sourceFor('socrata');

sourceConformance('Socrata dataset', {
  type: 'socrata',
  dataset: () => dataset({ id: 'h9gi-nx95' }),
  serve: async () => {
    const site = await socrataSite();
    return {
      site: site.site,
      rows: 60,
      parts: 1,
      change: () => {
        site.updated += 1;
      },
    };
  },
  missing: {
    dataset: () => dataset({ id: 'none-none' }),
    code: 'LK3001',
    message: (origin) => `There is no dataset none-none at ${origin.slice('http://'.length)}`,
  },
});

sourceConformance('Socrata family', {
  type: 'socrata',
  dataset: () => dataset({ family: { variable: 'year', members: { 2017: 'd4vt-q4t5', 2018: 'h65r-yf5i' } } }),
  serve: async () => {
    const site = await socrataSite();
    return {
      site: site.site,
      rows: 120,
      parts: 2,
      change: () => {
        site.updated += 1;
      },
    };
  },
  missing: {
    dataset: () =>
      dataset({ family: { variable: 'year', members: { 2017: 'd4vt-q4t5', 2019: 'none-none' } } }),
    code: 'LK3001',
    message: (origin) => `There is no dataset 2019 (none-none) at ${origin.slice('http://'.length)}`,
  },
});

const upsert = { mode: 'upsert', cursor: ':updated_at' } as const;

async function open(
  source: Parameters<typeof dataset>[0],
  load = {},
  change: (site: SocrataSite) => void = () => {},
) {
  const site = await socrataSite();
  change(site);
  const { origin } = site.site;
  const { fetcher } = await world(origin, { portal: { type: 'socrata' } });
  const context: SourceContext = {
    dataset: dataset(source, load),
    portal: portal(origin, { type: 'socrata' }),
  };
  const client = fetcher.client(scope);
  return { site, origin, fetcher, context, client, discover: () => socrata.discover(context, client) };
}

describe('a dataset', () => {
  it('is looked at by its metadata and a count; an unchanged one by its metadata alone', async () => {
    const { site, context, client, discover } = await open({ id: 'h9gi-nx95' }, upsert);
    const [part] = await discover();
    const probe = await socrata.probe(part!, context, client);
    expect(probe).toEqual({
      exists: true,
      requests: 2,
      count: 60,
      columns: ['collision_id', 'borough'],
      fingerprint: expect.stringMatching(/^1745766729 [0-9a-f]{12}$/),
      updatedAt: '2025-04-27T15:12:09.000Z',
      pageCap: 50_000,
    });
    const since = { column: ':updated_at', value: '2024-05-29T00:00:00.000Z' };
    expect(await socrata.probe(part!, context, client, since, probe)).toEqual({
      ...probe,
      requests: 1,
      countSince: 0,
    });
    site.updated += 1;
    expect(await socrata.probe(part!, context, client, since, probe)).toMatchObject({
      requests: 3,
      count: 60,
      countSince: 4,
    });
    expect(site.site.seen.map(({ path }) => decodeURIComponent(path))).toEqual([
      '/api/views/h9gi-nx95.json',
      '/resource/h9gi-nx95.json?$select=count(*)',
      '/api/views/h9gi-nx95.json',
      '/api/views/h9gi-nx95.json',
      '/resource/h9gi-nx95.json?$select=count(*)',
      "/resource/h9gi-nx95.json?$select=count(*)&$where=:updated_at >= '2024-05-29T00:00:00.000Z'",
    ]);
  });

  it('is asked for in pages by :id; the star stands first, as SoQL wants it', async () => {
    const { origin, context, discover } = await open({ id: 'h9gi-nx95' });
    const [part] = await discover();
    const made = socrata.requests(part!, { exists: true, requests: 2, count: 120_000 }, context, {
      strategy: 'fast',
    });
    expect(
      made.requests.map(({ id, url, offset, limit }) => ({
        id,
        url: url.slice(origin.length),
        offset,
        limit,
      })),
    ).toEqual(
      [0, 50_000, 100_000].map((offset) => ({
        id: `p${String(offset).padStart(10, '0')}`,
        url: `/resource/h9gi-nx95.csv?$select=*,:id&$order=:id&$limit=50000&$offset=${offset}`,
        offset,
        limit: 50_000,
      })),
    );
    expect(made).toMatchObject({ expectedRows: 120_000, decode: { format: 'csv', rowId: ':id' } });
  });

  it('since a cursor: the cursor’s field comes along, and the rows from it on', async () => {
    const { fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' }, upsert);
    const [part] = await discover();
    const since = { column: ':updated_at', value: '2024-05-30T00:00:00.000Z' };
    const probe = await socrata.probe(part!, context, client, since);
    const made = socrata.requests(part!, probe, context, { strategy: 'fast', since });
    expect(decodeURIComponent(made.requests[0]!.url.split('?')[1]!)).toBe(
      "$select=*,:id,:updated_at&$where=:updated_at >= '2024-05-30T00:00:00.000Z'&$order=:id&$limit=50000&$offset=0",
    );
    expect(made.expectedRows).toBe(2);
    const landed = await fetcher.fetchPart(scope, {
      partId: part!.id,
      ...part!,
      kind: 'incremental',
      ...made,
    });
    expect((await scanCsv(landed.files[0]!.path)).records).toBe(2);
  });

  it('a cursor’s value and name cannot leave their place in the query', async () => {
    const { context, discover } = await open({ id: 'h9gi-nx95' }, upsert);
    const [part] = await discover();
    const since = { column: 'a` or 1=1', value: "x' or '1'='1" };
    const made = socrata.requests(part!, { exists: true, requests: 0, countSince: 1 }, context, {
      strategy: 'fast',
      since,
    });
    expect(new URL(made.requests[0]!.url).searchParams.get('$where')).toBe(
      "`a or 1=1` >= 'x'' or ''1''=''1' OR `a or 1=1` IS NULL",
    );
  });

  it('nothing new is no request; an empty table is one, for its columns', async () => {
    const { context, discover } = await open({ id: 'h9gi-nx95' }, upsert);
    const [part] = await discover();
    const since = { column: ':updated_at', value: '2024-05-30T00:00:00.000Z' };
    const probe: Probe = { exists: true, requests: 3, count: 0, countSince: 0 };
    expect(socrata.requests(part!, probe, context, { strategy: 'fast', since })).toMatchObject({
      requests: [],
      expectedRows: 0,
    });
    expect(socrata.requests(part!, probe, context, { strategy: 'fast' })).toMatchObject({
      requests: [{ offset: 0 }],
      expectedRows: 0,
    });
  });

  it.each([
    [{ id: 'priv-ate1' }, 'LK3002', 'Dataset priv-ate1 at HOST is not public (HTTP 403)'],
    [{ id: 'not an id' }, 'LK3006', '"not an id" is not a Socrata id'],
  ])('%j', async (source, code, message) => {
    const { origin, context, client, discover } = await open(source);
    const error = await failure(discover().then(([part]) => socrata.probe(part!, context, client)));
    expect(error).toMatchObject({ code, message: message.replace('HOST', origin.slice('http://'.length)) });
  });

  it('B13: an id that is a map and no table is refused, with what to use instead', async () => {
    const { origin, context, client, discover } = await open({ id: 'h9gi-nx95' }, {}, (site) => {
      site.viewType = 'geo';
    });
    const [part] = await discover();
    expect(await failure(socrata.probe(part!, context, client))).toMatchObject({
      code: 'LK3007',
      message: `Dataset h9gi-nx95 at ${origin.slice('http://'.length)} is not a table but of type "geo"`,
    });
  });
});

describe('pages shorter than asked for', () => {
  it('F13: all rows come, once each, in pages of the size that the server really gives', async () => {
    const { site, fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' }, {}, (one) => {
      one.cap = 7;
    });
    const [part] = await discover();
    const probe = { ...(await socrata.probe(part!, context, client)), pageCap: 25 };
    const made = socrata.requests(part!, probe, context, { strategy: 'fast' });
    expect(made.requests.map(({ offset }) => offset)).toEqual([0, 25, 50]);
    const before = site.site.seen.length;
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    const offsets = site.site.seen.slice(before).map(({ path }) => Number(/offset=(\d+)/.exec(path)![1]));
    expect(offsets.toSorted((a, b) => a - b)).toEqual([0, 7, 14, 21, 25, 32, 39, 46, 50, 57]);
    expect(landed.files.map(({ requestId }) => Number(requestId.slice(1)))).toEqual(
      offsets.toSorted((a, b) => a - b),
    );
    let rows = 0;
    for (const { path } of landed.files) rows += (await scanCsv(path)).records;
    expect(rows).toBe(60);
  });

  it('a table that shrank meanwhile ends without a loop', async () => {
    const { site, fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' });
    const [part] = await discover();
    const made = socrata.requests(part!, await socrata.probe(part!, context, client), context, {
      strategy: 'fast',
    });
    site.rows.length = 59;
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    let rows = 0;
    for (const { path } of landed.files) rows += (await scanCsv(path)).records;
    expect(rows).toBe(59);
    expect(landed.files).toHaveLength(2);
  });
});

describe('the safe way', () => {
  const rowIds = async (files: readonly { readonly path: string }[]) =>
    (await Promise.all(files.map(({ path }) => readFile(path, 'utf8')))).flatMap(
      (text) => text.match(/row-\d+/g) ?? [],
    );

  it('F11: each page begins behind the last :id of the one before, so that rows inserted and deleted meanwhile shift nothing', async () => {
    const { site, fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' }, {}, (one) => {
      one.cap = 20;
      one.onPage = (page) => {
        if (page === 1) one.gone.add('row-00003');
        if (page === 2) one.rows.push('2024-05-31T00:00:00.000Z');
      };
    });
    const [part] = await discover();
    const probe = await socrata.probe(part!, context, client);
    const made = socrata.requests(part!, probe, context, { strategy: 'safe' });
    const before = site.site.seen.length;
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    const ids = await rowIds(landed.files);
    expect(ids).toHaveLength(61);
    expect(new Set(ids).size).toBe(61);
    expect(site.site.seen.slice(before).map(({ path }) => decodeURIComponent(path.split('csv')[1]!))).toEqual(
      [
        '?$select=*,:id&$order=:id&$limit=50000',
        "?$select=*,:id&$where=:id > 'row-00019'&$order=:id&$limit=20",
        "?$select=*,:id&$where=:id > 'row-00039'&$order=:id&$limit=20",
        "?$select=*,:id&$where=:id > 'row-00059'&$order=:id&$limit=20",
      ],
    );
  });

  it('F11: a large table is read in ranges of its keys, all at once, and no row lies in two of them or in none', async () => {
    const { site, fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' }, {}, (one) => {
      one.cap = 6;
      one.onPage = (page) => {
        // One goes at a cut, one between two cuts, and one comes behind all.
        if (page === 0) for (const row of ['row-00014', 'row-00020']) one.gone.add(row);
        if (page === 3) one.rows.push('2024-05-31T00:00:00.000Z');
      };
    });
    const [part] = await discover();
    const probe = { ...(await socrata.probe(part!, context, client)), pageCap: 10 };
    const cuts = await socrata.divide!(part!, probe, context, client);
    expect(cuts).toEqual([14, 29, 44].map((at) => ({ key: `row-000${at}`, rows: at + 1 })));
    const made = socrata.requests(part!, { ...probe, dividers: cuts }, context, { strategy: 'safe' });
    expect(made.requests.map(({ url }) => new URL(url).searchParams.get('$where'))).toEqual([
      ":id <= 'row-00014'",
      ":id > 'row-00014' AND :id <= 'row-00029'",
      ":id > 'row-00029' AND :id <= 'row-00044'",
      ":id > 'row-00044'",
    ]);
    const before = site.site.seen.length;
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    const ids = await rowIds(landed.files);
    expect(ids).toEqual([...new Set(ids)].sort());
    const missing = site.rows.flatMap((_, row) => {
      const id = `row-${String(row).padStart(5, '0')}`;
      return ids.includes(id) ? [] : [id];
    });
    expect(missing.every((id) => site.gone.has(id))).toBe(true);
    // A range whose last row went ends with an empty page; the others with their last key.
    expect(site.site.seen.length - before).toBeLessThan(3 * 3 + 5);
  });

  it('a table of less than two pages is one range, and so is one whose portal tells no keys', async () => {
    const { site, context, client, discover } = await open({ id: 'h9gi-nx95' });
    const [part] = await discover();
    const probe = await socrata.probe(part!, context, client);
    const before = site.site.seen.length;
    expect(await socrata.divide!(part!, probe, context, client)).toEqual([]);
    expect(site.site.seen).toHaveLength(before);
    for (const { id } of site.rows.map((_, row) => ({ id: `row-${String(row).padStart(5, '0')}` })))
      site.gone.add(id);
    expect(await socrata.divide!(part!, { ...probe, pageCap: 10 }, context, client)).toEqual([]);
  });

  it('since a cursor: both conditions hold', async () => {
    const { fetcher, context, client, discover } = await open({ id: 'h9gi-nx95' }, upsert, (one) => {
      one.cap = 3;
    });
    const [part] = await discover();
    const since = { column: ':updated_at', value: '2024-05-28T00:00:00.000Z' };
    const probe = await socrata.probe(part!, context, client, since);
    const made = socrata.requests(part!, probe, context, { strategy: 'safe', since });
    const landed = await fetcher.fetchPart(scope, {
      partId: part!.id,
      ...part!,
      kind: 'incremental',
      ...made,
    });
    expect(await rowIds(landed.files)).toEqual([27, 28, 29, 57, 58, 59].map((row) => `row-000${row}`));
    expect(new URL(landed.files[1]!.url).searchParams.get('$where')).toBe(
      "(:updated_at >= '2024-05-28T00:00:00.000Z') AND :id > 'row-00029'",
    );
  });
});

describe('a family without this year’s member', () => {
  const members = { 2024: 'b7dx-7gc3' };
  const remarks = async (family: object, today: string, catalog?: unknown) => {
    const { site, context, client } = await open(
      { family: { variable: 'year', members, ...family } },
      {},
      (one) => {
        one.catalog = catalog;
      },
    );
    return { notes: await socrata.remarks!({ ...context, today }, client), asked: site.site.seen };
  };
  const found = {
    results: [
      { resource: { id: 'aaaa-bbbb', name: 'Requests 2025 (archived)' } },
      { resource: { id: 'h73f-gn57', name: 'requests  2025' } },
    ],
  };

  it('is told from 1 January, with the id that the catalogue has under the title', async () => {
    const { notes, asked } = await remarks({ catalogue: 'Requests {year}' }, '2025-01-01', found);
    expect(notes).toEqual([
      'the family has no member for 2025: the portal has "Requests 2025", add 2025: h73f-gn57 to source.family.year in datasets/x.yml',
    ]);
    expect(new URL(asked[0]!.path, 'http://x').searchParams.get('q')).toBe('Requests 2025');
  });

  it('is not told while the year has its member, and then costs no request', async () => {
    expect(await remarks({ catalogue: 'Requests {year}' }, '2024-12-31', found)).toEqual({
      notes: [],
      asked: [],
    });
    expect((await remarks({ variable: 'region' }, '2025-01-01', found)).notes).toEqual([]);
  });

  it.each([
    [
      'nothing under the title',
      { catalogue: 'Complaints {year}' },
      found,
      'and the portal has nothing called "Complaints 2025" yet',
    ],
    ['no title', {}, found, 'look for it at the portal, and add it to source.family.year'],
    ['no catalogue', { catalogue: 'Requests {year}' }, undefined, 'look for it at the portal'],
    [
      'a catalogue that names no id',
      { catalogue: 'x' },
      { results: [{ resource: { id: '"; x', name: 'x' } }] },
      'nothing called "x"',
    ],
  ])('%s', async (_, family, catalog, said) => {
    expect((await remarks(family, '2025-01-01', catalog)).notes).toEqual([expect.stringContaining(said)]);
  });
});
