/** SELECTs over the records of JSON files, whatever their documents look like. */
import { quoteIdent, quoteText, quoteTextList } from '../../../sql/quote.js';

/** How the documents of a file are laid out. */
export interface DocumentShape {
  /** `array`: one array of records. `lines`: one document a line. `documents`: one or more, of any length. */
  readonly format: 'array' | 'lines' | 'documents';
  /** Keys that lead to the records in each document; empty: the document is the record. */
  readonly path: readonly string[];
  /** True when a single object stands at the path instead of an array. */
  readonly single: boolean;
  /** Greatest document (or record of an array) that is read, in bytes. */
  readonly maxBytes: number;
}

const FORMATS = { array: 'array', lines: 'newline_delimited', documents: 'unstructured' } as const;

/**
 * SELECT of `file_index`, `missing` (nothing stands at the path) and `record` as JSON.
 * Source of the readers' options: https://duckdb.org/docs/stable/data/json/loading_json
 */
export function selectRecords(paths: readonly string[], shape: DocumentShape): string {
  if (shape.path.length === 0) {
    return `SELECT file_index, false AS missing, json AS record
      FROM read_json_objects(${quoteTextList(paths)}, ${options(shape)})`;
  }
  const { source, found } = documents(paths, shape, 'JSON');
  // A document without records must yield a row, so that its lack can be seen.
  const record = shape.single ? found : `unnest(CASE WHEN ${found} IS NULL THEN [NULL] ELSE ${found} END)`;
  return `SELECT file_index, ${found} IS NULL AS missing, ${record} AS record FROM ${source}`;
}

/**
 * SELECT of `file_index` and `f0`, `f1`, … for the named members of each record, each read as its type (VARCHAR or JSON)
 * while the file is parsed. Names must differ in more than case.
 */
export function selectMembers(
  paths: readonly string[],
  shape: DocumentShape,
  members: readonly { readonly key: string; readonly type: 'VARCHAR' | 'JSON' }[],
): string {
  const alias = (from: string) =>
    members.map(({ key }, i) => `${from}.${quoteIdent(key)} AS f${i}`).join(', ');
  if (shape.path.length === 0) {
    const columns = members.map(({ key, type }) => `${quoteText(key)}: '${type}'`).join(', ');
    return `SELECT file_index, ${alias('record')}
      FROM read_json(${quoteTextList(paths)}, ${options(shape)}, records = true, columns = {${columns}}) AS record`;
  }
  const struct = `STRUCT(${members.map(({ key, type }) => `${quoteIdent(key)} ${type}`).join(', ')})`;
  const { source, found } = documents(paths, shape, struct);
  return `SELECT file_index, ${alias('record')}
    FROM (SELECT file_index, ${shape.single ? found : `unnest(${found})`} AS record FROM ${source})`;
}

function options({ format, maxBytes }: DocumentShape): string {
  return `format = '${FORMATS[format]}', maximum_object_size = ${maxBytes}, hive_partitioning = false`;
}

/** A FROM item `document` of which only the path is parsed, and the SQL of what stands there. */
function documents(
  paths: readonly string[],
  shape: DocumentShape,
  record: string,
): { readonly source: string; readonly found: string } {
  const [first = '', ...rest] = shape.path;
  const inner = shape.single ? record : `${record}[]`;
  const type = rest.reduceRight((nested, key) => `STRUCT(${quoteIdent(key)} ${nested})`, inner);
  const columns = `columns = {${quoteText(first)}: ${quoteText(type)}}`;
  return {
    source: `read_json(${quoteTextList(paths)}, ${options(shape)}, records = true, ${columns}) AS document`,
    found: rest.reduce(
      (value, key) => `struct_extract(${value}, ${quoteText(key)})`,
      `document.${quoteIdent(first)}`,
    ),
  };
}
