/** `tests:` of fields, columns, datasets and models: dbt's shape, arguments inline or under `arguments:`. */
import * as z from 'zod/mini';
import { TEST_NAMES, type TestName } from '../language.js';
import {
  choice,
  flag,
  listOf,
  mapping,
  oneOrMore,
  optional,
  say,
  scalar,
  text,
  wholeNumber,
} from './words.js';

const severity = () => optional(choice('error', 'warn'), 'warn: failures are reported and block nothing.');
const where = () => optional(text(), 'SQL condition: only rows for which it is true are tested.');

const ofColumn = () => ({
  column_name: optional(text(), 'The column, where the test does not stand under one.'),
});

const ARGUMENTS = {
  not_null: () => ({ ...ofColumn() }),
  unique: () => ({ ...ofColumn() }),
  accepted_values: () => ({
    ...ofColumn(),
    values: optional(listOf(scalar(), 'a list of values'), 'The values that may occur; NULL always may.'),
    quote: optional(flag(), 'false: compare with the values as SQL rather than as text.'),
  }),
  relationships: () => ({
    ...ofColumn(),
    to: optional(text(), "Dataset or model that holds the values: a name, or ref('name')."),
    field: optional(text(), 'Its field that holds the values.'),
  }),
  row_count: () => ({
    min: optional(wholeNumber(0), 'Least number of rows.'),
    max: optional(wholeNumber(0), 'Largest number of rows.'),
  }),
  expression_is_true: () => ({
    expression: optional(text(), 'SQL condition that must be true in every row.'),
  }),
} satisfies Record<TestName, () => z.core.$ZodShape>;

const DESCRIPTIONS: Readonly<Record<TestName, string>> = {
  not_null: 'No value is NULL.',
  unique: 'No value occurs twice.',
  accepted_values: 'Every value is one of a list.',
  relationships: 'Every value occurs in a field of another dataset or model.',
  row_count: 'The table has a number of rows within bounds.',
  expression_is_true: 'A SQL condition is true in every row.',
};

const settings = (name: TestName) =>
  say(
    z.nullable(
      z.strictObject({
        ...ARGUMENTS[name](),
        arguments: optional(
          z.strictObject(ARGUMENTS[name]()),
          "The test's arguments, where they are not inline.",
        ),
        name: optional(text(), 'Name of the test in results.'),
        description: optional(text(), 'What the test is for.'),
        severity: severity(),
        where: where(),
        config: optional(
          z.strictObject({
            severity: severity(),
            where: where(),
            tags: optional(oneOrMore(text(), 'a tag, or a list of tags'), 'Tags to select the test by.'),
            meta: optional(mapping(), 'Facts of your own.'),
          }),
          "The test's settings, where they are not inline.",
        ),
      }),
    ),
    { expected: 'a mapping of arguments' },
  );

/** One entry: a test's name, or a mapping of one name to its arguments. */
const entry = say(
  z.union([
    z.enum(TEST_NAMES),
    z.strictObject(
      Object.fromEntries(TEST_NAMES.map((name) => [name, optional(settings(name), DESCRIPTIONS[name])])),
    ),
  ]),
  { id: 'test', expected: 'the name of a test, or a mapping of the name to its arguments' },
);

export const tests = () => listOf(entry, 'a list of tests');

export type TestEntry = string | Readonly<Record<string, TestSettings | null | undefined>>;

/** A test's settings as written; arguments of any test. */
export interface TestSettings {
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly description?: string;
  readonly severity?: 'error' | 'warn';
  readonly where?: string;
  readonly config?: { readonly severity?: 'error' | 'warn'; readonly where?: string };
  readonly [argument: string]: unknown;
}
