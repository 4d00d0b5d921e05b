/** What a generic test is: a name, the arguments that it takes, and a SELECT whose rows are failures. */
import type { Json } from '../../project/types.js';
import type { Argument } from './arguments.js';

export interface GenericTest {
  /** As YAML writes it. A test of dbt_utils or dbt_expectations is found under its package's prefix as well. */
  readonly name: string;
  /** Where people know it from. */
  readonly from: 'dbt' | 'dbt_utils' | 'dbt_expectations' | 'lake';
  /** One sentence that says when it passes. */
  readonly meaning: string;
  /** What is other than in the package that it comes from, where something is. */
  readonly differs?: string;
  /** `column`: declared on a column, or with `column_name`. `table`: on the table. `either`: the column is used where there is one. */
  readonly on: 'column' | 'table' | 'either';
  readonly arguments: Readonly<Record<string, Argument>>;
  /** A mistake that the arguments one by one do not show, to stand after the test's name: `needs min_value or max_value`. */
  readonly check?: (args: Arguments) => string | undefined;
  /** SQL aggregate over the failing rows that counts them, where that is not `count(*)`. */
  readonly failCalc?: string;
  sql(target: TestTarget, args: Arguments): string;
  /**
   * An aggregate over the same rows that is above 0 exactly when `sql` returns a row: so that many tests are one scan.
   * Undefined where the test cannot be asked so.
   */
  scan?(target: TestTarget, args: Arguments): string | undefined;
}

export type Arguments = Readonly<Record<string, Json>>;

export interface TestTarget {
  /** What stands after FROM: the relation, or a subquery where only some rows are tested; has the alias `subject`. */
  readonly subject: string;
  /** Quoted column, or an expression in its place; undefined for a test of a table. */
  readonly column: string | undefined;
  /** The column as it is written. */
  readonly columnName: string | undefined;
  /** What stands after FROM for a relation that an argument names; `args` leaves it out where the table itself is meant. */
  readonly other: (argument: string) => string;
}
