/** Stretches of time: a number of date parts. */
import type { Json } from '../../../project/types.js';
import type { Argument } from '../arguments.js';

export const DATE_PARTS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

export const datepart: Argument = {
  kind: 'choice',
  choices: DATE_PARTS,
  meaning: 'Unit of the interval.',
};

/** `interval (3) day`. The part is one of `DATE_PARTS`, the count a number: both were checked. */
export function intervalSql(count: Json, part: Json): string {
  return `interval (${Number(count)}) ${String(part)}`;
}
