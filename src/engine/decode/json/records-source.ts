/** SELECTs over the records of JSON files, whatever their documents look like. */
import { quoteIdent, quoteText, quoteTextList } from '../../../sql/quote.js';

/** Keys that lead to a value in a record. */
export type KeyPath = readonly string[];

/** How the documents of a file are laid out. */
export interface DocumentShape {
  /** `array`: one array of records. `lines`: one document a line. `documents`: one or more, of any length. */
  readonly format: 'array' | 'lines' | 'documents';
  /** Keys that lead to the records in each document; empty: the document is the record. */
  readonly path: readonly string[];
  /** True when a single object stands at the path instead of an array. */
  readonly single: boolean;
  /** True for GeoJSON features: the columns are those of `properties`, and the features' other members. */
  readonly features: boolean;
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
 * SELECT of `file_index` and `f0`, `f1`, … for values of each record, each read as its type (VARCHAR or JSON) while the
 * file is parsed: members of the record, or members of its members. Names must differ in more than case.
 */
export function selectMembers(
  paths: readonly string[],
  shape: DocumentShape,
  members: readonly { readonly path: KeyPath; readonly type: 'VARCHAR' | 'JSON' }[],
): string {
  const alias = (from: string) =>
    members.map(({ path }, i) => `${[from, ...path.map(quoteIdent)].join('.')} AS f${i}`).join(', ');
  const types = memberTypes(members);
  if (shape.path.length === 0) {
    const columns = types.map(([key, type]) => `${quoteText(key)}: ${quoteText(type)}`).join(', ');
    return `SELECT file_index, ${alias('record')}
      FROM read_json(${quoteTextList(paths)}, ${options(shape)}, records = true, columns = {${columns}}) AS record`;
  }
  const struct = structOf(types);
  const { source, found } = documents(paths, shape, struct);
  return `SELECT file_index, ${alias('record')}
    FROM (SELECT file_index, ${shape.single ? found : `unnest(${found})`} AS record FROM ${source})`;
}

type Typed = readonly (readonly [name: string, type: string])[];

/** The type of each member of a record; those whose own members are read are structs of them. */
function memberTypes(members: readonly { readonly path: KeyPath; readonly type: string }[]): Typed {
  const inner = new Map<string, [string, string][]>();
  const types = new Map<string, string>();
  for (const { path, type } of members) {
    const [root = '', member] = path;
    if (member === undefined) {
      types.set(root, type);
      continue;
    }
    const fields = inner.get(root) ?? [];
    fields.push([member, type]);
    inner.set(root, fields);
  }
  for (const [root, fields] of inner) types.set(root, structOf(fields));
  return [...types];
}

function structOf(fields: Typed): string {
  return `STRUCT(${fields.map(([name, type]) => `${quoteIdent(name)} ${type}`).join(', ')})`;
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
