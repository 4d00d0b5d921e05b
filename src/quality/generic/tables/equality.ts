import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { Arguments, GenericTest } from '../generic-test.js';
import { columnList } from '../shapes/columns.js';
import { compareModel } from '../shapes/compare.js';

/** One row per row that only one of the tables has; rows that stand there several times count once. */
export const test: GenericTest = {
  name: 'equality',
  from: 'dbt_utils',
  meaning:
    'The table has the same rows as another one. Columns are compared by name; both must have the same ones, less those left out.',
  differs: 'With precision numbers are rounded as DOUBLE, which holds 15 digits.',
  on: 'table',
  arguments: {
    compare_model: compareModel,
    compare_columns: { kind: 'columns', meaning: 'Columns that are compared; all by default.' },
    exclude_columns: { kind: 'texts', meaning: 'Columns that are not compared.' },
    precision: { kind: 'whole number', meaning: 'Digits after the point that numbers are rounded to.' },
  },
  check: ({ compare_columns, exclude_columns }) =>
    compare_columns && exclude_columns ? 'takes compare_columns or exclude_columns, not both' : undefined,
  failCalc: `count(*) + coalesce(abs(count(*) filter (where which_diff = 'a_minus_b') - count(*) filter (where which_diff = 'b_minus_a')), 0)`,
  sql({ subject, other }, args) {
    const list = selectList(args);
    const byName = !args['compare_columns'];
    const ifSame = byName ? ' where (select ok from same)' : '';
    const there = `${other('compare_model')} as other`;
    // By name: both get the columns of both, in one order.
    const both = (here: string, other: string) =>
      byName
        ? `(select ${list} from ${subject}${here}) union all by name (select ${list} from ${there}${other})`
        : `select ${list} from ${here === '' ? subject : there}`;
    const rows = (of: string) => `(select ${rounded(args['precision'])} from (${of}))`;
    return [
      `with a as ${rows(both('', ' limit 0'))},`,
      `b as ${rows(both(' limit 0', ''))}`,
      ...(byName ? [`, same as (${sameColumns(subject, there, list)})`] : []),
      `select 'a_minus_b' as which_diff, * from (from a except from b)${ifSame}`,
      `union all`,
      `select 'b_minus_a' as which_diff, * from (from b except from a)${ifSame}`,
    ].join('\n');
  },
};

function selectList({ compare_columns, exclude_columns }: Arguments): string {
  if (compare_columns) return columnList(compare_columns).join(', ');
  const names = [exclude_columns ?? []].flat() as readonly Json[];
  if (names.length === 0) return '*';
  // A column that one of the tables lacks may be left out all the same.
  const unwanted = names.map((name) => quoteText(String(name).toLowerCase())).join(', ');
  return `columns(c -> lower(c) not in (${unwanted}))`;
}

/** Numbers that are not whole are rounded; all values are then compared as text. */
function rounded(precision: Json | undefined): string {
  if (precision === undefined || precision === null) return '*';
  const isNumber = `regexp_matches(typeof(columns(*)), '^(DOUBLE|FLOAT|DECIMAL)')`;
  return `case when ${isNumber} then round(try_cast(columns(*)::varchar as double), ${Number(precision)})::varchar else columns(*)::varchar end`;
}

/** One row, `ok` true; an error that names the columns where the tables have different ones. */
function sameColumns(here: string, there: string, list: string): string {
  const names = (from: string) =>
    `(select lower(column_name) as name from (describe select ${list} from ${from}))`;
  const only = `(select string_agg(name, ', ' order by name) from ((from ${names(here)} except from ${names(there)}) union all (from ${names(there)} except from ${names(here)})))`;
  const text = `'only one of the tables has the columns ' || ${only} || ': leave them out with exclude_columns'`;
  return `select case when ${only} is null then true else error(${text}) end as ok`;
}
