import { describe, expect, it } from 'vitest';
import { scanCsv } from '../../src/fetch/pages/scan-csv.js';
import { sourceFor } from '../../src/sources/index.js';
import type { SourceContext } from '../../src/sources/types.js';
import { failure, portal, scope, world } from '../fetch/world.js';
import { type CkanSite, ckanSite, fileId, shootings, tableId } from './ckan-server.js';
import { sourceConformance } from './conformance.js';
import { dataset } from './manifest.js';

const ckan = sourceFor('ckan');

sourceConformance('CKAN datastore', {
  type: 'ckan',
  dataset: () => dataset({ package: 'shootings' }),
  serve: async () => {
    const site = await ckanSite();
    return {
      site: site.site,
      rows: 25,
      parts: 1,
      change: () => {
        site.modified = '2023-06-01T10:00:10.000425';
      },
    };
  },
  missing: {
    dataset: () => dataset({ package: 'shotings' }),
    code: 'LK3001',
    message: (origin) => `There is no package "shotings" at ${origin}`,
  },
});

sourceConformance('CKAN file', {
  type: 'ckan',
  dataset: () => dataset({ package: 'shootings', resource: { name: 'Code list' } }),
  serve: async () => {
    const site = await ckanSite();
    return {
      site: site.site,
      rows: 25,
      parts: 1,
      change: () => {
        site.rows = 26;
      },
    };
  },
  missing: {
    dataset: () => dataset({ package: 'shootings', resource: { name: 'Codes' } }),
    code: 'LK3003',
    message: () =>
      `No resource of package "shootings" matches; it has "Shooting and Firearm Discharges" (CSV, datastore, ${tableId}), "Code list" (CSV, ${fileId}), "Read me" (PDF, r1)`,
  },
});

async function open(source: Parameters<typeof dataset>[0], change: (site: CkanSite) => void = () => {}) {
  const site = await ckanSite();
  change(site);
  const { origin } = site.site;
  const { fetcher } = await world(origin, { portal: { type: 'ckan' } });
  const context: SourceContext = { dataset: dataset(source), portal: portal(origin, { type: 'ckan' }) };
  const client = fetcher.client(scope);
  return { site, origin, fetcher, context, client, discover: () => ckan.discover(context, client) };
}

describe('a package in the datastore', () => {
  it('costs two requests while it is unchanged: package_show and one search without rows', async () => {
    const { site, context, client, discover } = await open({ package: 'shootings' });
    const [part] = await discover();
    expect(part).toMatchObject({ id: tableId, label: 'Shooting and Firearm Discharges', variables: {} });
    expect(await ckan.probe(part!, context, client)).toEqual({
      exists: true,
      requests: 1,
      count: 25,
      columns: ['_id', 'name'],
      fingerprint: '2023-05-01T10:00:10.000425 25',
      stamp: '2023-05-01T10:00:10.000425',
      updatedAt: '2023-05-01T10:00:10.000Z',
      pageCap: 32_000,
    });
    expect(site.site.seen.map(({ path }) => path)).toEqual([
      '/api/3/action/package_show?id=shootings',
      `/api/3/action/datastore_search?resource_id=${tableId}&limit=0`,
    ]);
  });

  it('half filled is another state than whole, with the same date', async () => {
    const { site, context, client, discover } = await open({ package: 'shootings' });
    const [part] = await discover();
    const half = await ckan.probe(part!, context, client);
    site.rows = 50;
    expect((await ckan.probe(part!, context, client)).fingerprint).not.toBe(half.fingerprint);
  });

  it('is dumped from the portal’s own address, not from the internal one that it names', async () => {
    const { origin, context, client, discover } = await open({ package: 'shootings' });
    const [part] = await discover();
    const made = ckan.requests(part!, await ckan.probe(part!, context, client), context, {
      strategy: 'fast',
    });
    expect(made).toEqual({
      requests: [
        {
          id: 'p00000',
          url: `${origin}/datastore/dump/${tableId}?format=csv&sort=_id`,
          method: 'GET',
          expect: 'csv',
          conditional: false,
        },
      ],
      lineEnds: true,
      decode: { format: 'csv', rowId: '_id' },
      expectedRows: 25,
    });
  });

  it('F13: safe pages follow the cap that the server really applies', async () => {
    const { site, fetcher, context, client, discover } = await open({ package: 'shootings' }, (one) => {
      one.cap = 10;
    });
    const [part] = await discover();
    const made = ckan.requests(part!, await ckan.probe(part!, context, client), context, {
      strategy: 'safe',
    });
    const before = site.site.seen.length;
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    expect(landed.files).toHaveLength(3);
    expect(site.site.seen.slice(before).map(({ path }) => path.split('sort=')[1])).toEqual([
      '_id&limit=32000&offset=0',
      '_id&limit=10&offset=10',
      '_id&limit=10&offset=20',
    ]);
  });

  it('F15: an estimated total is no count: pages are read until one is empty, not a dump that may end anywhere', async () => {
    const { fetcher, context, client, discover } = await open({ package: 'shootings' }, (one) => {
      one.cap = 10;
      one.estimate = 20;
    });
    const [part] = await discover();
    const probe = await ckan.probe(part!, context, client);
    expect(probe.count).toBeUndefined();
    const made = ckan.requests(part!, probe, context, { strategy: 'fast' });
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    expect(landed.files.map(({ records }) => records)).toEqual([10, 10, 5, 0]);
    expect(landed.totals).toBeUndefined();
  });

  it('F14: pages end when the server has no more, whatever total it claims', () => {
    const first = {
      id: 'p0',
      url: '',
      method: 'GET',
      expect: 'json',
      conditional: false,
      offset: 0,
      limit: 10,
    } as const;
    const expander = { kind: 'ckan_pages', first: 'p0', params: { base: '', resource: 'r' } } as const;
    expect(ckan.advance!(expander, first, { rows: 0, values: { 'result.total': 1e9 } })).toEqual([]);
  });

  it('is being refilled: missing for now', async () => {
    const { context, client } = await open({ package: 'shootings' });
    const gone = {
      id: 'x',
      label: 'Gone',
      variables: {},
      locator: { kind: 'datastore', base: `${context.portal.url}/nowhere` },
    };
    expect(await failure(ckan.probe(gone, context, client))).toMatchObject({
      code: 'LK3001',
      message: 'The table of resource "Gone" cannot be read (HTTP 404)',
      hint: 'The portal may be filling it anew: run the same command again in some minutes',
      transient: true,
    });
  });
});

