import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PartFetch } from '../../src/fetch/types.js';
import type { PagesSpec } from '../../src/project/types.js';
import { sourceFor } from '../../src/sources/index.js';
import type { RequestOptions, SourceContext } from '../../src/sources/types.js';
import { failure, portal, scope, world } from '../fetch/world.js';
import { type ApiSite, apiSite } from './api-server.js';
import { sourceConformance } from './conformance.js';
import { dataset } from './manifest.js';

const http = sourceFor('http');

const WAYS = {
  next: { source: { records: 'results' }, pages: { type: 'next_link', path: 'next' } },
  link: { source: {}, pages: { type: 'link_header' } },
  page: {
    source: { records: 'data.items' },
    pages: { type: 'page', param: 'page', sizeParam: 'per_page', size: 10 },
  },
  offset: {
    source: { records: 'data.items' },
    pages: { type: 'offset', param: 'offset', sizeParam: 'limit', size: 10, total: 'count' },
  },
  cursor: { source: { records: 'data' }, pages: { type: 'cursor', path: 'meta.next', param: 'after' } },
  csv: { source: {}, pages: { type: 'offset', param: 'offset', sizeParam: 'limit', size: 10 } },
} as const satisfies Record<string, { source: { records?: string }; pages: PagesSpec }>;

type Way = keyof typeof WAYS;

for (const way of ['next', 'offset'] as const) {
  sourceConformance(`HTTP pages by ${WAYS[way].pages.type}`, {
    type: 'http',
    dataset: () => dataset({ url: way, ...WAYS[way].source, pages: WAYS[way].pages }),
    serve: async () => {
      const one = await apiSite();
      return { site: one.site, rows: 25, parts: 1, change: () => one.rows.push(26) };
    },
    // Pages have no validators: every look is a reading, and equal bytes are found out afterwards.
    alwaysRead: true,
    missing: {
      dataset: () => dataset({ url: 'nothing', pages: { type: 'next_link', path: 'next' } }),
      code: 'LK3103',
      message: (origin) => `${origin}/nothing does not exist (HTTP 404)`,
    },
  });
}

async function open(way: Way, more: Partial<PagesSpec> = {}, change: (site: ApiSite) => void = () => {}) {
  const site = await apiSite();
  change(site);
  const { origin } = site.site;
  const { fetcher } = await world(origin);
  const { source, pages } = WAYS[way];
  const context: SourceContext = {
    dataset: dataset({ url: way, ...source, pages: { ...pages, ...more } }),
    portal: portal(origin),
  };
  const [part] = await http.discover(context, fetcher.client(scope));
  const read = async (strategy: RequestOptions['strategy'] = 'fast') => {
    const probe = await http.probe(part!, context, fetcher.client(scope));
    const made = http.requests(part!, probe, context, { strategy });
    const plan: PartFetch = { partId: part!.id, ...part!, kind: 'full', ...made };
    const landed = await fetcher.fetchPart(scope, plan);
    const texts = await Promise.all(landed.files.map(({ path }) => readFile(path, 'utf8')));
    return { landed, ids: texts.flatMap((text) => (text.match(/(?<="id":|\n)\d+/g) ?? []).map(Number)) };
  };
  const asked = () => site.site.seen.map(({ path }) => path);
  return { site, origin, read, asked };
}

const all = Array.from({ length: 25 }, (_, row) => row + 1);

describe('every way of paging', () => {
  it.each(Object.keys(WAYS) as Way[])('%s: every row, once each', async (way) => {
    const { read } = await open(way);
    expect((await read()).ids).toEqual(all);
  });

  it.each(['page', 'offset', 'csv'] as const)(
    'F13: fewer rows a page than asked for, and every row comes all the same: %s',
    async (way) => {
      const { read } = await open(way, { size: 20 }, (site) => {
        site.cap = 7;
      });
      // A page number means another place when pages are shorter than the client thinks: they are counted by the server.
      expect((await read()).ids).toEqual(all);
    },
  );

  it('by page: from the first number on, until an empty page says that there is no more', async () => {
    const { read, asked } = await open('page');
    await read();
    expect(asked()).toEqual([1, 2, 3, 4].map((page) => `/page?page=${page}&per_page=10`));
  });

  it('with a total: all pages at once after the first, and none more than there are', async () => {
    const { read, asked } = await open('offset');
    const { landed } = await read();
    expect(asked().toSorted()).toEqual(
      [0, 10, 20].map((offset) => `/offset?offset=${offset}&limit=10`).toSorted(),
    );
    expect(landed).toMatchObject({ totals: [25, 25], records: 25 });
  });

  it('the safe way is one page after the other, each from where the last one really ended', async () => {
    const { read, asked } = await open('offset', {}, (site) => {
      site.onPage = (page) => {
        site.cap = page === 1 ? 3 : 10;
      };
    });
    expect((await read('safe')).ids).toEqual(all);
    expect(asked().map((path) => /offset=(\d+)/.exec(path)![1])).toEqual(['0', '10', '13', '23']);
  });

  it('parameters of the address stay as they are written', async () => {
    const site = await apiSite();
    const { fetcher } = await world(site.site.origin);
    const context: SourceContext = {
      dataset: dataset({ url: 'page?q=a+b%2Fc&page=9&$x', ...WAYS.page.source, pages: WAYS.page.pages }),
      portal: portal(site.site.origin),
    };
    const [part] = await http.discover(context, fetcher.client(scope));
    const { requests } = http.requests(part!, { exists: true, requests: 0 }, context, { strategy: 'fast' });
    expect(requests[0]!.url).toBe(`${site.site.origin}/page?q=a+b%2Fc&page=1&$x&per_page=10`);
  });
});

