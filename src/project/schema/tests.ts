/**
 * `tests:` of fields, columns, datasets and models: dbt's shape, arguments inline or under `arguments:`. Which tests
 * there are and which arguments each takes is not said here: a project has tests of its own. Compile checks both.
 */
import * as z from 'zod/mini';
import {
  anything,
  choice,
  flag,
  listOf,
  mapping,
  oneOrMore,
  optional,
  required,
  say,
  text,
  wholeNumber,
} from './words.js';

/** What stands under `config:` of a test, beside its arguments as well, and with + in project.yml. */
export const testSettingKeys = () => ({
  severity: optional(
    say(z.enum(['error', 'warn', 'ERROR', 'WARN']), { expected: 'error or warn' }),
    'warn: failures are reported and block nothing.',
  ),
  where: optional(text(), 'SQL condition: only rows for which it is true are tested.'),
  limit: optional(wholeNumber(1), 'Most failing rows that count.'),
  warn_if: optional(text(), 'Number of failures that is a warning, such as ">= 10"; "!= 0" by default.'),
  error_if: optional(text(), 'Number of failures that is an error, such as "> 100"; "!= 0" by default.'),
  fail_calc: optional(text(), 'SQL aggregate over the failing rows that counts them; count(*) by default.'),
  store_failures: optional(
    flag(),
    'true: all failing rows are kept in target/failures; false: none. The first 1,000 by default.',
  ),
  store_failures_as: optional(
    choice('table', 'view', 'ephemeral'),
    "dbt's other way to say it: table and view keep all failing rows, ephemeral none.",
  ),
  tags: optional(oneOrMore(text(), 'a tag, or a list of tags'), 'Tags to select the test by.'),
  meta: optional(mapping(), 'Facts of your own.'),
  enabled: optional(flag(), 'false: the test is left out.'),
});

const keys = () => ({
  arguments: optional(mapping(), "The test's arguments, where they are not inline."),
  column_name: optional(text(), 'The column, where the test does not stand under one.'),
  name: optional(text(), 'Name of the test in results.'),
  description: optional(text(), 'What the test is for.'),
  config: optional(
    z.strictObject(testSettingKeys()),
    "The test's settings; they may stand beside its arguments as well.",
  ),
  ...testSettingKeys(),
});

const settings = say(z.nullable(z.catchall(z.object(keys()), anything())), {
  id: 'test_settings',
  expected: 'a mapping of arguments',
});

/** An entry: a test's name, a mapping of one name to its arguments, or a mapping with `test_name`. */
const entry = say(
  z.union([
    z.string(),
    z.record(z.string(), settings),
    z.catchall(
      z.object({ test_name: required(text(), 'Name of the test, where `name` is your own.'), ...keys() }),
      anything(),
    ),
  ]),
  { id: 'test', expected: 'the name of a test, or a mapping of the name to its arguments' },
);

export const tests = () => listOf(entry, 'a list of tests');

export type TestEntry = string | Readonly<Record<string, unknown>>;

/** A test's settings as written; every other key is an argument. */
export interface WrittenTest {
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly description?: string;
  readonly config?: WrittenSettings;
  readonly [argumentOrSetting: string]: unknown;
}

export type WrittenSettings = z.infer<z.ZodMiniObject<ReturnType<typeof testSettingKeys>>>;
