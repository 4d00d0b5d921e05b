/** Tests that compare an aggregate with that of another table, or with another aggregate. */

import type { GenericTest } from '../generic-test.js';
import { isGiven } from './bounds.js';
import { compareConditions, compareGroups, compareModel, compareSql } from './compare.js';

export function equalExpressionTest(name: string, needsOther: boolean): GenericTest {
  const { required: _, ...optional } = compareModel;
  return {
    name,
    from: 'dbt_expectations',
    meaning: `A SQL aggregate is the same over ${needsOther ? 'another table' : 'another table, or as another aggregate'}, within a tolerance.`,
    on: 'table',
    arguments: {
      expression: { kind: 'sql', required: true, meaning: 'The aggregate.' },
      compare_model: needsOther ? compareModel : optional,
      compare_expression: {
        kind: 'sql',
        meaning: 'The aggregate over the other table, where it is another.',
      },
      ...compareGroups,
      ...compareConditions,
      tolerance: { kind: 'number', meaning: 'Largest difference that is allowed; 0 by default.' },
      tolerance_percent: {
        kind: 'number',
        meaning: 'Largest difference that is allowed, as a share of the value: 0.01 is one percent.',
      },
    },
    sql: (target, args) =>
      compareSql(target, args, {
        expression: `(${String(args['expression'])}\n  )`,
        compareExpression: `(${String(args['compare_expression'] ?? args['expression'])}\n  )`,
        fails: isGiven(args['tolerance_percent'])
          ? `expression_difference_percent > ${Number(args['tolerance_percent'])}`
          : `expression_difference > ${Number(args['tolerance'] ?? 0)}`,
      }),
  };
}
