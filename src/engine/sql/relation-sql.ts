/** The SELECT behind a relation's name: exact files, literal rows, or typed nothing. */
import { quoteIdent, quoteText, quoteTextList } from '../../sql/quote.js';
import type { Relation, Scan } from '../types.js';

/** One SELECT: `rows` where they are given, else all scans' files by UNION ALL, else no row of the declared columns. */
export function relationSql({ scans, columns, rows }: Relation): string {
  if (rows !== undefined) return literalRows(columns, rows);
  const filled = scans.filter((scan) => scan.files.length > 0);
  return filled.length === 0 ? noRows(columns) : filled.map(scanSql).join('\nUNION ALL\n');
}

/** Names of folders are not looked at: partition values, too, stand in the select list. */
function scanSql({ files, select, where }: Scan): string {
  const source = `read_parquet(${quoteTextList(files)}, hive_partitioning = false, union_by_name = false)`;
  return `SELECT ${select} FROM ${source}${where === undefined ? '' : ` WHERE ${where}`}`;
}

/** The columns of a relation, and none of its rows: types are known from it without a file being opened. */
export function noRows(columns: Relation['columns']): string {
  const list = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdent(name)}`);
  // SQL knows no SELECT without columns.
  return `SELECT ${list.join(', ') || 'NULL AS _none'} WHERE false`;
}

function literalRows(columns: Relation['columns'], rows: NonNullable<Relation['rows']>): string {
  if (rows.length === 0 || columns.length === 0) return noRows(columns);
  const names = columns.map((_, i) => `c${i}`);
  const values = rows.map((row) => `(${columns.map((_, i) => literal(row[i] ?? null)).join(', ')})`);
  const list = columns.map(({ name, type }, i) => `CAST(c${i} AS ${type}) AS ${quoteIdent(name)}`);
  return `SELECT ${list.join(', ')} FROM (VALUES ${values.join(', ')}) AS given(${names.join(', ')})`;
}

function literal(value: string | null): string {
  return value === null ? 'CAST(NULL AS VARCHAR)' : quoteText(value);
}
