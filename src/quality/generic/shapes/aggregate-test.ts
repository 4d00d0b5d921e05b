/** Tests that judge one value of all rows, or of each group of rows: the failing values are returned. */
import type { Argument } from '../arguments.js';
import type { Arguments, GenericTest, TestTarget } from '../generic-test.js';
import { type Bounded, between, boundArguments, needsBound } from './bounds.js';
import { columnList } from './columns.js';

export interface AggregateTest extends Omit<GenericTest, 'sql' | 'scan'> {
  /** SQL aggregate that is judged, and shown where it fails. */
  value(target: TestTarget, args: Arguments): string;
  /** SQL condition that must be true of the value; NULL is no failure. */
  holds(value: string, args: Arguments): string;
}

export function aggregateTest({ value, holds, ...test }: AggregateTest): GenericTest {
  return {
    ...test,
    sql(target, args) {
      const measured = value(target, args);
      const groups = columnList(args['group_by']);
      return [
        `select ${[...groups, `${measured} as "value"`].join(', ')}`,
        `from ${target.subject}`,
        ...(groups.length > 0 ? [`group by ${groups.map((_, i) => i + 1).join(', ')}`] : []),
        `having not (${holds(measured, args)})`,
      ].join('\n');
    },
    scan(target, args) {
      if (columnList(args['group_by']).length > 0) return undefined;
      return `case when not (${holds(value(target, args), args)}) then 1 else 0 end`;
    },
  };
}

export const groupBy: Argument = {
  kind: 'columns',
  meaning: 'Columns: each group of rows is judged by itself.',
};

export const rowCondition: Argument = {
  kind: 'sql',
  meaning: 'SQL condition: only rows for which it is true are tested.',
};

type BetweenTest = Omit<AggregateTest, 'holds' | 'check' | 'from' | 'arguments'> & {
  readonly arguments?: AggregateTest['arguments'];
};

/** `expect_column_…_to_be_between`: the value lies between min_value and max_value. */
export function betweenTest(test: BetweenTest): GenericTest {
  return aggregateTest({
    ...test,
    from: 'dbt_expectations',
    arguments: { ...test.arguments, ...boundArguments, group_by: groupBy, row_condition: rowCondition },
    check: needsBound,
    holds: (value, args) => between(value, args as Bounded),
  });
}
