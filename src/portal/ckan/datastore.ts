/** datastore_search and the dump: the two ways to a datastore table's rows. */
import { distortedPage } from '../faults/distorted-page.js';
import type { Distortion } from '../faults/strike.js';
import { sizeOf } from '../rows/row-set.js';
import type { Table } from '../rows/table.js';
import { invalid } from './errors.js';
import { boolean, given, integer, type Parameters, parseQuery, selectRows } from './query.js';
import { csvField, rowsAsText } from './rows-as-text.js';

/** A datastore table and the most rows of one datastore_search. */
export interface DatastoreTable {
  readonly id: string;
  readonly cap: number;
  readonly table: Table;
}

const formats = ['objects', 'lists', 'csv', 'tsv'] as const;

/**
 * The `result` of datastore_search as JSON text in blocks. A limit above the cap is lowered without a word but in
 * `result.limit`, as CKAN does (https://docs.ckan.org/en/2.9/maintaining/configuration.html#ckan-datastore-search-rows-max).
 * @param self path and query of the request, for `_links`.
 */
export async function searchResult(
  target: DatastoreTable,
  parameters: Parameters,
  distortion: Distortion,
  self: URL,
): Promise<AsyncGenerator<Buffer>> {
  const format = given(parameters.records_format) ? String(parameters.records_format) : 'objects';
  if (!formats.includes(format as (typeof formats)[number])) {
    throw invalid({ records_format: [`Value must be one of ${JSON.stringify(formats)}`] });
  }
  const cap = Math.min(target.cap, distortion.cap ?? target.cap);
  const limit = Math.min(integer(parameters, 'limit', 100), cap);
  const offset = integer(parameters, 'offset', 0);
  const includeTotal = boolean(parameters, 'include_total', true);
  const chooses = ['filters', 'q', 'distinct', 'fields'].some((name) => given(parameters[name]));
  const onlyCounts = limit === 0 && !chooses && target.table.spec.columns !== undefined;
  const total = onlyCounts ? await target.table.count() : undefined;
  if (total !== undefined) return countOnly();

  const open = await target.table.open();
  const query = parseQuery(open, parameters);
  const set = await selectRows(open, query);
  const runs = distortedPage(set, offset, limit, distortion);
  return blocks(
    query.columns,
    sizeOf(set),
    rowsAsText(open.store, runs, query.columns, format as (typeof formats)[number]),
  );

  function countOnly(): AsyncGenerator<Buffer> {
    const columns = [{ name: '_id', type: 'int' }, ...(target.table.spec.columns ?? [])];
    return blocks(columns, total ?? 0, none());
  }

  async function* blocks(
    columns: readonly { readonly name: string; readonly type: string }[],
    found: number,
    records: AsyncGenerator<Buffer>,
  ): AsyncGenerator<Buffer> {
    const head = {
      include_total: includeTotal,
      limit,
      records_format: format,
      resource_id: target.id,
      total_estimation_threshold: null,
    };
    yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"records":`);
    if (format === 'csv' || format === 'tsv') {
      let text = '';
      for await (const block of records) text += block.toString('utf8');
      yield Buffer.from(JSON.stringify(text));
    } else {
      yield Buffer.from('[');
      yield* records;
      yield Buffer.from(']');
    }
    const tail = {
      fields: columns.map(({ name, type }) => ({ id: name, type })),
      _links: links(self, offset, limit),
      ...(includeTotal && { total: found + distortion.count, total_was_estimated: false }),
      ...(offset > 0 && { offset }),
    };
    yield Buffer.from(`,${JSON.stringify(tail).slice(1)}`);
  }
}

async function* none(): AsyncGenerator<Buffer> {}

function links(self: URL, offset: number, limit: number): Record<string, string> {
  const at = (position: number | undefined) => {
    const query = new URLSearchParams(self.searchParams);
    query.delete('offset');
    if (position !== undefined) query.set('offset', String(position));
    return `${self.pathname}?${query}`;
  };
  return {
    start: at(undefined),
    ...(offset > 0 && { prev: at(Math.max(0, offset - limit)) }),
    next: at(offset + limit),
  };
}

const dumpFormats = {
  csv: { rows: 'csv', type: 'text/csv; charset=utf-8' },
  tsv: { rows: 'tsv', type: 'text/tab-separated-values; charset=utf-8' },
  json: { rows: 'lists', type: 'application/json; charset=utf-8' },
  xml: { rows: 'xml', type: 'text/xml; charset=utf-8' },
} as const;

/** An answer of the dump. */
export interface Dump {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncGenerator<Buffer>;
}

/**
 * The whole table, or `limit` rows from `offset`, streamed without a length. The CSV's header line ends with CRLF and
 * its rows with LF, for CKAN writes the one with Python and has the others from PostgreSQL.
 * @throws CkanError 409 for a bad parameter.
 */
export async function dump(
  target: DatastoreTable,
  parameters: Parameters,
  distortion: Distortion,
): Promise<Dump> {
  const format = given(parameters.format) ? String(parameters.format) : 'csv';
  if (!Object.hasOwn(dumpFormats, format))
    throw invalid({ format: [`Value must be one of csv, tsv, json, xml`] });
  const { rows, type } = dumpFormats[format as keyof typeof dumpFormats];
  const open = await target.table.open();
  const query = parseQuery(open, parameters);
  const set = await selectRows(open, query);
  const offset = integer(parameters, 'offset', 0);
  const wanted = Math.min(integer(parameters, 'limit', sizeOf(set)), Math.max(0, sizeOf(set) - offset));
  const records = rowsAsText(
    open.store,
    distortedPage(set, offset, wanted, { ...distortion, cap: undefined, shift: 0 }),
    query.columns,
    rows,
  );
  const bom = boolean(parameters, 'bom', false) ? '\uFEFF' : '';

  async function* body(): AsyncGenerator<Buffer> {
    if (format === 'csv' || format === 'tsv') {
      const delimiter = format === 'csv' ? ',' : '\t';
      const names = query.columns.map((column) => csvField(column.name, delimiter));
      yield Buffer.from(`${bom}${names.join(delimiter)}\r\n`);
      yield* records;
    } else if (format === 'json') {
      const fields = JSON.stringify(query.columns.map(({ name, type: id }) => ({ id: name, type: id })));
      yield Buffer.from(`${bom}{\n  "fields": ${fields},\n  "records": [`);
      yield* records;
      yield Buffer.from('\n]}\n');
    } else {
      yield Buffer.from(`${bom}<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n`);
      yield* records;
      yield Buffer.from('</data>\n');
    }
  }

  return {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${target.id}.${format}"` },
    body: body(),
  };
}
