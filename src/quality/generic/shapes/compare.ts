/** One aggregate over two tables, compared group by group. */
import type { Argument } from '../arguments.js';
import type { Arguments, TestTarget } from '../generic-test.js';
import { rowCondition } from './aggregate-test.js';
import { columnList } from './columns.js';

export const compareModel: Argument = {
  kind: 'relation',
  required: true,
  meaning: "Dataset or model to compare with: a name, or ref('name').",
};

export const compareGroups: Readonly<Record<string, Argument>> = {
  group_by: { kind: 'columns', meaning: 'Columns: each group of rows is compared by itself.' },
  compare_group_by: {
    kind: 'columns',
    of: 'compare_model',
    meaning: 'Columns of the other table, where they have other names.',
  },
};

export const compareConditions: Readonly<Record<string, Argument>> = {
  row_condition: rowCondition,
  compare_row_condition: {
    kind: 'sql',
    meaning: 'SQL condition on the other table; row_condition where it is left out.',
  },
};

export interface Comparison {
  readonly expression: string;
  readonly compareExpression: string;
  /** SQL condition over expression_difference and expression_difference_percent, true for a failure. */
  readonly fails: string;
}

/** A group that one table lacks counts as 0 there. */
export function compareSql({ subject, other }: TestTarget, args: Arguments, comparison: Comparison): string {
  const groups = columnList(args['group_by']);
  const otherGroups = columnList(args['compare_group_by'] ?? args['group_by']);
  const condition = args['compare_row_condition'] ?? args['row_condition'];
  const where = typeof condition === 'string' ? `\n  where (${condition.trim()}\n  )` : '';
  const side = (of: readonly string[], expression: string, from: string) =>
    `select ${[...of.map((group, i) => `${group} as "group_${i + 1}"`), `${expression} as expression`].join(', ')}` +
    `\n  from ${from}${of.length > 0 ? `\n  group by ${of.map((_, i) => i + 1).join(', ')}` : ''}`;
  const names = groups.map((_, i) => `"group_${i + 1}"`);
  const join =
    names.length > 0
      ? `full join b on ${names.map((name) => `a.${name} is not distinct from b.${name}`).join(' and ')}`
      : 'cross join b';
  const difference = 'abs(coalesce(a.expression, 0) - coalesce(b.expression, 0))';
  return [
    `with a as (\n  ${side(groups, comparison.expression, subject)}\n), b as (`,
    `  ${side(otherGroups, comparison.compareExpression, `(select * from ${other('compare_model')}${where}) as other`)}\n)`,
    `select * from (`,
    `  select ${[
      ...names.map((name) => `coalesce(a.${name}, b.${name}) as ${name}`),
      'a.expression',
      'b.expression as compare_expression',
      `${difference} as expression_difference`,
      `${difference} / nullif(a.expression * 1.0, 0) as expression_difference_percent`,
    ].join(',\n    ')}`,
    `  from a ${join}\n) as compared`,
    `where ${comparison.fails}`,
  ].join('\n');
}
