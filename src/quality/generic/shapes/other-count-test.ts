/** Tests that compare the number of rows with that of another table. */
import type { GenericTest } from '../generic-test.js';
import { compareConditions, compareGroups, compareModel, compareSql } from './compare.js';

export function otherCountTest(name: string, needsFactor: boolean): GenericTest {
  return {
    name,
    from: 'dbt_expectations',
    meaning: `The table has as many rows as another one${needsFactor ? ' times a factor' : ''}.`,
    on: 'table',
    arguments: {
      compare_model: compareModel,
      factor: {
        kind: 'number',
        meaning: 'How many rows there are for each row of the other table; 1 by default.',
        ...(needsFactor && { required: true }),
      },
      ...compareGroups,
      ...compareConditions,
    },
    sql: (target, args) =>
      compareSql(target, args, {
        expression: 'count(*)',
        compareExpression: `count(*) * ${Number(args['factor'] ?? 1)}`,
        fails: 'expression_difference > 0',
      }),
  };
}
