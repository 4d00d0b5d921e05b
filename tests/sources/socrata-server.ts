import type { Served } from '../fetch/serve.js';
import { server } from '../fetch/world.js';

export interface SocrataSite {
  readonly site: Served;
  /** `:updated_at` of every row, in the order of `:id`. */
  rows: string[];
  /** Epoch seconds. */
  updated: number;
  /** Most rows of one answer, whatever `$limit` says. */
  cap: number;
  viewType: string;
  /** Ids of rows that were deleted. */
  readonly gone: Set<string>;
  /** Answer of the catalogue; none where it is left out. */
  catalog?: unknown;
  /** Called before each page of rows, with its number from 0. */
  onPage?: (page: number) => void;
}

/** One dataset, `h9gi-nx95`, as SODA 2 serves it. */
export async function socrataSite(): Promise<SocrataSite> {
  let pages = 0;
  const site = await server((request, response) => {
    const url = new URL(request.url!, 'http://x');
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/api/catalog/v1')
      return self.catalog === undefined ? response.writeHead(404).end('{}') : json(200, self.catalog);
    const id = /([a-z0-9]{4}-[a-z0-9]{4})\.(json|csv)$/.exec(url.pathname)?.[1];
    if (id === 'priv-ate1')
      return json(403, { message: 'You must be logged in to access this resource', error: true });
    if (id === undefined || id === 'none-none')
      return json(404, { code: 'dataset.missing', error: true, message: 'Not found', data: { id } });
    if (url.pathname.startsWith('/api/views/')) {
      const columns = [
        { fieldName: 'borough', position: 2 },
        { fieldName: 'collision_id', position: 1 },
      ];
      return json(200, { id, viewType: self.viewType, rowsUpdatedAt: self.updated, columns });
    }
    if (url.pathname.endsWith('.csv')) self.onPage?.(pages++);
    const since = />= '([^']*)'/.exec(url.searchParams.get('$where') ?? '')?.[1] ?? '';
    const behind = /:id > '([^']*)'/.exec(url.searchParams.get('$where') ?? '')?.[1] ?? '';
    const upTo = /:id <= '([^']*)'/.exec(url.searchParams.get('$where') ?? '')?.[1] ?? '~';
    const rows = self.rows
      .map((at, row) => ({ at, row, id: `row-${String(row).padStart(5, '0')}` }))
      .filter((one) => one.at >= since && one.id > behind && one.id <= upTo && !self.gone.has(one.id));
    const select = url.searchParams.get('$select') ?? '*';
    if (select === 'count(*)') return json(200, [{ count: String(rows.length) }]);
    if (select === ':id')
      return json(
        200,
        rows
          .slice(Number(url.searchParams.get('$offset')))
          .slice(0, 1)
          .map(({ id: key }) => ({ ':id': key })),
      );
    if (!select.startsWith('*'))
      return json(400, {
        message: 'Star selections must come at the start of the select-list',
        errorCode: 'query.compiler.malformed',
      });
    const offset = Number(url.searchParams.get('$offset') ?? 0);
    const page = rows.slice(
      offset,
      offset + Math.min(Number(url.searchParams.get('$limit') ?? 1000), self.cap),
    );
    const system = select.split(',').slice(1);
    const lines = page.map(({ at, row, id: key }) => [
      row,
      'Queens,\nNY',
      ...system.map((name) => (name === ':id' ? key : at)),
    ]);
    response.writeHead(200, { 'content-type': 'text/csv' });
    return response.end(
      [['collision_id', 'borough', ...system], ...lines]
        .map((line) => `${line.map((value) => `"${value}"`).join(',')}\n`)
        .join(''),
    );
  });
  const self: SocrataSite = {
    site,
    rows: Array.from(
      { length: 60 },
      (_, row) => `2024-05-${String(1 + (row % 30)).padStart(2, '0')}T00:00:00.000Z`,
    ),
    updated: 1_745_766_729,
    cap: 50_000,
    viewType: 'tabular',
    gone: new Set(),
  };
  return self;
}
