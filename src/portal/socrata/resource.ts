/** /resource/<4x4>.json, .csv, .geojson and .xml: rows, counts and the headers that go with them. */
import { createHash } from 'node:crypto';
import { distortedPage } from '../faults/distorted-page.js';
import type { Exchange } from '../http/exchange.js';
import { filterRows, type RowSet, type SortKey, sizeOf, sortRows, type Value } from '../rows/row-set.js';
import type { RowStore, Run } from '../rows/row-store.js';
import { type OpenTable, Table } from '../rows/table.js';
import type { SocrataDataset } from '../types.js';
import { noSuchColumn } from './errors.js';
import { type BoundField, columnsOf, rowTest } from './evaluate.js';
import { comparableOf, type Field, readerOf, type StoredSource, sourceOf } from './fields.js';
import { madeFields, makeRows, storeOf } from './made-rows.js';
import { isMade, parseRequest, type SodaQuery } from './request.js';
import { csvHeader, rowsAsCsv } from './rows-as-csv.js';
import { rowsAsGeojson } from './rows-as-geojson.js';
import { rowsAsJson, type WrittenField } from './rows-as-json.js';
import { rowsAsXml } from './rows-as-xml.js';

/** The formats of rows, by the ending of the URL, with their content types. */
export const rowFormats = {
  json: 'application/json;charset=utf-8',
  csv: 'text/csv; charset=UTF-8',
  geojson: 'application/vnd.geo+json; charset=UTF-8',
  xml: 'text/xml;charset=utf-8',
} as const;
/** The endings that /resource knows. */
export type RowFormat = keyof typeof rowFormats;

/** Rows that are ready to be written. */
interface Page {
  readonly store: RowStore;
  readonly runs: readonly Run[];
  readonly outputs: readonly WrittenField[];
}

const rememberedSelections = 4;
/** Longest X-SODA2-Fields that is still sent. */
const headerLimit = 4096;

