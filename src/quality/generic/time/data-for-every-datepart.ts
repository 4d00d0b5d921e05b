import type { Json } from '../../../project/types.js';
import type { GenericTest } from '../generic-test.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { boundSql, isGiven } from '../shapes/bounds.js';
import { columnSql } from '../shapes/columns.js';
import { datepart, intervalSql } from '../shapes/interval.js';

/** One row per stretch of time without a row. */
export const test: GenericTest = {
  name: 'expect_row_values_to_have_data_for_every_n_datepart',
  from: 'dbt_expectations',
  meaning: 'From the first day to the last there is no stretch of time without a row.',
  differs: 'The last stretch is the one that begins before test_end_date, or that holds the last row.',
  on: 'table',
  arguments: {
    date_col: { kind: 'column', required: true, meaning: 'Date or time of the rows.' },
    date_part: { ...datepart, meaning: 'Unit of a stretch; day by default.' },
    interval: { kind: 'whole number', meaning: 'How many of them make a stretch; 1 by default.' },
    row_condition: rowCondition,
    exclusion_condition: {
      kind: 'sql',
      meaning:
        'SQL condition over date_day, or date_hour and so on: only stretches for which it is true count.',
    },
    test_start_date: { kind: 'bound', meaning: 'First day; that of the first row by default.' },
    test_end_date: { kind: 'bound', meaning: 'Day on which it ends, without it; the last row by default.' },
  },
  sql({ subject }, args) {
    const part = String(args['date_part'] ?? 'day');
    const step = intervalSql(args['interval'] ?? 1, part);
    const time = `date_trunc('${part}', ${columnSql(args['date_col']!)}::timestamp)`;
    const day = (bound: Json | undefined, found: string) =>
      isGiven(bound) ? `${boundSql(bound)}::timestamp` : found;
    const exclusion = args['exclusion_condition'];
    return [
      `with found as (select ${time} as "moment" from ${subject}),`,
      `span as (`,
      `  select ${day(args['test_start_date'], `date_trunc('${part}', min("moment")::date::timestamp)`)} as "first",`,
      `    ${day(args['test_end_date'], `max("moment") + interval 1 microsecond`)} as "last" from found`,
      `), stretches as (`,
      `  select unnest(range("first", "last", ${step})) as "date_${part}" from span`,
      `)`,
      `select "date_${part}", 0 as "row_cnt" from stretches`,
      `where not exists (select 1 from found where "moment" >= "date_${part}" and "moment" < "date_${part}" + ${step})`,
      ...(typeof exclusion === 'string' ? [`  and (${exclusion.trim()}\n  )`] : []),
    ].join('\n');
  },
};
