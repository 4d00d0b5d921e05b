/** SQL that reads a seed: every column as text, and what types all of its values have. Pure. */
import type { SeedSpec } from '../../../compile/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';
import { LONGEST_LINE } from './header.js';

/**
 * All rows as text under the header's names, unless a step before has read them. An empty value is NULL, quoted or not, as
 * dbt reads seeds. Lines that do not fit are left out and stand in `refusedSql`.
 */
export function textSql(spec: SeedSpec, file: string, names: readonly string[]): string {
  const columns = names.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(', ');
  return `create temp table if not exists text as select * from ${readCsv(spec, file, [
    'header = true',
    'auto_detect = false',
    `columns = {${columns}}`,
    `nullstr = ''`,
    'store_rejects = true',
  ])}`;
}

/** The first line that did not fit, if there is one: its record, the byte that it begins with, why, how many values it has. */
export function refusedSql(): string {
  return `select line, line_byte_position, error_type, regexp_extract(error_message, 'Found: (\\d+)', 1), error_message
    from reject_errors order by line, column_idx limit 1`;
}

/** What the engine calls the declared types, a row for each: `int` is INTEGER. */
export function declaredSql(types: readonly (readonly [name: string, type: string])[]): string {
  const list = types.map(([name, type]) => `null::${type} as ${quoteIdent(name)}`);
  return `describe select ${list.join(', ')}`;
}

function readCsv({ delimiter, quote }: SeedSpec, file: string, options: readonly string[]): string {
  return `read_csv(${[
    quoteText(file),
    `delim = ${quoteText(delimiter)}`,
    `quote = ${quoteText(quote)}`,
    `escape = ${quoteText(quote)}`,
    'strict_mode = true',
    `max_line_size = ${LONGEST_LINE}`,
    ...options,
  ].join(', ')})`;
}

/** Types that are tried, the narrowest first, each with the form that a value must have; what fits none is text. */
const CANDIDATES: readonly (readonly [type: string, pattern: string])[] = [
  ['BOOLEAN', '(?i)true|false'],
  // 007 is a code and no number.
  ['BIGINT', '[+-]?(0|[1-9][0-9]*)'],
  ['DOUBLE', '[+-]?(0|[1-9][0-9]*)?([.][0-9]+|[0-9][.])?([eE][+-]?[0-9]+)?'],
  ['DATE', '[0-9]{4}-[0-9]{2}-[0-9]{2}'],
  ['TIMESTAMP', '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?'],
  [
    'TIMESTAMP WITH TIME ZONE',
    '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)',
  ],
];

/** For each column one column of the result: its type, found from all of its values. */
export function typesSql(names: readonly string[]): string {
  const columns = names.map((name) => {
    const column = quoteIdent(name);
    const tries = CANDIDATES.map(
      ([type, pattern]) =>
        `when bool_and(regexp_full_match(${column}, ${quoteText(pattern)}) and try_cast(${column} as ${type}) is not null) filter (where ${column} is not null) then ${quoteText(type)}`,
    );
    // Digits beyond a DOUBLE's sixteen would be lost without a word.
    const long = `when bool_and(regexp_full_match(${column}, '[+-]?[0-9]+')) and count(try_cast(${column} as bigint)) < count(${column}) then 'VARCHAR'`;
    return `case when count(${column}) = 0 then 'VARCHAR' ${long} ${tries.join(' ')} else 'VARCHAR' end as ${column}`;
  });
  return `select ${columns.join(', ')} from text`;
}

/** A condition: the value has digits that a cast to the type would round away. */
function isRounded(column: string, type: string): string {
  const decimal = /^DECIMAL\(\d+,(\d+)\)$/.exec(type);
  if (!decimal && !/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'false';
  const kept = decimal?.[1] ?? '0';
  return `regexp_full_match(${column}, ${quoteText(`\\s*[+-]?[0-9]*[.][0-9]{${kept}}[0-9]*[1-9][0-9]*\\s*`)})`;
}

/** For each declared column one row: how many of its values the type cannot hold, and the first of them with its row. */
export function misfitsSql(types: readonly (readonly [name: string, type: string])[]): string {
  const each = types.map(([name, type]) => {
    const column = quoteIdent(name);
    return `select ${quoteText(name)}, count(*), min_by(${column}, rowid), min(rowid) + 1 from text
      where ${column} is not null and (try_cast(${column} as ${type}) is null or ${isRounded(column, type)}) having count(*) > 0`;
  });
  return each.join(' union all ') || 'select null, 0, null, null where false';
}
