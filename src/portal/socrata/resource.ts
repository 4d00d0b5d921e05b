/** /resource/<4x4>.json and .csv: rows, counts and the headers that go with them. */
import { createHash } from 'node:crypto';
import { distortedPage } from '../faults/distorted-page.js';
import type { Exchange } from '../http/exchange.js';
import { canonicalLine } from '../rows/canonical.js';
import { filterRows, pageRuns, type RowSet, sizeOf, sortRows } from '../rows/row-set.js';
import { visitRows } from '../rows/row-store.js';
import { type OpenTable, Table } from '../rows/table.js';
import type { SocrataDataset } from '../types.js';
import { type BoundField, rowTest } from './evaluate.js';
import { comparableOf, type Field, readerOf, sourceOf } from './fields.js';
import { type Aggregate, parseRequest, type SodaQuery } from './request.js';
import { csvHeader, rowsAsCsv } from './rows-as-csv.js';
import { rowsAsJson } from './rows-as-json.js';

const rememberedSelections = 4;
/** Longest X-SODA2-Fields that is still sent. */
const headerLimit = 4096;

export class SocrataResource {
  readonly table: Table;
  private readonly selections = new Map<string, Promise<RowSet>>();

  constructor(readonly spec: SocrataDataset) {
    this.table = new Table(
      spec.table,
      (column) => column.startsWith(':') && !column.startsWith(':@'),
      'text',
    );
  }

  async answer(exchange: Exchange, format: 'json' | 'csv'): Promise<void> {
    const query = await parseRequest(withoutToken(exchange.query), this.table, this.spec.id);
    const fields: readonly Field[] =
      query.aggregates.length > 0
        ? query.aggregates.map(({ alias, field }) => ({ name: alias, type: field?.type ?? 'number' }))
        : query.outputs.map(({ alias, field }) => ({ name: alias, type: field.type }));
    const headers = this.headers(exchange, format, fields);
    const lastModified = new Date(this.spec.table.updatedAt);
    if (exchange.isUnchanged({ etag: headers.etag, lastModified })) return exchange.send(304, headers, '');
    if (exchange.request.method === 'HEAD') return exchange.send(200, headers, '');
    const body =
      query.aggregates.length > 0
        ? await this.totals(query, exchange, format)
        : await this.rows(query, exchange, format);
    await exchange.send(200, headers, body);
  }

  private headers(exchange: Exchange, format: string, fields: readonly Field[]): Record<string, string> {
    const modified = new Date(this.spec.table.updatedAt).toUTCString();
    const identity = `${this.spec.id} ${this.table.version} ${format} ${withoutToken(exchange.query)}`;
    const names = JSON.stringify(fields.map((field) => field.name));
    return {
      'content-type': format === 'csv' ? 'text/csv; charset=UTF-8' : 'application/json;charset=utf-8',
      'access-control-allow-origin': '*',
      etag: `"${createHash('sha256').update(identity).digest('base64url')}"`,
      'last-modified': modified,
      'x-soda2-data-out-of-date': 'false',
      'x-soda2-truth-last-modified': modified,
      'x-soda2-secondary-last-modified': modified,
      ...(names.length <= headerLimit && {
        'x-soda2-fields': names,
        'x-soda2-types': JSON.stringify(fields.map((field) => field.type)),
      }),
    };
  }

  private async rows(
    query: SodaQuery,
    exchange: Exchange,
    format: 'json' | 'csv',
  ): Promise<AsyncGenerator<Buffer>> {
    const open = await this.table.open();
    const set = await this.select(query, open);
    const limit = Math.min(
      query.limit,
      this.spec.cap ?? Number.POSITIVE_INFINITY,
      Math.max(0, sizeOf(set) - query.offset),
    );
    const runs = distortedPage(set, query.offset, limit, exchange.distortion);
    const outputs = query.outputs.map(({ field, alias }) => ({
      field,
      alias,
      source: this.source(field, open),
    }));
    if (format === 'json') return rowsAsJson(open.store, runs, outputs);
    const header = csvHeader(outputs.map(({ field, alias }) => ({ ...field, name: alias })));
    const sources = outputs.map((output) => output.source);
    return (async function* () {
      yield header;
      yield* rowsAsCsv(open.store, runs, sources);
    })();
  }

  private async totals(query: SodaQuery, exchange: Exchange, format: 'json' | 'csv'): Promise<string> {
    const values: (string | null)[] = [];
    for (const aggregate of query.aggregates)
      values.push(await this.total(aggregate, query, exchange.distortion.count));
    const names = query.aggregates.map((aggregate) => aggregate.alias);
    if (format === 'csv') return canonicalLine(names) + canonicalLine(values);
    const row = Object.fromEntries(
      names.map((name, i) => [name, values[i]]).filter(([, value]) => value !== null),
    );
    return `${JSON.stringify([row])}\n`;
  }

  private async total(aggregate: Aggregate, query: SodaQuery, error: number): Promise<string | null> {
    if (aggregate.field === undefined) {
      const count =
        query.where === undefined
          ? await this.table.count()
          : sizeOf(await this.select(query, await this.table.open()));
      return String(count + error);
    }
    const open = await this.table.open();
    const set = await this.select({ ...query, order: [] }, open);
    const read = readerOf(this.source(aggregate.field, open));
    const comparable = comparableOf(aggregate.field.type);
    let best: string | null = null;
    await visitRows(open.store, pageRuns(set, 0, sizeOf(set)), (values, row) => {
      const value = read(values, row);
      if (value === null) return;
      const beats =
        best === null ||
        (aggregate.kind === 'max'
          ? comparable(value) > comparable(best)
          : comparable(value) < comparable(best));
      if (beats) best = value;
    });
    return best;
  }

  /** Pages of one query share its selection: it is made once and kept while it is among the newest few. */
  private select(query: SodaQuery, open: OpenTable): Promise<RowSet> {
    const key = JSON.stringify([query.where, query.order]);
    const known = this.selections.get(key);
    if (known !== undefined) return known;
    const made = this.makeSelection(query, open);
    this.selections.set(key, made);
    const [oldest] = this.selections.keys();
    if (this.selections.size > rememberedSelections && oldest !== undefined) this.selections.delete(oldest);
    return made;
  }

  private async makeSelection(query: SodaQuery, open: OpenTable): Promise<RowSet> {
    const bound = new Map<string, BoundField>(
      query.used.map((field) => [field.name, { field, read: readerOf(this.source(field, open)) }]),
    );
    const chosen: RowSet =
      query.where === undefined
        ? { all: open.store.count }
        : await filterRows(open.store, rowTest(query.where, bound));
    return sortRows(
      open.store,
      chosen,
      query.order.map(({ column, descending }) => {
        const { field, read } = bound.get(column)!;
        return { read, descending, comparable: comparableOf(field.type) };
      }),
    );
  }

  private source(field: Field, open: OpenTable) {
    return sourceOf(field, open, this.spec.table.updatedAt);
  }
}

function withoutToken(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete('$$app_token');
  return rest;
}
