/** Every generic test, by name. A new test is one file and one line here. */
import { acceptedValues } from './accepted-values.js';
import { expressionIsTrue } from './expression-is-true.js';
import type { GenericTest } from './generic-test.js';
import { notNull } from './not-null.js';
import { relationships } from './relationships.js';
import { rowCount } from './row-count.js';
import { unique } from './unique.js';

export const genericTests: ReadonlyMap<string, GenericTest> = new Map(
  [notNull, unique, acceptedValues, relationships, rowCount, expressionIsTrue].map((test) => [
    test.name,
    test,
  ]),
);
