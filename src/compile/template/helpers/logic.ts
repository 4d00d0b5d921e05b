/** Conditions for `{{#if …}}` and values that hang on them. */
import type { Json } from '../../../project/types.js';
import { isTruthy } from '../truth.js';
import type { Helper, HelperCall } from './helper.js';

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

const equality = (name: string, wanted: boolean, summary: string): Helper => ({
  name,
  usage: `(${name} a b)`,
  arity: [2, 2],
  named: false,
  lenient: true,
  summary,
  example: `{{#if (${name} target.name 'prod')}}true{{else}}false{{/if}}`,
  call: ({ args: [a, b] }) => same(a, b) === wanted,
});

export const eq = equality('eq', true, 'Whether two values are equal. A number is not equal to its text.');
export const ne = equality('ne', false, 'Whether two values differ.');

const order = (name: string, holds: (sign: number) => boolean, summary: string): Helper => ({
  name,
  usage: `(${name} a b)`,
  arity: [2, 2],
  named: false,
  summary,
  example: `{{#if (${name} 3 5)}}true{{else}}false{{/if}}`,
  call({ args: [a, b], fail }: HelperCall) {
    const comparable = (typeof a === 'number' || typeof a === 'string') && typeof a === typeof b;
    if (comparable) return holds(a === b ? 0 : a < b! ? -1 : 1);
    return fail(
      'LK2011',
      `${name} compares two numbers or two texts, not ${JSON.stringify(a)} and ${JSON.stringify(b)}`,
      `Write (${name} 1 2)`,
    );
  },
});

export const lt = order('lt', (sign) => sign < 0, 'Whether the first of two numbers or texts is less.');
export const lte = order(
  'lte',
  (sign) => sign <= 0,
  'Whether the first of two numbers or texts is less or equal.',
);
export const gt = order('gt', (sign) => sign > 0, 'Whether the first of two numbers or texts is greater.');
export const gte = order(
  'gte',
  (sign) => sign >= 0,
  'Whether the first of two numbers or texts is greater or equal.',
);

export const and: Helper = {
  name: 'and',
  usage: '(and a b)',
  arity: [1, Number.POSITIVE_INFINITY],
  named: false,
  lenient: true,
  summary: 'The first of its values that is false, empty, 0 or null, else the last.',
  example: "{{#if (and (gt 3 2) (ne 'a' 'b'))}}true{{/if}}",
  call: ({ args }) => args.find((value) => !isTruthy(value)) ?? args.at(-1),
};

export const or: Helper = {
  name: 'or',
  usage: '(or a b)',
  arity: [1, Number.POSITIVE_INFINITY],
  named: false,
  lenient: true,
  summary: 'The first of its values that is not false, empty, 0 or null, else the last.',
  example: "{{or '' 'fallback'}}",
  call: ({ args }) => args.find(isTruthy) ?? args.at(-1),
};

export const not: Helper = {
  name: 'not',
  usage: '(not a)',
  arity: [1, 1],
  named: false,
  lenient: true,
  summary: 'Whether a value is false, empty, 0 or null.',
  example: '{{#if (not (is_incremental))}}-- a full build{{/if}}',
  call: ({ args: [value] }) => !isTruthy(value!),
};

export const within: Helper = {
  name: 'in',
  usage: '(in a list)',
  arity: [2, 2],
  named: false,
  lenient: true,
  summary: 'Whether a list has the value, a mapping the key, or a text the piece of text.',
  example: "{{#if (in target.name (list 'dev' 'prod'))}}true{{else}}false{{/if}}",
  call({ args: [value, all], argAt, fail }) {
    if (Array.isArray(all)) return all.some((item) => same(item, value));
    if (typeof all === 'string') return all.includes(String(value));
    if (typeof all === 'object' && all !== null) return Object.hasOwn(all, String(value));
    return fail(
      'LK2011',
      `in looks into a list or a text, not ${JSON.stringify(all)}`,
      "Write (in 'a' (list 'a' 'b'))",
      argAt(1),
    );
  },
};

export const fallback: Helper = {
  name: 'default',
  usage: '(default x 8)',
  arity: [2, 2],
  named: false,
  lenient: true,
  summary: 'The first value, or the second where the first is null or a macro was not given it.',
  example: '{{default null 8}}',
  call: ({ args: [value, otherwise] }) => value ?? otherwise,
};