describe('pages that lead nowhere', () => {
  it('F14: a next link that leads back is a circle', async () => {
    const { read, origin } = await open('next', {}, (site) => {
      site.answer = (page) => `{"results":[{"id":${page}}],"next":"/next?x=${page % 2}"}`;
    });
    expect(await failure(read())).toMatchObject({
      code: 'LK3131',
      message: `The pages go round in a circle: ${origin}/next?x=0 leads back to itself`,
    });
  });

  it('F14: the same cursor twice is a circle', async () => {
    const { read } = await open('cursor', {}, (site) => {
      site.answer = (page) => `{"data":[{"id":${page}}],"meta":{"next":"always"}}`;
    });
    expect(await failure(read())).toMatchObject({ code: 'LK3131' });
  });

  it('F14: empty pages without end are given up', async () => {
    const { read, site } = await open('next', {}, (one) => {
      one.answer = (page) => `{"results":[],"next":"/next?x=${page}"}`;
    });
    expect(await failure(read())).toMatchObject({
      code: 'LK3131',
      message: expect.stringContaining('10 pages in a row were empty'),
    });
    expect(site.site.seen).toHaveLength(10);
  });

  it('F13: a page that happens to be empty ends nothing where a next one is named', async () => {
    const { read } = await open('next', {}, (site) => {
      site.answer = (page) => (page === 1 ? '{"results":[],"next":"/next?offset=10&limit=20"}' : undefined);
      site.onPage = (page) => {
        site.cap = page === 0 ? 10 : 20;
      };
    });
    expect((await read()).ids).toEqual(all);
  });

  it('F14: a portal that ignores the page number is found out by the second page', async () => {
    const { read, site } = await open('page', {}, (one) => {
      one.answer = () => '{"data":{"items":[{"id":1}]}}';
    });
    expect(await failure(read())).toMatchObject({
      code: 'LK3119',
      message: 'The portal sent the same page for rows from 0 and from 1',
    });
    expect(site.site.seen).toHaveLength(2);
  });

  it('B29: more pages than the manifest allows are an error, found before they are asked for where a total says so', async () => {
    const { read } = await open('next', { maxPages: 2 });
    expect(await failure(read())).toMatchObject({
      code: 'LK3132',
      message: expect.stringMatching(/^There are more than 2 pages/),
      hint: expect.stringContaining('max_pages'),
    });
    const counted = await open('offset', {}, (site) => {
      site.lie = 1e12;
    });
    expect(await failure(counted.read())).toMatchObject({ code: 'LK3132' });
    expect(counted.site.site.seen).toHaveLength(1);
  });

  it('B22: a next link to another host is not followed', async () => {
    const { read, site } = await open('next', {}, (one) => {
      one.answer = () => '{"results":[{"id":1}],"next":"http://169.254.169.254/latest/meta-data"}';
    });
    expect(await failure(read())).toMatchObject({
      code: 'LK3121',
      message: expect.stringContaining('leads to another host for its next page: http://169.254.169.254'),
      hint: 'If that is meant, add 169.254.169.254 to allowed_hosts in project.yml',
    });
    expect(site.site.seen).toHaveLength(1);
  });

  it('a link that is no address, a cursor that is no text', async () => {
    const link = await open('next', {}, (site) => {
      site.answer = () => '{"results":[],"next":"http://"}';
    });
    expect(await failure(link.read())).toMatchObject({ code: 'LK3005' });
    const cursor = await open('cursor', {}, (site) => {
      site.answer = () => '{"data":[],"meta":{"next":true}}';
    });
    expect(await failure(cursor.read())).toMatchObject({ code: 'LK3005' });
  });

  it('F15: a total that stands nowhere is an error, for nothing would be compared with it', async () => {
    const { read, origin } = await open('offset', { total: 'coutn' });
    expect(await failure(read())).toMatchObject({
      code: 'LK3005',
      message: `${origin}/offset?offset=0&limit=10 has no number at "coutn"`,
      hint: expect.stringContaining('pages: {total:}'),
    });
  });

  it('F9: a page that ends in the middle, or has an error behind its end', async () => {
    for (const body of [
      '{"results":[{"id":1},{"id"',
      '{"results":[{"id":1}]}{"error":"Streaming interrupted"}',
    ]) {
      const { read } = await open('next', {}, (site) => {
        site.answer = () => body;
      });
      expect(await failure(read())).toMatchObject({ code: 'LK3133' });
    }
  });
});
