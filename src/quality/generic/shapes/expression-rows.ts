/** Rows, or groups of them, for which an expression is not true. The expression may be an aggregate. */
import type { Json } from '../../../project/types.js';
import { columnList } from './columns.js';

export function expressionRows(
  subject: string,
  expression: string,
  groupBy: Json | undefined,
  condition = '= true',
): string {
  const groups = columnList(groupBy);
  return [
    `select * from (`,
    `  select ${[...groups, `(${expression.trim()}\n  ) as "expression"`].join(', ')}`,
    `  from ${subject}`,
    ...(groups.length > 0 ? [`  group by ${groups.map((_, i) => i + 1).join(', ')}`] : []),
    `) as judged`,
    `where not ("expression" ${condition})`,
  ].join('\n');
}
