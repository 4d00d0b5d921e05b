/** Words of the language that both the schemas and the checks know. */

/** Names of datasets, models, fields, portals: safe as SQL names and as file names. */
export const SLUG = /^[a-z_][a-z0-9_]*$/;
export const SLUG_EXPECTED = 'lower-case letters, digits and _, not beginning with a digit';

/** Types of fields; `decimal(p,s)` and `list<T>` stand beside these. */
export const PLAIN_TYPES = [
  'varchar',
  'integer',
  'bigint',
  'double',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'json',
] as const;

/** Layers that a model may be in. */
export const LAYERS = ['silver', 'gold'] as const;

/** Data tests that lake has. */
export const TEST_NAMES = [
  'not_null',
  'unique',
  'accepted_values',
  'relationships',
  'row_count',
  'expression_is_true',
] as const;

export type TestName = (typeof TEST_NAMES)[number];

/** Tests that judge one column; under a whole table they need `column_name`. */
export const COLUMN_TESTS: readonly TestName[] = ['not_null', 'unique', 'accepted_values', 'relationships'];

/** Arguments that a test cannot do without; for `row_count` one of them is enough. */
export const NEEDED_ARGUMENTS: Readonly<Record<TestName, readonly string[]>> = {
  not_null: [],
  unique: [],
  accepted_values: ['values'],
  relationships: ['to', 'field'],
  row_count: ['min', 'max'],
  expression_is_true: ['expression'],
};