describe('a file of a package', () => {
  it('is asked for at the portal’s own address; format "csv " is CSV, and the bytes decide', async () => {
    const { origin, fetcher, context, client, discover } = await open({
      package: 'shootings',
      resource: { name: 'code*' },
    });
    const [part] = await discover();
    const probe = await ckan.probe(part!, context, client);
    expect(probe).toMatchObject({ fingerprint: '"25"', updatedAt: '2023-05-01T10:00:10.000Z', requests: 1 });
    const made = ckan.requests(part!, probe, context, { strategy: 'fast' });
    expect(made.requests).toEqual([
      {
        id: 'p00000',
        url: `${origin}/dataset/4bc5511d/resource/${fileId}/download/list.csv`,
        method: 'GET',
        expect: 'any',
        conditional: true,
      },
    ]);
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    expect(landed.decode).toEqual({ format: 'csv' });
    expect((await scanCsv(landed.files[0]!.path)).records).toBe(25);
  });

  it('an upload with a date is not even asked for', async () => {
    const { site, context, client, discover } = await open(
      { package: 'shootings', resource: { id: fileId } },
      (one) => {
        const shown = shootings('2023-05-01T10:00:10');
        (shown['resources'] as Record<string, unknown>[])[3]!['last_modified'] = '2022-01-01 00:00:00.5';
        one.shown(200, { success: true, result: shown });
      },
    );
    const [part] = await discover();
    expect(await ckan.probe(part!, context, client)).toEqual({
      exists: true,
      requests: 0,
      fingerprint: '2022-01-01 00:00:00.5',
      updatedAt: '2022-01-01T00:00:00.500Z',
    });
    expect(site.site.seen).toHaveLength(1);
  });
});

describe('packages that are not as they were', () => {
  it.each<[string, (site: CkanSite) => void, string, string]>([
    [
      'private',
      (site) => site.shown(403, { success: false, error: { __type: 'Authorization Error' } }),
      'LK3002',
      'Package "shootings" at ORIGIN is private',
    ],
    [
      'private, shown to us',
      (site) => site.shown(200, { result: { ...shootings(''), private: true } }),
      'LK3002',
      'Package "shootings" at ORIGIN is private',
    ],
    [
      'deleted',
      (site) => site.shown(200, { result: { ...shootings(''), state: 'deleted' } }),
      'LK3001',
      'Package "shootings" was deleted at ORIGIN',
    ],
    [
      'moved',
      (site) => site.shown(200, { result: { ...shootings(''), name: 'safety-indicators' } }),
      'LK3008',
      'Package "shootings" has moved: the portal answers with "safety-indicators"',
    ],
    [
      'retired and empty',
      (site) => site.shown(200, { result: { ...shootings(''), is_retired: 'true', resources: [] } }),
      'LK3003',
      'No resource of package "shootings" matches; it has no resources; the portal has retired this package',
    ],
    [
      'not a package',
      (site) => site.shown(200, { success: true }),
      'LK3005',
      'ORIGIN/api/3/action/package_show?id=shootings answered without a package',
    ],
  ])('B12: a package is named with what is wrong with it: %s', async (_, change, code, message) => {
    const { origin, discover } = await open({ package: 'shootings' }, change);
    expect(await failure(discover())).toMatchObject({ code, message: message.replace('ORIGIN', origin) });
  });

  it('B12: retired, but the data is still there: it is used', async () => {
    const { discover } = await open({ package: 'shootings' }, (site) => {
      site.shown(200, { result: { ...shootings(''), is_retired: true } });
    });
    expect(await discover()).toHaveLength(1);
  });

  it('B12: the fallback address takes over from a package that is lost', async () => {
    const { origin, site, fetcher, context, client, discover } = await open({
      package: 'lost',
      url: '/x/download/list.csv',
    });
    const [part] = await discover();
    expect(part).toMatchObject({ id: `${origin}/x/download/list.csv`, locator: { kind: 'fallback' } });
    const made = ckan.requests(part!, await ckan.probe(part!, context, client), context, {
      strategy: 'fast',
    });
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    expect((await scanCsv(landed.files[0]!.path)).records).toBe(site.rows);
  });

  it('but not for a manifest that is ambiguous', async () => {
    const { discover } = await open({ package: 'shootings', url: '/x/download/list.csv' }, (site) => {
      const shown = shootings('2023-05-01T10:00:10');
      const resources = shown['resources'] as Record<string, unknown>[];
      site.shown(200, { result: { ...shown, resources: [...resources, { ...resources[0], id: 'second' }] } });
    });
    expect(await failure(discover())).toMatchObject({ code: 'LK3004' });
  });
});

