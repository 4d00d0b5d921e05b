/** Tests that judge each row by itself: the failing rows are returned as they are. */
import type { Arguments, GenericTest, TestTarget } from '../generic-test.js';

export interface RowTest extends Omit<GenericTest, 'sql' | 'scan'> {
  /** SQL condition, true for a row that fails; NULL is no failure. */
  fails(target: TestTarget, args: Arguments): string;
  /** An aggregate that counts failing rows and costs less than looking at each of them. */
  failing?(target: TestTarget, args: Arguments): string;
}

export function rowTest({ fails, failing, ...test }: RowTest): GenericTest {
  return {
    ...test,
    sql: (target, args) => `select *\nfrom ${target.subject}\nwhere ${fails(target, args)}`,
    scan: (target, args) => failing?.(target, args) ?? `count(*) filter (where ${fails(target, args)})`,
  };
}

/** The condition that `holds` is false; each on lines of its own, for an expression may end in a comment. */
export function not(holds: string): string {
  return `not (\n  ${holds.trim()}\n)`;
}
