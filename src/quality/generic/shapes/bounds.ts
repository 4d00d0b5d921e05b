/** `min_value`, `max_value` and `strictly`, as dbt_expectations' tests have them. */
import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { Argument } from '../arguments.js';
import type { Arguments } from '../generic-test.js';

export interface Bounded {
  readonly min_value?: Json;
  readonly max_value?: Json;
  readonly strictly?: Json;
}

export const boundArguments: Readonly<Record<'min_value' | 'max_value' | 'strictly', Argument>> = {
  min_value: { kind: 'bound', meaning: 'Least value that is allowed.' },
  max_value: { kind: 'bound', meaning: 'Largest value that is allowed.' },
  strictly: { kind: 'flag', meaning: 'true: the bounds themselves are not allowed.' },
};

/** For `check`: a test without any bound passes whatever there is. */
export function needsBound({ min_value: min, max_value: max }: Arguments): string | undefined {
  if (isGiven(min) || isGiven(max)) return bothWays(min, max);
  return 'needs min_value or max_value';
}

function bothWays(min: Json | undefined, max: Json | undefined): string | undefined {
  const backwards = typeof min === 'number' && typeof max === 'number' && min > max;
  return backwards ? `has a min_value of ${min} above its max_value of ${max}` : undefined;
}

/** SQL condition that the expression lies between the bounds that are given. */
export function between(expression: string, { min_value: min, max_value: max, strictly }: Bounded): string {
  const equal = strictly === true ? '' : '=';
  return [
    ...(isGiven(min) ? [`${expression} >${equal} ${boundSql(min)}`] : []),
    ...(isGiven(max) ? [`${expression} <${equal} ${boundSql(max)}`] : []),
  ].join(' and ');
}

export function isGiven(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null;
}

const DAY_OR_MOMENT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;

/** A number as it is, a date in quotes, anything else as the SQL that it is. */
export function boundSql(bound: Json): string {
  if (typeof bound === 'number') return String(bound);
  const text = String(bound).trim();
  return DAY_OR_MOMENT.test(text) ? quoteText(text) : `(${text})`;
}
