import type { Json } from '../../../project/types.js';
import type { GenericTest } from '../generic-test.js';
import { groupBy } from '../shapes/aggregate-test.js';
import { isGiven } from '../shapes/bounds.js';
import { columnList, columnSql } from '../shapes/columns.js';
import { datepart, intervalSql } from '../shapes/interval.js';

const periods = (meaning: string, otherwise: number) =>
  ({ kind: 'whole number', meaning: `${meaning}; ${otherwise} by default.` }) as const;

export const test: GenericTest = {
  name: 'expect_column_values_to_be_within_n_moving_stdevs',
  from: 'dbt_expectations',
  meaning:
    'The sums of the last periods, or how they changed, lie within so many standard deviations of the mean of the periods before each.',
  on: 'column',
  arguments: {
    date_column_name: {
      kind: 'column',
      required: true,
      meaning: 'Date or time that rows are put into periods by.',
    },
    group_by: groupBy,
    period: { ...datepart, meaning: 'Length of a period; day by default.' },
    lookback_periods: periods('Periods between a value and the one that it is compared with', 1),
    trend_periods: periods('Periods that the mean and deviation are taken of', 7),
    test_periods: periods('Periods before this one that are judged', 14),
    sigma_threshold: { kind: 'number', meaning: 'How many standard deviations; 3 by default.' },
    sigma_threshold_upper: { kind: 'number', meaning: 'The same upwards alone.' },
    sigma_threshold_lower: { kind: 'number', meaning: 'The same downwards alone, a negative number.' },
    take_diffs: { kind: 'flag', meaning: 'false: the sums are judged rather than how they changed.' },
    take_logs: { kind: 'flag', meaning: 'false: the sums are taken as they are rather than as logarithms.' },
  },
  sql({ subject, column }, args) {
    const groups = columnList(args['group_by']).map((group, i) => ({ group, name: `"group_${i + 1}"` }));
    const names = groups.map(({ name }) => name);
    const partition = names.length > 0 ? `partition by ${names.join(', ')} ` : '';
    const period = String(args['period'] ?? 'day');
    const number = (value: Json | undefined, otherwise: number) => Number(value ?? otherwise);
    const scaled = (value: string) =>
      args['take_logs'] === false ? `coalesce(${value}, 0)` : `coalesce(ln(nullif(${value}, 0)), 0)`;
    const before = `lag("sum", ${number(args['lookback_periods'], 1)}) over (${partition}order by "period")`;
    const judged = args['take_diffs'] === false ? scaled('"sum"') : `${scaled('"sum"')} - ${scaled(before)}`;
    const trend = `over (${partition}order by "period" rows between ${number(args['trend_periods'], 7)} preceding and 1 preceding)`;
    const sigma = number(args['sigma_threshold'], 3);
    const upper = isGiven(args['sigma_threshold_upper']) ? Number(args['sigma_threshold_upper']) : sigma;
    const lower = isGiven(args['sigma_threshold_lower']) ? Number(args['sigma_threshold_lower']) : -sigma;
    return [
      `with sums as (`,
      `  select ${[...groups.map(({ group, name }) => `${group} as ${name}`), `date_trunc('${period}', ${columnSql(args['date_column_name']!)}) as "period"`, `sum(${column}) as "sum"`].join(', ')}`,
      `  from ${subject}`,
      `  group by ${[...groups, 'period'].map((_, i) => i + 1).join(', ')}`,
      `), judged as (`,
      `  select *, ${judged} as "value" from sums`,
      `), measured as (`,
      `  select *, ("value" - avg("value") ${trend}) / nullif(stddev_samp("value") ${trend}, 0) as "sigma" from judged`,
      `)`,
      `select * from measured`,
      `where "period" >= date_trunc('${period}', now()::timestamp) - ${intervalSql(number(args['test_periods'], 14), period)}`,
      `  and "period" < date_trunc('${period}', now()::timestamp)`,
      `  and not ("sigma" >= ${lower} and "sigma" <= ${upper})`,
    ].join('\n');
  },
};
