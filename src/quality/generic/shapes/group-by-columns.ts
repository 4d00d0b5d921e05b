/** `group_by_columns`, as dbt_utils calls what dbt_expectations calls `group_by`. */
import type { Arguments, GenericTest } from '../generic-test.js';
import { groupBy } from './aggregate-test.js';

/** The test under dbt_utils' name for the argument. */
export function groupedByColumns(test: GenericTest): GenericTest {
  const renamed = ({ group_by_columns: columns, ...args }: Arguments): Arguments =>
    columns === undefined ? args : { ...args, group_by: columns };
  return {
    ...test,
    arguments: { ...test.arguments, group_by_columns: groupBy },
    sql: (target, args) => test.sql(target, renamed(args)),
    scan: (target, args) => test.scan?.(target, renamed(args)),
  };
}