describe('resources that are not as usual', () => {
  const withResource = (change: Record<string, unknown>) => (site: CkanSite) => {
    const shown = shootings('2023-05-01T10:00:10');
    const resources = shown['resources'] as Record<string, unknown>[];
    site.shown(200, { result: { ...shown, resources: [{ ...resources[3], ...change }] } });
  };

  it.each([
    ['B12: a relative address is completed', { url: '/x/download/list.csv', url_type: null }],
    [
      'B12: a format with blanks around it counts, and no word on the datastore means a file',
      { format: ' csv ', datastore_active: null },
    ],
    ['B12: a resource that the portal redirects is followed', { url: '/moved', url_type: 'link' }],
  ])('%s', async (_, change) => {
    const { site, fetcher, context, client, discover } = await open(
      { package: 'shootings' },
      withResource(change),
    );
    const [part] = await discover();
    const probe = await ckan.probe(part!, context, client);
    const made = ckan.requests(part!, probe, context, { strategy: 'fast' });
    const landed = await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made });
    expect((await scanCsv(landed.files[0]!.path)).records).toBe(site.rows);
  });

  it('B12: a resource without any address is named', async () => {
    const { discover } = await open({ package: 'shootings' }, withResource({ url: '', url_type: 'link' }));
    expect(await failure(discover())).toMatchObject({ code: 'LK3005' });
  });
});

describe('a family of resources', () => {
  const family = { variable: 'year', members: { 2023: tableId, 2022: fileId } };

  it('one part for each member, found by its id; the variable becomes a column', async () => {
    const { discover } = await open({ package: 'shootings', family });
    expect((await discover()).map(({ id, label, variables }) => [id, label, variables])).toEqual([
      [fileId, 'Code list', { year: '2022' }],
      [tableId, 'Shooting and Firearm Discharges', { year: '2023' }],
    ]);
  });

  it('a member that is gone is named', async () => {
    const { discover } = await open({
      package: 'shootings',
      family: { variable: 'year', members: { 2021: 'gone' } },
    });
    expect(await failure(discover())).toMatchObject({ code: 'LK3003' });
  });

  it.each([
    ['{year} list', '2023-12-31', []],
    ['Code list', '2024-01-01', [`the portal has "Code list", add 2024: ${fileId} to source.family.year`]],
    ['Table {year}', '2024-01-01', ['and the portal has nothing called "Table 2024" yet']],
  ])('this year’s member, by the title "%s", on %s', async (catalogue, today, notes) => {
    const { context, client } = await open({ package: 'shootings', family: { ...family, catalogue } });
    expect(await ckan.remarks!({ ...context, today }, client)).toEqual(
      notes.map((note) => expect.stringContaining(note)),
    );
  });
});

describe('a loader that fills its tables in the open', () => {
  it.each([
    ['https://ckan0.cf.opendata.inter.prod-toronto.ca', undefined, 20_000],
    ['https://ckan0.cf.opendata.inter.prod-toronto.ca', 5_000, 5_000],
    ['https://data.example.org', 1_000, 1_000],
    ['https://data.example.org', undefined, undefined],
    ['https://not-prod-toronto.ca.example.org', undefined, undefined],
  ])('%s, with refresh_batch %s: %s rows at a time', (url, refreshBatch, batch) => {
    expect(ckan.refreshBatch!(portal(url, { type: 'ckan', refreshBatch }))).toBe(batch);
  });
});
