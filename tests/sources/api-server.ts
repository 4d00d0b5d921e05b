import type { IncomingMessage } from 'node:http';
import type { Served } from '../fetch/serve.js';
import { server } from '../fetch/world.js';

export interface ApiSite {
  readonly site: Served;
  /** Rows of the table, numbered from 1. */
  rows: number[];
  /** Most rows of one answer, whatever is asked for. */
  cap: number;
  /** Added to every total. */
  lie: number;
  /** Called before each answer, with its number from 0. */
  onPage?: (page: number, request: IncomingMessage) => void;
  /** Instead of the usual answer. */
  answer?: (page: number, url: URL) => string | undefined;
}

/** One table under five ways of paging, as APIs have them: `/next`, `/link`, `/page`, `/offset`, `/cursor`, and `/csv` by offset. */
export async function apiSite(rows = 25): Promise<ApiSite> {
  let served = 0;
  const site = await server((request, response) => {
    const url = new URL(request.url!, site.origin);
    const page = served++;
    self.onPage?.(page, request);
    const other = self.answer?.(page, url);
    if (other !== undefined)
      return response.writeHead(200, { 'content-type': 'application/json' }).end(other);
    const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
    const size = Math.min(number('per_page', number('limit', 10)), self.cap);
    const way = url.pathname.slice(1);
    const start =
      way === 'page' ? (number('page', 1) - 1) * size : number(way === 'cursor' ? 'after' : 'offset', 0);
    const records = self.rows.slice(start, start + size).map((id) => ({ id }));
    const end = start + records.length;
    const more = end < self.rows.length;
    const total = self.rows.length + self.lie;
    const json = (body: unknown, headers = {}) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    const next = `/${way}?offset=${end}&limit=${size}`;
    switch (way) {
      case 'next':
        return json({ results: records, next: more ? next : null });
      case 'link':
        return json(
          records,
          more ? { link: `<${site.origin}${next}>; rel="next", </link>; rel="first"` } : {},
        );
      case 'cursor':
        return json({ data: records, meta: { next: more ? String(end) : '' } });
      case 'csv':
        return response
          .writeHead(200, { 'content-type': 'text/csv' })
          .end(`id\n${records.map(({ id }) => `${id}\n`).join('')}`);
      case 'nothing':
        return response.writeHead(404).end();
      default:
        return json({ data: { items: records }, count: total });
    }
  });
  const self: ApiSite = {
    site,
    rows: Array.from({ length: rows }, (_, row) => row + 1),
    cap: 10,
    lie: 0,
  };
  return self;
}
