/** The SELECT of a generic test over logical names; every row that it returns is a failure. */
import { quoteIdent } from '../../sql/quote.js';
import type { Arguments, GenericTest } from './generic-test.js';

export interface TestSubject {
  /** Quoted relation: `"gold"."incidents"`. */
  readonly relation: string;
  readonly column?: string;
  /** SQL condition that chooses the rows to test. */
  readonly where?: string;
  /** Quoted relation of `relationships`. */
  readonly other?: string;
}

export function genericTestSql(test: GenericTest, subject: TestSubject, args: Arguments): string {
  const { relation, column, where, other } = subject;
  // A `where` may end in a comment, so its parenthesis closes on the next line.
  const from =
    where === undefined
      ? `${relation} as subject`
      : `(\n  select *\n  from ${relation}\n  where (${where.trim()}\n  )\n) as subject`;
  return test.sql({ subject: from, column: quoteIdent(column ?? ''), other: other ?? '' }, args);
}
