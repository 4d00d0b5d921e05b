/** What a generic test is: a name, arguments that the manifest's schema has checked, and a SELECT whose rows are failures. */
import type { Json } from '../../project/types.js';

export interface GenericTest {
  readonly name: string;
  /** `column`: declared on a column, or with `column_name:`. `table`: the column is not needed. */
  readonly on: 'column' | 'table';
  /** A mistake that the schema of the arguments does not show, to stand after the test's name: `has a min above its max`. */
  readonly check?: (args: Arguments) => string | undefined;
  /** Only `relationships`: the relation whose rows must exist, as written in YAML. */
  readonly refersTo?: (args: Arguments) => string;
  sql(target: TestTarget, args: Arguments): string;
}

export type Arguments = Readonly<Record<string, Json>>;

export interface TestTarget {
  /** What stands after FROM: the relation, or a subquery where the test has a `where`; has the alias `subject`. */
  readonly subject: string;
  /** Quoted column; only undefined for tests on a table. */
  readonly column: string;
  /** Quoted relation that `refersTo` names. */
  readonly other: string;
}
