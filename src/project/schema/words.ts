/**
 * The vocabulary that all schemas are written in. Every call makes a fresh schema, so that each key can carry a
 * description of its own; `expected` is how a diagnostic names what would have been right. The schemas are the source
 * of schemas/*.json, which validate; at run time nothing loads them.
 */
import * as z from 'zod/mini';
import { DURATION, SLUG, SLUG_EXPECTED } from '../language.js';
import { oneOf } from '../sentence.js';

export interface SchemaWords {
  /** Shared parts get a name under `definitions`. */
  readonly id?: string;
  readonly description?: string;
  readonly expected?: string;
  readonly title?: string;
  readonly examples?: readonly unknown[];
  /** JSON Schema of the keys of a mapping, where the keys that are not listed must be told apart. */
  readonly propertyNames?: Readonly<Record<string, unknown>>;
}

/** Descriptions and expectations of schemas; they become keywords of the JSON Schemas. */
export const words = z.registry<SchemaWords>();

/** Adds to what is known of a schema. */
export function say<T extends z.ZodMiniType>(schema: T, more: SchemaWords): T {
  words.add(schema, { ...words.get(schema), ...more });
  return schema;
}

export function required<T extends z.ZodMiniType>(schema: T, description: string): T {
  return say(schema, { description });
}

export function optional<T extends z.ZodMiniType>(schema: T, description: string): z.ZodMiniOptional<T> {
  return say(z.optional(schema), { description });
}

export const text = () => z.string();
export const flag = () => z.boolean();

/** A name or code that YAML may have read as a number; take it with `YamlFile.written`. */
export const textOrNumber = () => z.union([z.string(), z.number()]);

export const slug = () => say(z.string().check(z.regex(SLUG)), { expected: SLUG_EXPECTED });

export const wholeNumber = (least: number) =>
  say(z.int().check(z.gte(least)), { expected: `a whole number of at least ${least}` });

export const positive = () => say(z.number().check(z.gt(0)), { expected: 'a number above 0' });

export const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  say(z.enum(values), { expected: oneOf(values) });

export const listOf = <T extends z.ZodMiniType>(item: T, expected = 'a list') =>
  say(z.array(item), { expected });

export const someOf = <T extends z.ZodMiniType>(item: T, expected = 'a list of at least one entry') =>
  say(z.array(item).check(z.minLength(1)), { expected });

export const oneOrMore = <T extends z.ZodMiniType>(item: T, expected = 'one value or a list of values') =>
  say(z.union([item, z.array(item).check(z.minLength(1))]), { expected });

/** Any value that YAML can hold. */
export const anything = () => z.unknown();

export const mapping = () =>
  say(z.record(z.string(), z.unknown()), { expected: 'a mapping of names to values' });

/** A value as data holds it: text, number, true or false. */
export const scalar = () =>
  say(z.union([z.string(), z.number(), z.boolean()]), { expected: 'text, a number, true or false' });

export const duration = () =>
  say(z.string().check(z.regex(DURATION)), {
    expected: 'a length of time such as 7 days: a number and minutes, hours, days, weeks, months or years',
    examples: ['7 days'],
  });

export const percent = () =>
  say(z.string().check(z.regex(/^[0-9]+(\.[0-9]+)?%$/)), {
    expected: 'a percentage such as 2%',
    examples: ['2%'],
  });
