/** Settings that dbt has and lake has not, by design: what to write instead, as a hint. */

/** Of a model, seed or snapshot. */
export const NODE_SETTINGS_OF_DBT: Readonly<Record<string, string>> = {
  alias: 'A table is named as its file is: rename the file',
  schema: 'Tables lie in layers: write layer, or move the file to models/gold/',
  database: 'A target of profiles.yml says where the lake lies',
};

const KEPT =
  'Failing rows are kept in files under target/failures/ and asked with `lake query "from failures.<test>"`; store_failures says how many';

/** Of a data test. */
export const TEST_SETTINGS_OF_DBT: Readonly<Record<string, string>> = {
  schema: KEPT,
  database: KEPT,
  alias:
    'Write name beside the arguments: results and kept failures are called by it; a test in a file of its own is named as the file is',
  group: 'A test belongs to the group of what it tests: write group: there, and select with group:<name>',
  sql_header:
    'Macros of macros/*.sql are there in every test; other statements go into a pre_hook of a model',
};
