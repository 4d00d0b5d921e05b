/** A Socrata server on loopback whose tables move while they are read. */
import type { ServerResponse } from 'node:http';
import { type Served, serve } from '../../fetch/serve.js';

export interface SodaTable {
  /** Row ids in their order; a row's `n` is the number in it. */
  rows: string[];
  /** Most rows of one answer. */
  readonly cap?: number;
  /** Called before each page of rows: a table that changes while it is read. `page` counts from 0. */
  readonly onPage?: (table: SodaTable, page: number, url: URL) => void;
  /** Rows that are sent for an offset, whatever limit was asked for: from, to. */
  readonly slices?: Readonly<Record<number, readonly [number, number]>>;
  /** It does not tell the key of a row by its place. */
  readonly hidesKeys?: boolean;
  /** Offsets mean nothing to it. */
  readonly ignoresOffset?: boolean;
  /** Instead of the number of rows; `turn` counts from 0. */
  readonly count?: (table: SodaTable, turn: number) => number;
  /** Name of the count in its answer. */
  readonly key?: string;
  /** Headers of its counts. */
  headers?: Readonly<Record<string, string>>;
  /** Columns that its description has besides. */
  readonly listed?: readonly string[];
  /** Bytes at the end of its pages of rows that never come, though the answer looks whole. */
  readonly cut?: number;
  /** Status of its rows. */
  readonly status?: number;
}

export interface SodaServer extends Served {
  /** Paths that were asked for of one table, in order. */
  asked(id: string): string[];
}

export const rowId = (n: number): string => `row-${String(n).padStart(6, '0')}`;
export const rowIds = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => rowId(from + i));

/** Serves four-by-four → table. */
export async function sodaServer(tables: Readonly<Record<string, SodaTable>>): Promise<SodaServer> {
  const pages = new Map<string, number>();
  const counts = new Map<string, number>();
  const turn = (of: Map<string, number>, id: string): number => {
    const now = of.get(id) ?? 0;
    of.set(id, now + 1);
    return now;
  };
  const json = (response: ServerResponse, body: unknown, headers = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const served = await serve((request, response) => {
    const url = new URL(request.url!, 'http://x');
    const id = /([a-z0-9]{4}-[a-z0-9]{4})\.(json|csv)$/.exec(url.pathname)?.[1] ?? '';
    const table = tables[id];
    if (!table) return response.writeHead(404).end('{}');
    if (url.pathname.startsWith('/api/views/'))
      return json(response, {
        columns: ['n', ...(table.listed ?? [])].map((fieldName, position) => ({ fieldName, position })),
        rowsUpdatedAt: 1_745_766_729,
      });
    if (url.searchParams.get('$select') === ':id' && url.pathname.endsWith('.json')) {
      const at = Number(url.searchParams.get('$offset'));
      const key = table.rows.toSorted()[at];
      return json(response, table.hidesKeys || key === undefined ? [] : [{ ':id': key }]);
    }
    if (url.pathname.endsWith('.json')) {
      const count = table.count?.(table, turn(counts, id)) ?? table.rows.length;
      return json(
        response,
        Number.isNaN(count) ? [] : [{ [table.key ?? 'count']: String(count) }],
        table.headers,
      );
    }
    table.onPage?.(table, turn(pages, id), url);
    if (table.status)
      return response.writeHead(table.status).end('{"message":"You must be logged in","error":true}');
    const where = url.searchParams.get('$where') ?? '';
    const behind = /:id > '([^']*)'/.exec(where)?.[1];
    const upTo = /:id <= '([^']*)'/.exec(where)?.[1];
    const offset = table.ignoresOffset ? 0 : Number(url.searchParams.get('$offset') ?? 0);
    const most = Math.min(Number(url.searchParams.get('$limit')), table.cap ?? Number.POSITIVE_INFINITY);
    const left = table.rows
      .toSorted()
      .filter((row) => (behind === undefined || row > behind) && (upTo === undefined || row <= upTo));
    const page = left.slice(...(table.slices?.[offset] ?? [offset, offset + most]));
    const lines = page.map((row) => `"${Number(row.slice(4))}","${row}"\n`);
    const body = `"n",":id"\n${lines.join('')}`;
    return response
      .writeHead(200, { 'content-type': 'text/csv' })
      .end(body.slice(0, body.length - (table.cut ?? 0)));
  });
  return Object.assign(served, {
    asked: (id: string) =>
      served.seen.flatMap(({ path }) => (path.includes(id) ? [decodeURIComponent(path)] : [])),
  });
}
