/** Tests of a column's type, whatever its values. */
import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { GenericTest } from '../generic-test.js';
import { columnsOf } from './described.js';

/** Other names of DuckDB's types, and those that other databases have for them. */
const NAMES: Readonly<Record<string, string>> = {
  bool: 'boolean',
  char: 'varchar',
  datetime: 'timestamp',
  float4: 'float',
  float8: 'double',
  'double precision': 'double',
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  long: 'bigint',
  numeric: 'decimal',
  real: 'float',
  string: 'varchar',
  text: 'varchar',
  timestamptz: 'timestamp with time zone',
  timestamp_ntz: 'timestamp',
};

export function typeTest(
  test: Pick<GenericTest, 'name' | 'meaning' | 'arguments'>,
  types: (args: Readonly<Record<string, Json>>) => readonly string[],
): GenericTest {
  return {
    ...test,
    from: 'dbt_expectations',
    on: 'column',
    sql({ subject, columnName }, args) {
      const wanted = types(args).map((type) => quoteText(plain(type)));
      // DECIMAL alone stands for every precision and scale.
      return [
        `select name as "column", type as "type"`,
        `from ${columnsOf(subject)}`,
        `where lower(name) = lower(${quoteText(columnName!)})`,
        `  and lower(type) not in (${wanted.join(', ')}) and regexp_replace(lower(type), '\\(.*\\)$', '') not in (${wanted.join(', ')})`,
      ].join('\n');
    },
  };
}

function plain(written: string): string {
  const type = written
    .trim()
    .toLowerCase()
    .replace(/\s*,\s*/g, ',')
    .replace(/\s+/g, ' ');
  const [, name = type, rest = ''] = /^([^(]*?)\s*(\(.*\))?$/.exec(type) ?? [];
  return `${NAMES[name] ?? name}${rest}`;
}
