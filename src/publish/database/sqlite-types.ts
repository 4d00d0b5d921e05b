/**
 * What a column of the lake becomes in SQLite, which stores whole numbers of 64 bits, doubles, texts and bytes.
 * Source: https://www.sqlite.org/datatype3.html; instants as https://www.sqlite.org/lang_datefunc.html reads them.
 */
import type { ColumnInfo } from '../../engine/types.js';
import { isoText } from '../../formats/columns.js';
import { quoteIdent } from '../../sql/quote.js';

export interface SqliteColumn {
  readonly name: string;
  readonly declared: 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB';
  /** DuckDB's SQL for a value that SQLite stores as it is. */
  readonly select: string;
}

/** A double has fifteen decimal digits for certain. */
const EXACT_DIGITS = 15;
/** A whole number of 64 bits has so many. */
const WHOLE_DIGITS = 18;

export function sqliteColumn({ name, type }: ColumnInfo): SqliteColumn {
  const column = quoteIdent(name);
  const as = (declared: SqliteColumn['declared'], select: string): SqliteColumn => ({
    name,
    declared,
    select,
  });
  if (type === 'BOOLEAN' || /^(?:U?(?:TINY|SMALL)INT|INTEGER)$/.test(type))
    return as('INTEGER', `cast(${column} as integer)`);
  if (/^(?:UINTEGER|BIGINT)$/.test(type)) return as('INTEGER', `cast(${column} as bigint)`);
  if (/^(?:FLOAT|DOUBLE)$/.test(type)) return as('REAL', `cast(${column} as double)`);
  const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (scale === '0' && Number(digits) <= WHOLE_DIGITS) return as('INTEGER', `cast(${column} as bigint)`);
  if (digits !== undefined && Number(digits) <= EXACT_DIGITS) return as('REAL', `cast(${column} as double)`);
  if (type === 'BLOB') return as('BLOB', column);
  if (/^TIMESTAMP/.test(type)) return as('TEXT', isoText(column));
  if (/\[\d*\]$|^(?:STRUCT|MAP)\(/.test(type)) return as('TEXT', `cast(to_json(${column}) as varchar)`);
  return as('TEXT', `cast(${column} as varchar)`);
}
