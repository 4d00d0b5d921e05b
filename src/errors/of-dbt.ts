/** Settings that dbt has and lake has not, by design: what to write instead, as a hint. */

/** Of a model, seed or snapshot. */
export const NODE_SETTINGS_OF_DBT: Readonly<Record<string, string>> = {
  alias: 'A table is named as its file is: rename the file',
  schema: 'A model lies in a layer: write layer, or move the file to models/gold/',
  database: 'A target of profiles.yml says where the lake lies',
  grants:
    'Who may read the lake is said where it lies: rights of the folder or of the bucket; access and group say which model may read another',
  sql_header: 'Macros of macros/*.sql are there in every model; other statements go into a pre_hook',
  transient: 'Tables are files: leave it out',
};

/** Of a seed or snapshot, which has no layer to choose. */
export const SCHEMA_OF_GOLD = 'Seeds and snapshots are always gold: leave it out';

const FIXED = 'Folders have fixed names (models/, seeds/, snapshots/, macros/, tests/): delete the line';

/** Of project.yml, at its top, where dbt has dbt_project.yml. https://docs.getdbt.com/reference/dbt_project.yml */
export const PROJECT_SETTINGS_OF_DBT: Readonly<Record<string, string>> = {
  'config-version': 'There is one version of project.yml: delete the line',
  'require-dbt-version': 'lake has a version of its own, `lake --version`: delete the line',
  'model-paths': FIXED,
  'source-paths': FIXED,
  'seed-paths': FIXED,
  'data-paths': FIXED,
  'snapshot-paths': FIXED,
  'macro-paths': FIXED,
  'test-paths': FIXED,
  'docs-paths': 'Markdown in models/ and datasets/ is read: delete the line',
  'analysis-paths': 'Write an analysis as a model, or ask it with lake query: delete the line',
  'asset-paths': 'There is no page of documentation that could show them: delete the line',
  'target-path': 'What is compiled lies in target/: delete the line',
  'log-path': 'Each run keeps its record in the lake, `lake history`: delete the line',
  'clean-targets': 'target/ can be deleted at any time: delete the lines',
  'packages-install-path': 'There are no packages: delete the line',
  quoting: 'Names are quoted where they must be: delete the lines',
  'query-comment': 'There is no warehouse that would log it: delete the lines',
  dispatch: 'There are no packages whose macros could be exchanged: delete the lines',
  flags: 'They are options of the command line, `lake build --help`: delete the lines',
  sources: 'A source is a dataset: settings of datasets stand under datasets:',
  exposures: 'Write the settings in the exposure itself',
  'unit-tests': 'Write the settings in the unit test itself',
  unit_tests: 'Write the settings in the unit test itself',
  'dbt-cloud': 'Delete the lines',
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
