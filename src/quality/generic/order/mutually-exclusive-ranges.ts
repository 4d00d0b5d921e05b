import type { GenericTest } from '../generic-test.js';
import { isGiven } from '../shapes/bounds.js';
import { columnSql } from '../shapes/columns.js';

/** How a range may end beside the next one's beginning. */
const GAPS: Readonly<Record<string, string>> = { not_allowed: '=', allowed: '<=', required: '<' };

export const test: GenericTest = {
  name: 'mutually_exclusive_ranges',
  from: 'dbt_utils',
  meaning: 'Each range ends after it begins, and not after the next one of its partition begins.',
  on: 'table',
  arguments: {
    lower_bound_column: { kind: 'column', required: true, meaning: 'Where a range begins.' },
    upper_bound_column: { kind: 'column', required: true, meaning: 'Where it ends.' },
    partition_by: { kind: 'column', meaning: 'Column: ranges of different partitions may overlap.' },
    gaps: {
      kind: 'choice',
      choices: ['allowed', 'not_allowed', 'required'],
      meaning: 'Whether there may be, or must be, something between two ranges; allowed by default.',
    },
    zero_length_range_allowed: { kind: 'flag', meaning: 'true: a range may end where it begins.' },
  },
  sql({ subject }, { lower_bound_column, upper_bound_column, partition_by, gaps, ...rest }) {
    const [lower, upper] = [columnSql(lower_bound_column!), columnSql(upper_bound_column!)];
    const partition = isGiven(partition_by) ? `partition by ${columnSql(partition_by)} ` : '';
    const shown = isGiven(partition_by) ? `${columnSql(partition_by)} as "partition", ` : '';
    const length = rest['zero_length_range_allowed'] === true ? '<=' : '<';
    // A bound that is NULL fails: every range has two ends.
    return [
      `select * from (`,
      `  select ${shown}${lower} as "lower_bound", ${upper} as "upper_bound",`,
      `    lead(${lower}) over (${partition}order by ${lower}, ${upper}) as "next_lower_bound",`,
      `    row_number() over (${partition}order by ${lower} desc, ${upper} desc) = 1 as "is_last"`,
      `  from ${subject}`,
      `) as ranges`,
      `where not coalesce("lower_bound" ${length} "upper_bound", false)`,
      `  or not coalesce("upper_bound" ${GAPS[String(gaps ?? 'allowed')]} "next_lower_bound", "is_last", false)`,
    ].join('\n');
  },
};
