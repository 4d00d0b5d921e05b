/** The SELECT over CSV files of one layout: everything text, nothing guessed, no row skipped. */
import { quoteIdent, quoteText, quoteTextList } from '../../../sql/quote.js';
import type { Layout } from '../layout.js';

/** The longest record that is accepted. */
export const MOST_LINE_BYTES = 16 << 20;
/**
 * The longest that is read at the first go: DuckDB wants buffers of at least twice as much, several for each thread.
 * A file with a longer one is read once more, see `lostItsWay`.
 */
const USUAL_LINE_BYTES = 2 << 20;

export interface CsvLayoutOptions {
  readonly columns: readonly string[];
  /** Columns after these that are not the portal's, such as a sheet's `_period`. */
  readonly variables: readonly string[];
  readonly delimiter: string;
  readonly quote: string;
  /** True when the files begin with their header. */
  readonly header: boolean;
  /**
   * True for rewritten files: every row ends with \n, and may be as long as is accepted at all. Elsewhere DuckDB goes by the first line end it meets, be it in quotes;
   * told a wrong one, it would find no rows and say nothing.
   */
  readonly lineFeeds?: boolean;
}

/** Reads a file's records as text columns with the declared names; a record of another length is an error. */
export function csvLayout(options: CsvLayoutOptions): Layout {
  const { columns, variables, delimiter, quote, header, lineFeeds = false } = options;
  const all = [...columns, ...variables];
  // Names of the reader's own, so that no portal's name can hide DuckDB's `file_index`.
  const declared = all.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
  const renamed = all.map((name, i) => `c${i} AS ${quoteIdent(name)}`).join(', ');
  // `""` is an empty text, nothing between two delimiters is NULL.
  const mostLine = lineFeeds ? MOST_LINE_BYTES : USUAL_LINE_BYTES;
  const settings = [
    'auto_detect = false',
    `header = ${header}`,
    `delim = ${quoteText(delimiter)}`,
    `quote = ${quoteText(quote)}`,
    `escape = ${quoteText(quote)}`,
    `nullstr = ''`,
    'allow_quoted_nulls = false',
    'null_padding = false',
    'ignore_errors = false',
    'strict_mode = true',
    ...(lineFeeds ? [`new_line = '\\n'`] : []),
    `max_line_size = ${mostLine}`,
    `buffer_size = ${2 * mostLine}`,
    'hive_partitioning = false',
    `columns = {${declared}}`,
  ].join(', ');
  return {
    key: JSON.stringify(['csv', columns, variables, delimiter, quote, header, lineFeeds]),
    columns,
    variables,
    select: (paths, fileColumn) => {
      const file = fileColumn === undefined ? '' : `, file_index::BIGINT AS ${quoteIdent(fileColumn)}`;
      return `SELECT ${renamed}${file} FROM read_csv(${quoteTextList(paths)}, ${settings})`;
    },
  };
}
