/** Settings that dbt has and lake has not, by design: what to write instead, as a hint. */

/** Of a model, seed or snapshot. */
export const NODE_SETTINGS_OF_DBT: Readonly<Record<string, string>> = {
  alias: 'A table is named as its file is: rename the file',
  schema:
    'A model lies in a layer: write layer, or move the file to models/gold/; seeds and snapshots are gold',
  database: 'A target of profiles.yml says where the lake lies',
  grants:
    'Who may read the lake is said where it lies: rights of the folder or of the bucket; access and group say which model may read another',
  sql_header: 'Macros of macros/*.sql are there in every model; other statements go into a pre_hook',
  transient: 'Tables are files: leave it out',
};

/** Of a properties file, at its top. */
export const LISTS_OF_DBT: Readonly<Record<string, string>> = {
  sources: 'A source is a dataset: describe each table in datasets/<name>.yml, and read it by ref',
  macros:
    'A macro needs no properties: its file in macros/ says its name and arguments, a comment there says what it is for',
  semantic_models: 'lake has no semantic layer: write what is counted as a model',
  metrics: 'lake has no semantic layer: write what is counted as a model',
  saved_queries: 'lake has no semantic layer: write what is counted as a model',
  analyses: 'Write an analysis as a model, or ask it with lake query',
  data_tests: 'A test of SQL is a file in tests/, and {{config}} in it says what is to be said of it',
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
