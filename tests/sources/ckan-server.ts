import type { Served } from '../fetch/serve.js';
import { server } from '../fetch/world.js';

export interface CkanSite {
  readonly site: Served;
  /** Rows of the table, and the date that package_show gives. */
  rows: number;
  modified: string;
  /** `ckan.datastore.search.rows_max`. */
  cap: number;
  /** Replaces package_show's answer. */
  shown: (status: number, body: unknown) => void;
  /** Rows that the dump leaves out. */
  lost: number;
  /** The total that is told instead of the right one, as an estimate. */
  estimate?: number;
}

export const tableId = 'b00e485a-8214-43cb-aaf9-55b9dc64b747';
export const fileId = '7e038ff9-b616-4070-9753-6f493b2cdbb0';

/** One package with a datastore table, its cache copies and one upload, as Toronto's CKAN 2.9 tells it. */
export async function ckanSite(): Promise<CkanSite> {
  let override: { status: number; body: unknown } | undefined;
  const site = await server((request, response) => {
    const url = new URL(request.url!, 'http://x');
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/api/3/action/package_show') {
      if (override) return json(override.status, override.body);
      if (url.searchParams.get('id') !== 'shootings')
        return json(404, { success: false, error: { __type: 'Not Found Error', message: 'Not found' } });
      return json(200, { success: true, result: shootings(self.modified) });
    }
    if (url.pathname === '/api/3/action/datastore_search') {
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), self.cap);
      const records = Array.from({ length: Math.max(0, Math.min(limit, self.rows - offset)) }, (_, row) => ({
        _id: offset + row + 1,
        name: 'x',
      }));
      const fields = [
        { id: '_id', type: 'int' },
        { id: 'name', type: 'text' },
      ];
      return json(200, {
        success: true,
        result: {
          records,
          fields,
          total: self.estimate ?? self.rows,
          limit,
          total_was_estimated: self.estimate !== undefined,
        },
      });
    }
    if (url.pathname === `/datastore/dump/${tableId}`) {
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
      response.write('_id,name\r\n');
      for (let row = 1; row <= self.rows - self.lost; row += 1) response.write(`${row},"two\nlines"\r\n`);
      return response.end();
    }
    if (url.pathname === '/moved') return response.writeHead(302, { location: '/x/download/list.csv' }).end();
    if (url.pathname.endsWith('/download/list.csv')) {
      const etag = `"${self.rows}"`;
      if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
      response.writeHead(200, { etag, 'last-modified': 'Mon, 01 May 2023 10:00:10 GMT' });
      return response.end(request.method === 'HEAD' ? undefined : `name\n${'x\n'.repeat(self.rows)}`);
    }
    return response.writeHead(404).end('<html><title>404 Not Found</title></html>');
  });
  const self: CkanSite = {
    site,
    rows: 25,
    modified: '2023-05-01T10:00:10.000425',
    cap: 32_000,
    lost: 0,
    shown: (status, body) => {
      override = { status, body };
    },
  };
  return self;
}

export function shootings(modified: string): Record<string, unknown> {
  const copy = {
    datastore_active: false,
    is_datastore_cache_file: true,
    url_type: 'upload',
    state: 'active',
  };
  return {
    id: '4bc5511d-0ecf-487a-9214-7b2359ad8f61',
    name: 'shootings',
    is_retired: 'false',
    private: false,
    state: 'active',
    resources: [
      {
        id: tableId,
        name: 'Shooting and Firearm Discharges',
        format: 'CSV',
        datastore_active: true,
        is_datastore_cache_file: false,
        url: `https://ckanadmin0.intra.example.org/datastore/dump/${tableId}`,
        url_type: 'datastore',
        last_modified: modified,
        state: 'active',
      },
      { id: 'c1', name: 'Shooting and Firearm Discharges.csv', format: 'CSV', ...copy },
      { id: 'c2', name: 'Shooting and Firearm Discharges.json', format: 'JSON', ...copy },
      {
        id: fileId,
        name: 'Code list',
        format: 'csv ',
        datastore_active: 'false',
        url: `https://ckanadmin0.intra.example.org/dataset/4bc5511d/resource/${fileId}/download/list.csv`,
        url_type: 'upload',
        last_modified: null,
        state: 'active',
      },
      {
        id: 'r1',
        name: 'Read me',
        format: 'PDF',
        datastore_active: false,
        url_type: 'upload',
        state: 'active',
      },
    ],
  };
}
