/** The SELECT of a generic test over logical names; every row that it returns is a failure. */
import { quoteIdent } from '../../sql/quote.js';
import type { Arguments, GenericTest, TestTarget } from './generic-test.js';
import { columnSql } from './shapes/columns.js';

export interface TestSubject {
  /** Quoted relation: `"gold"."incidents"`. */
  readonly relation: string;
  readonly column?: string;
  /** The column is SQL where it is not a plain name, as `column_name` may be; else a name whatever it looks like. */
  readonly columnMayBeSql?: boolean;
  /** SQL condition that chooses the rows to test. */
  readonly where?: string;
  /** Quoted relations by the argument that names them. */
  readonly others?: Readonly<Record<string, string>>;
}

export interface TestSql {
  readonly sql: string;
  /** How the test is asked together with others over the same rows. */
  readonly scan?: { readonly from: string; readonly failing: string };
}

/** `row_condition`, as dbt_expectations has it, chooses rows like `where`: both must hold. */
export function genericTestSql(test: GenericTest, subject: TestSubject, args: Arguments): TestSql {
  const { relation, column, columnMayBeSql = false, where, others = {} } = subject;
  const condition = args['row_condition'];
  const from = subjectSql(relation, typeof condition === 'string' ? [where, condition] : [where]);
  const target: TestTarget = {
    subject: from,
    column: column === undefined ? undefined : columnMayBeSql ? columnSql(column) : quoteIdent(column),
    columnName: column,
    other: (argument) => others[argument] ?? relation,
  };
  const failing = test.scan?.(target, args);
  return { sql: test.sql(target, args), ...(failing !== undefined && { scan: { from, failing } }) };
}

/** The relation, or its rows for which all conditions hold; has the alias `subject`. */
export function subjectSql(relation: string, conditions: readonly (string | undefined)[]): string {
  const written = conditions.flatMap((one) => (one === undefined || one.trim() === '' ? [] : [one.trim()]));
  if (written.length === 0) return `${relation} as subject`;
  // A condition may end in a comment, so its parenthesis closes on the next line.
  const all = written.map((one) => `(${one}\n  )`).join(' and ');
  return `(\n  select *\n  from ${relation}\n  where ${all}\n) as subject`;
}
