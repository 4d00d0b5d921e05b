/** Rows of a datastore table in the formats that PostgreSQL and CKAN write them in. */
import { escapeXml } from '../escape-xml.js';
import type { Value } from '../rows/row-set.js';
import { type RowStore, type Run, writtenRows } from '../rows/row-store.js';

/** A column of an answer; `_id` is the row's number, counted from 1. */
export interface AnswerColumn {
  readonly name: string;
  readonly type: string;
  /** Position in the store; undefined: `_id`, or the constant. */
  readonly position: number | undefined;
  /** JSON text of a value that every row has, such as `rank` of a full text search. */
  readonly constant?: string;
}

/** How rows are written. */
export type RowFormat = 'csv' | 'tsv' | 'objects' | 'lists' | 'xml';

/**
 * The rows' text in blocks. JSON rows are joined by commas with a line break before each; CSV rows end with LF.
 * CSV is that of `COPY … CSV`: NULL is empty, the empty string is `""`, quotes only where they are needed.
 */
export function rowsAsText(
  store: RowStore,
  runs: readonly Run[],
  columns: readonly AnswerColumn[],
  format: RowFormat,
): AsyncGenerator<Buffer> {
  const write = writers[format](columns);
  let first = true;
  return writtenRows(store, runs, (values, row) => {
    const line = write(values, row + 1, first);
    first = false;
    return line;
  });
}

type RowWriter = (values: readonly Value[], id: number, first: boolean) => string;

const writers: Readonly<Record<RowFormat, (columns: readonly AnswerColumn[]) => RowWriter>> = {
  csv: (columns) => delimited(columns, ','),
  tsv: (columns) => delimited(columns, '\t'),
  objects: (columns) => {
    const names = columns.map((column, i) => `${i === 0 ? '{' : ','}${JSON.stringify(column.name)}:`);
    return (values, id, first) => {
      let line = first ? '' : ',\n';
      for (let i = 0; i < columns.length; i++) line += names[i] + jsonValue(columns[i]!, values, id);
      return `${line}}`;
    };
  },
  lists: (columns) => (values, id, first) => {
    let line = first ? '\n    ' : ',\n    ';
    for (let i = 0; i < columns.length; i++)
      line += (i === 0 ? '[' : ',') + jsonValue(columns[i]!, values, id);
    return `${line}]`;
  },
  xml: (columns) => (values, id) => {
    let line = `<row _id="${id}">`;
    for (const { name, position, constant } of columns) {
      if (constant !== undefined) line += `<${name}>${constant}</${name}>`;
      if (position === undefined) continue;
      const value = values[position] ?? null;
      line += value === null ? `<${name} xsi:nil="true" />` : `<${name}>${escapeXml(value)}</${name}>`;
    }
    return `${line}</row>\n`;
  },
};

function delimited(columns: readonly AnswerColumn[], delimiter: ',' | '\t'): RowWriter {
  return (values, id) => {
    let line = '';
    for (let i = 0; i < columns.length; i++) {
      if (i > 0) line += delimiter;
      const { position, constant } = columns[i]!;
      line += position === undefined ? (constant ?? id) : csvField(values[position] ?? null, delimiter);
    }
    return `${line}\n`;
  };
}

/** One CSV or TSV field as PostgreSQL writes it. */
export function csvField(value: Value, delimiter: ',' | '\t' = ','): string {
  if (value === null) return '';
  if (value === '') return '""';
  return value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const numericTypes = new Set(['int4', 'int8', 'float8', 'numeric']);
const jsonNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

function jsonValue(column: AnswerColumn, values: readonly Value[], id: number): string {
  if (column.position === undefined) return column.constant ?? String(id);
  const value = values[column.position] ?? null;
  if (value === null) return 'null';
  if (numericTypes.has(column.type) && jsonNumber.test(value)) return value;
  if (column.type === 'bool' && (value === 'true' || value === 'false')) return value;
  if (column.type === 'json') return value;
  return JSON.stringify(value);
}
