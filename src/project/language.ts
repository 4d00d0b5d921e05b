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

/** Settings of a data test, as YAML writes them; every other key of an entry is an argument of the test. */
export const TEST_SETTINGS = [
  'severity',
  'where',
  'limit',
  'warn_if',
  'error_if',
  'fail_calc',
  'store_failures',
  'store_failures_as',
  'tags',
  'meta',
  'enabled',
] as const;

/** How a length of time is written, in YAML and on the command line: `7 days`. */
export const DURATION = /^[0-9]+ (minute|hour|day|week|month|year)s?$/;