/** One dataset's rows. */
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

  /** Answers one request for rows. @throws SodaError 400 for a query that this dataset cannot answer. */
  async answer(exchange: Exchange, format: RowFormat): Promise<void> {
    const query = await parseRequest(withoutToken(exchange.query), this.table, this.spec.id);
    const made = isMade(query);
    const fields: readonly Field[] = made
      ? madeFields(query)
      : query.outputs.map(({ alias, field }) => ({ name: alias, type: field.type }));
    const headers = this.headers(exchange, format, fields);
    const lastModified = new Date(this.spec.table.updatedAt);
    if (exchange.isUnchanged({ etag: headers.etag, lastModified })) return exchange.send(304, headers, '');
    if (exchange.request.method === 'HEAD') return exchange.send(200, headers, '');
    const page = made ? await this.madePage(query, fields, exchange) : await this.page(query, exchange);
    await exchange.send(200, headers, written(page, format, `/resource/${this.spec.id}`));
  }

  private headers(exchange: Exchange, format: RowFormat, fields: readonly Field[]): Record<string, string> {
    const modified = new Date(this.spec.table.updatedAt).toUTCString();
    const identity = `${this.spec.id} ${this.table.version} ${format} ${withoutToken(exchange.query)}`;
    const names = JSON.stringify(fields.map((field) => field.name));
    return {
      'content-type': rowFormats[format],
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

  private async page(query: SodaQuery, exchange: Exchange): Promise<Page> {
    const open = await this.table.open();
    const set = await this.select(query, open);
    const runs = this.runs(set, query, exchange);
    const outputs = query.outputs.map(({ field, alias }) => ({
      field,
      alias,
      source: this.stored(field, open),
    }));
    return { store: open.store, runs, outputs };
  }

  private runs(set: RowSet, query: SodaQuery, exchange: Exchange): Run[] {
    const left = Math.max(0, sizeOf(set) - query.offset);
    const limit = Math.min(query.limit, this.spec.cap ?? Number.POSITIVE_INFINITY, left);
    return distortedPage(set, query.offset, limit, exchange.distortion);
  }

  /** A page of rows that the query makes. `$having`, and `$order` of groups, are about these. */
  private async madePage(query: SodaQuery, fields: readonly Field[], exchange: Exchange): Promise<Page> {
    const grouped = query.groups !== undefined || query.aggregates.length > 0;
    const store = storeOf(fields, await this.madeRows(query, exchange.distortion.count));
    const bound = new Map<string, BoundField>(
      fields.map((field, position) => [field.name, { field, read: readerOf({ position }) }]),
    );
    for (const name of [
      ...(query.having ? columnsOf(query.having) : []),
      ...(grouped ? query.order.map((item) => item.column) : []),
    ]) {
      if (!bound.has(name)) throw noSuchColumn(name, this.spec.id);
    }
    const kept: RowSet =
      query.having === undefined
        ? { all: store.count }
        : await filterRows(store, rowTest(query.having, bound));
    const set = grouped ? await sortRows(store, kept, sortKeys(query, bound)) : kept;
    const outputs = fields.map((field, position) => ({ field, alias: field.name, source: { position } }));
    return { store, runs: this.runs(set, query, exchange), outputs };
  }

  /** @param error what a fault adds to `count(*)` of the whole. */
  private async madeRows(query: SodaQuery, error: number): Promise<readonly (readonly Value[])[]> {
    const { aggregates, groups, where, words } = query;
    const isTotal = groups === undefined && aggregates.length > 0;
    const isCount =
      isTotal && where === undefined && words.length === 0 && !aggregates.some((one) => one.field);
    if (isCount) {
      const count = String((await this.table.count()) + error);
      return [aggregates.map(() => count)];
    }
    const open = await this.table.open();
    const set = await this.select(groups === undefined && !isTotal ? query : { ...query, order: [] }, open);
    const rows = await makeRows(query, open.store, set, (field) => readerOf(this.source(field, open)));
    if (!isTotal || error === 0) return rows;
    return rows.map((row) =>
      row.map((value, i) => (aggregates[i]?.field ? value : String(Number(value) + error))),
    );
  }

  /** Pages of one query share its selection: it is made once and kept while it is among the newest few. */
  private select(query: SodaQuery, open: OpenTable): Promise<RowSet> {
    const key = JSON.stringify([query.where, query.words, query.order]);
    const known = this.selections.get(key);
    if (known !== undefined) return known;
    const made = this.makeSelection(query, open);
    this.selections.set(key, made);
    const [oldest] = this.selections.keys();
    if (this.selections.size > rememberedSelections && oldest !== undefined) this.selections.delete(oldest);
    return made;
  }

  private async makeSelection(query: SodaQuery, open: OpenTable): Promise<RowSet> {
    const bound = new Map<string, BoundField>();
    for (const [name, field] of query.used) {
      bound.set(name, { field, read: readerOf(this.source(field, open)) });
    }
    const test = query.where === undefined ? () => true : rowTest(query.where, bound);
    const { words } = query;
    const chosen: RowSet =
      query.where === undefined && words.length === 0
        ? { all: open.store.count }
        : await filterRows(open.store, (values, row) => test(values, row) && holdsWords(values, words));
    return sortRows(open.store, chosen, sortKeys(query, bound));
  }

  private stored(field: Field, open: OpenTable): StoredSource {
    const source = this.source(field, open);
    if ('of' in source) throw new Error(`${field.name} is made, not stored`);
    return source;
  }

  private source(field: Field, open: OpenTable) {
    return sourceOf(field, open, this.spec.table.updatedAt);
  }
}

function sortKeys({ order }: SodaQuery, bound: ReadonlyMap<string, BoundField>): SortKey[] {
  return order.map(({ column, descending }) => {
    const { field, read } = bound.get(column)!;
    return { read, descending, comparable: comparableOf(field.type) };
  });
}

/** `$q`: every word stands in some value of the row, https://dev.socrata.com/docs/queries/q. */
function holdsWords(values: readonly Value[], words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const found = new Set(values.flatMap((value) => value?.toLowerCase().split(/[^\p{L}\p{N}]+/u) ?? []));
  return words.every((word) => found.has(word));
}

function written({ store, runs, outputs }: Page, format: RowFormat, address: string): AsyncGenerator<Buffer> {
  switch (format) {
    case 'json':
      return rowsAsJson(store, runs, outputs);
    case 'geojson':
      return rowsAsGeojson(store, runs, outputs);
    case 'xml':
      return rowsAsXml(store, runs, outputs, address);
    case 'csv':
      return withHeader(
        csvHeader(outputs.map(({ field, alias }) => ({ ...field, name: alias }))),
        rowsAsCsv(
          store,
          runs,
          outputs.map((output) => output.source),
        ),
      );
  }
}

async function* withHeader(header: Buffer, rows: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield header;
  yield* rows;
}

function withoutToken(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete('$$app_token');
  return rest;
}
