/** The SELECT over JSON files of one layout: a column for each key, nested values as JSON text, lists opened. */
import { quoteIdent } from '../../../sql/quote.js';
import type { Layout } from '../layout.js';
import { pointer } from './pointer.js';
import { type DocumentShape, type KeyPath, selectMembers, selectRecords } from './records-source.js';

export interface JsonLayoutOptions {
  readonly shape: DocumentShape;
  /** Where the columns' values stand in the records. */
  readonly keys: readonly KeyPath[];
  /** Bronze names of the keys, one each. */
  readonly names: readonly string[];
  readonly explode?: {
    /** Keys that lead to the list, the first being a member of the record. */
    readonly path: readonly string[];
    readonly keepEmpty: boolean;
    /** Bronze name of the column that holds an element; one of `names` where the path is a single key. */
    readonly column: string;
  };
}

/** A layout for files of this shape and these keys; `explode` makes a row of each element of a list. */
export function jsonLayout(options: JsonLayoutOptions): Layout {
  const { shape, keys, names, explode } = options;
  const columns = explode && !names.includes(explode.column) ? [...names, explode.column] : names;
  const read = canBeMembers(keys) ? membersOf(options) : extractedFrom(options);
  return {
    key: JSON.stringify(['json', shape, keys.map((key) => JSON.stringify(key)).sort(), columns, explode]),
    columns,
    variables: [],
    select: (paths, fileColumn) => {
      const file = fileColumn === undefined ? '' : `, file_index::BIGINT AS ${quoteIdent(fileColumn)}`;
      const list = columns.map((name) =>
        explode && name === explode.column
          ? `unnest(opened) AS ${quoteIdent(name)}`
          : `${place(names, name)} AS ${quoteIdent(name)}`,
      );
      return `SELECT ${list.join(', ')}${file} FROM (${read(paths)})`;
    },
  };
}

type Read = (paths: readonly string[]) => string;

function place(names: readonly string[], name: string): string {
  return `f${names.indexOf(name)}`;
}

/** DuckDB's reader takes members by name, but for names that differ in case only, blank ones and its own. */
function canBeMembers(keys: readonly KeyPath[]): boolean {
  const lower = keys.map((key) => JSON.stringify(key).toLowerCase());
  const names = new Set(keys.flat().map((name) => name.toLowerCase()));
  return new Set(lower).size === keys.length && !names.has('') && !names.has('file_index');
}

/** One pass over the file; the usual way. */
function membersOf({ shape, keys, explode }: JsonLayoutOptions): Read {
  const root = explode ? keys.findIndex(([name]) => name === explode.path[0]) : -1;
  const members = keys.map((path, i) => ({
    path,
    type: i === root ? ('JSON' as const) : ('VARCHAR' as const),
  }));
  return (paths) => {
    const select = selectMembers(paths, shape, members);
    if (!explode) return select;
    const inner = explode.path.slice(1);
    const list =
      root < 0 ? 'NULL::JSON' : inner.length === 0 ? `f${root}` : `json_extract(f${root}, ${pointer(inner)})`;
    const text = root < 0 ? '*' : `* REPLACE (f${root} ->> '$' AS f${root})`;
    return `SELECT ${text}, ${opened(list, explode.keepEmpty)} AS opened FROM (${select})`;
  };
}

/** Each value looked up in the record's text: dearer, for any key. */
function extractedFrom({ shape, keys, explode }: JsonLayoutOptions): Read {
  const values = keys.map((key, i) => `json_extract_string(record, ${pointer(key)}) AS f${i}`);
  return (paths) => {
    const list =
      explode && `${opened(`json_extract(record, ${pointer(explode.path)})`, explode.keepEmpty)} AS opened`;
    return `SELECT file_index, ${[...values, ...(list ? [list] : [])].join(', ')} FROM (${selectRecords(paths, shape)})`;
  };
}

/** The elements of a list as text, nested ones as JSON; what is no list counts as one element, nothing as none. */
function opened(list: string, keepEmpty: boolean): string {
  const none = keepEmpty ? '[NULL::VARCHAR]' : 'CAST([] AS VARCHAR[])';
  return `CASE
    WHEN ${list} IS NULL OR json_type(${list}) = 'NULL' OR json_array_length(${list}) = 0 AND json_type(${list}) = 'ARRAY' THEN ${none}
    WHEN json_type(${list}) = 'ARRAY' THEN from_json(${list}, '["VARCHAR"]')
    ELSE [${list} ->> '$'] END`;
}
