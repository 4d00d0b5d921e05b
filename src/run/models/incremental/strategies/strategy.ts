/** What a strategy does with new rows, as SQL. Known rows are `DBT_INTERNAL_DEST`, new ones `DBT_INTERNAL_SOURCE`, as in dbt. */
import type { IncrementalSpec } from '../../../../compile/types.js';
import { quoteIdent } from '../../../../sql/quote.js';
import type { Alignment } from '../align-columns.js';

/** Rows of the table with the file that each stands in, as `"$file"`. */
export const KNOWN_ROWS = `"self"."rows"`;
/** New rows with the table's columns. */
export const NEW_ROWS = 'new_rows';
/** When files are written anew: the new rows that decide about theirs. */
export const DECIDING_ROWS = `"self"."news"`;

export interface StrategyInput {
  readonly spec: IncrementalSpec;
  readonly alignment: Alignment;
}

export interface StrategySql {
  /** SELECT of `"$file"` over known and new rows: the files that cannot stay as they are. Left out: all files stay. */
  readonly touched?: string;
  /** SELECT over known and new rows: the new rows that come as they are. */
  readonly inserts: string;
  /** SELECT over known and new rows: those that change known rows. Left out: the inserts decide. */
  readonly updates?: string;
  /** SELECT over the rows of touched files and the deciding rows: what these files hold from now on. */
  readonly kept: string;
}

export const DEST = 'DBT_INTERNAL_DEST';
export const SOURCE = 'DBT_INTERNAL_SOURCE';

/** Every column of the table as it will be, out of a new row. */
export function newColumns({ alignment }: StrategyInput): string {
  return alignment.columns.map(({ name }) => `${SOURCE}.${quoteIdent(name)}`).join(', ');
}

/** Every column of the table as it will be, out of a known row. */
export function knownColumns({ alignment }: StrategyInput): string {
  return alignment.columns
    .map((column) => `${alignment.known(DEST, column)} as ${quoteIdent(column.name)}`)
    .join(', ');
}

/** Both rows have the same values in these columns; NULL equals nothing, as in SQL, unless `nulls`. */
export function sameIn(columns: readonly string[], nulls = false): string {
  const equals = nulls ? 'is not distinct from' : '=';
  return columns
    .map((name) => `${DEST}.${quoteIdent(name)} ${equals} ${SOURCE}.${quoteIdent(name)}`)
    .join(' and ');
}
