/** Tests that judge each value by itself: a row per wrong value, with the number of rows that hold it. */
import type { GenericTest } from '../generic-test.js';
import type { RowTest } from './row-test.js';

/** `fails` may not hold for NULL. */
export function valuesTest({ fails, ...test }: Omit<RowTest, 'failing'>): GenericTest {
  return {
    ...test,
    sql: (target, args) =>
      `select ${target.column}, count(*) as "_rows"\nfrom ${target.subject}\nwhere ${fails(target, args)}\ngroup by ${target.column}\norder by "_rows" desc, ${target.column}`,
    scan: (target, args) => `count(*) filter (where ${fails(target, args)})`,
  };
}
