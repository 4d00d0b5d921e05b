/** Properties of models in dbt's shape: `models/**\/*.yml`. */
import * as z from 'zod/mini';
import { LAYERS } from '../language.js';
import { tags } from './dataset.js';
import { publish } from './publish.js';
import { tests } from './tests.js';
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
  someOf,
  text,
  textOrNumber,
  wholeNumber,
} from './words.js';

/** SQL that runs with a node: one text or several, dbt's `{sql}` form included. */
const hooks = (description: string) => {
  const one = z.union([
    z.string(),
    z.strictObject({
      sql: required(text(), 'The statement.'),
      transaction: optional(flag(), "Of dbt's language; hooks and SELECT are one task, whatever it says."),
    }),
  ]);
  return optional(
    oneOrMore(say(one, { expected: 'a SQL statement' }), 'a SQL statement, or a list of them'),
    description,
  );
};

/** What may be said of every node that SQL or a CSV file makes. */
const commonConfigKeys = () => ({
  enabled: optional(flag(), 'false: the node is not there; what refers to it is told so.'),
  pre_hook: hooks('SQL that runs in the same task before; what it makes is gone afterwards. Hooks add up.'),
  post_hook: hooks(
    'SQL that runs when the rows are made and before they are published; `{{self}}` is these rows.',
  ),
  'pre-hook': hooks('Another name of pre_hook.'),
  'post-hook': hooks('Another name of post_hook.'),
  group: optional(text(), 'Group that it belongs to.'),
  docs: siteDocs(),
  persist_docs: optional(
    z.strictObject({
      relation: optional(flag(), 'The description of the table.'),
      columns: optional(flag(), 'Those of its columns.'),
    }),
    "Of dbt's language: descriptions are always kept with the table.",
  ),
});

const eventTime = () =>
  optional(
    text(),
    'Column with the time of an event: what a microbatch model reads is cut to the time of the batch by it.',
  );

const sortBy = () =>
  optional(
    oneOrMore(text(), 'a column, or a list of columns'),
    'Order of the rows in each file, `[day, amount desc]`: a reader that filters by these columns skips more.',
  );

/** `docs:` of dbt: how its site shows a node. */
const siteDocs = () =>
  optional(
    z.strictObject({
      show: optional(flag(), "Whether dbt's site shows it."),
      node_color: optional(text(), "Its colour on dbt's site."),
    }),
    "Of dbt's language: lake has no site of its own.",
  );

const access = () => choice('private', 'protected', 'public');

/** What may stand under `config:` of a model, and with + in project.yml. */
export const modelConfigKeys = () => ({
  publish: optional(publish(), 'Where else the table goes.'),
  materialized: optional(
    choice('table', 'view', 'incremental', 'ephemeral'),
    'How the model is stored; table by default.',
  ),
  layer: optional(
    choice(...LAYERS),
    'Layer of the model; by default the first folder under models/ if it is one, else gold.',
  ),
  tags: optional(tags(), 'Tags to select by; those of the folders are added.'),
  meta: optional(mapping(), 'Facts of your own.'),
  partition_by: optional(
    oneOrMore(text(), 'a column, or a list of columns'),
    'Columns by whose values the files are divided.',
  ),
  sort_by: sortBy(),
  reuse: optional(flag(), 'true: reuse the table although its SQL depends on the time or on chance.'),
  unique_key: optional(
    oneOrMore(text(), 'a column, or a list of columns'),
    'Columns that identify a row of an incremental model.',
  ),
  incremental_strategy: optional(
    choice('append', 'merge', 'delete+insert', 'insert_overwrite', 'microbatch'),
    'How an incremental model takes in new rows: merge where it has a unique_key, else append.',
  ),
  on_schema_change: optional(
    choice('ignore', 'fail', 'append_new_columns', 'sync_all_columns'),
    'What an incremental model does when its columns change; ignore by default: new ones are left out.',
  ),
  incremental_predicates: optional(
    oneOrMore(text(), 'a condition, or a list of conditions'),
    'SQL conditions on the rows that merge and delete+insert may replace, over DBT_INTERNAL_DEST and DBT_INTERNAL_SOURCE.',
  ),
  predicates: optional(
    oneOrMore(text(), 'a condition, or a list of conditions'),
    'Another name of incremental_predicates.',
  ),
  merge_update_columns: optional(
    oneOrMore(text(), 'a column, or a list of columns'),
    'Merge: the only columns of a known row that change.',
  ),
  merge_exclude_columns: optional(
    oneOrMore(text(), 'a column, or a list of columns'),
    'Merge: columns of a known row that do not change.',
  ),
  full_refresh: optional(
    flag(),
    'Incremental: true builds it anew each time, false never, whatever --full-refresh says.',
  ),
  event_time: eventTime(),
  begin: optional(text(), 'Microbatch: date or time of the first batch, in UTC where no zone is written.'),
  batch_size: optional(
    choice('hour', 'day', 'month', 'year'),
    'Microbatch: time that a batch covers, in UTC.',
  ),
  lookback: optional(
    wholeNumber(0),
    'Microbatch: finished batches before the newest that are built again; 1 by default.',
  ),
  concurrent_batches: optional(
    flag(),
    "Of dbt's language: batches run at the same time where the machine has room.",
  ),
  contract: optional(
    z.strictObject({ enforced: required(flag(), 'true: the columns must be as described.') }),
    'Whether the described columns bind the model.',
  ),
  owner: optional(text(), 'Who answers for the model.'),
  license: optional(text(), 'Licence of the data.'),
  access: optional(access(), 'Who may ref the model: private is its group alone; protected by default.'),
  ...commonConfigKeys(),
});

export const seedConfigKeys = () => ({
  publish: optional(publish(), 'Where else the table goes.'),
  tags: optional(tags(), 'Tags to select by.'),
  meta: optional(mapping(), 'Facts of your own.'),
  column_types: optional(
    say(z.record(z.string(), z.string()), { expected: 'a mapping of columns to types' }),
    'Types of columns; all others are found from the whole file.',
  ),
  delimiter: optional(text(), 'Character between values; a comma by default, a tab for .tsv.'),
  quote: optional(text(), 'Character around values that hold the delimiter; " by default.'),
  quote_columns: optional(flag(), "Of dbt's language; names of columns are always kept as they are written."),
  full_refresh: optional(flag(), "Of dbt's language: a seed is always its whole file."),
  event_time: eventTime(),
  sort_by: sortBy(),
  ...commonConfigKeys(),
});

export const snapshotConfigKeys = () => ({
  publish: optional(publish(), 'Where else the table goes.'),
  tags: optional(tags(), 'Tags to select by.'),
  meta: optional(mapping(), 'Facts of your own.'),
  unique_key: optional(oneOrMore(text(), 'a column, or a list of columns'), 'Columns that identify a row.'),
  strategy: optional(choice('timestamp', 'check'), 'How a change is noticed.'),
  updated_at: optional(text(), 'For timestamp: the column that grows with every change.'),
  check_cols: optional(
    say(z.union([z.literal('all'), someOf(text(), 'a list of columns')]), {
      expected: 'a list of columns, or all',
    }),
    'For check: the columns that are compared.',
  ),
  hard_deletes: optional(
    choice('ignore', 'invalidate', 'new_record'),
    'Rows that are gone: ignore them, end their validity, or add a row that says so.',
  ),
  invalidate_hard_deletes: optional(flag(), 'true: hard_deletes: invalidate, as older dbt writes it.'),
  dbt_valid_to_current: optional(
    text(),
    "SQL for dbt_valid_to of rows that are current, such as date '9999-12-31'; NULL by default.",
  ),
  snapshot_meta_column_names: optional(
    z.strictObject({
      dbt_scd_id: optional(text(), 'Hash of key and time: one for each row of the snapshot.'),
      dbt_updated_at: optional(text(), 'When the row was changed at its source.'),
      dbt_valid_from: optional(text(), 'Since when it was so.'),
      dbt_valid_to: optional(text(), 'Until when; NULL while it still is.'),
      dbt_is_deleted: optional(text(), "For new_record: 'True' in rows that say that a key is gone."),
    }),
    'Other names for the columns that the snapshot adds.',
  ),
  event_time: eventTime(),
  sort_by: sortBy(),
  ...commonConfigKeys(),
});

const constraintKeys = () => ({
  type: required(choice('not_null', 'unique', 'primary_key', 'foreign_key', 'check'), 'What must hold.'),
  expression: optional(
    text(),
    'check: SQL condition that is true or NULL in every row. foreign_key: `other (column)`, where to is left out.',
  ),
  name: optional(text(), 'Name of the constraint in messages.'),
  to: optional(text(), "foreign_key: a name, or ref('name')."),
  to_columns: optional(someOf(text(), 'a list of columns'), 'foreign_key: the columns there.'),
  warn_unenforced: optional(flag(), "Of dbt's language; every constraint is enforced."),
  warn_unsupported: optional(flag(), "Of dbt's language; every constraint is supported."),
});

const columnConstraints = () =>
  optional(
    listOf(z.strictObject(constraintKeys()), 'a list of constraints, each with its type'),
    'What must hold for the column, where the contract is enforced.',
  );

const modelConstraints = () =>
  optional(
    listOf(
      z.strictObject({
        ...constraintKeys(),
        columns: optional(someOf(text(), 'a list of columns'), 'The columns that it is about.'),
      }),
      'a list of constraints, each with its type',
    ),
    'What must hold for the rows, where the contract is enforced.',
  );

const columnKeys = () => ({
  description: optional(text(), 'What the values mean.'),
  data_type: optional(text(), 'Type of the column in SQL: binding where the contract is enforced.'),
  constraints: columnConstraints(),
  tests: optional(tests(), 'Tests of the column.'),
  data_tests: optional(tests(), 'Tests of the column, under the name that newer dbt uses.'),
  tags: optional(tags(), 'Tags to select the tests by.'),
  meta: optional(mapping(), 'Facts of your own.'),
  quote: optional(flag(), 'Whether the name needs quotes; names are always quoted.'),
  config: optional(
    z.strictObject({
      tags: optional(tags(), 'Tags to select the tests by.'),
      meta: optional(mapping(), 'Facts of your own.'),
    }),
    'The same, where newer dbt has it.',
  ),
});

const columns = () =>
  optional(
    listOf(
      z.strictObject({ name: required(text(), 'Name of the column.'), ...columnKeys() }),
      'a list of columns, each with its name',
    ),
    'The columns.',
  );

const names = () =>
  say(z.union([z.literal('*'), z.literal('all'), z.array(z.string())]), {
    expected: 'a list of columns, or all',
  });

/** `versions:` of a model. */
const versions = () =>
  optional(
    someOf(
      z.strictObject({
        v: required(textOrNumber(), 'The version: 2.'),
        defined_in: optional(text(), 'Name of its file without the ending; <model>_v<version> by default.'),
        description: optional(text(), "What is special of it; the model's own by default."),
        deprecation_date: optional(text(), 'Day from which nothing should read it any more.'),
        columns: optional(
          listOf(
            say(
              z.union([
                z.strictObject({
                  include: required(names(), "The model's columns that the version has, too."),
                  exclude: optional(z.array(z.string()), 'Those of them that it has not.'),
                }),
                z.strictObject({ name: required(text(), 'Name of the column.'), ...columnKeys() }),
              ]),
              { expected: 'a column with its name, or {include, exclude}' },
            ),
            'a list of columns',
          ),
          "Its columns; the model's by default.",
        ),
        constraints: modelConstraints(),
        tests: optional(tests(), "Tests of the table, instead of the model's."),
        data_tests: optional(tests(), 'The same, under the name that newer dbt uses.'),
        access: optional(access(), 'Who may ref it.'),
        config: optional(z.strictObject(modelConfigKeys()), 'Settings of the version.'),
      }),
      'a list of versions, each with its v',
    ),
    'Versions of the model, each with a file of its own.',
  );

const groups = () =>
  listOf(
    z.strictObject({
      name: required(text(), 'Name of the group.'),
      description: optional(text(), 'What the group does.'),
      owner: required(
        z.strictObject({ name: optional(text(), 'Name.'), email: optional(text(), 'Address.') }),
        'Who answers for it.',
      ),
      config: optional(z.strictObject({ meta: optional(mapping(), 'Facts of your own.') }), 'Settings.'),
    }),
    'a list of groups, each with its name and owner',
  );

const described = () => ({
  name: required(text(), 'Name of the file, without its ending.'),
  description: optional(text(), 'What one row is, and what to know about it.'),
  columns: columns(),
  tests: optional(tests(), 'Tests of the table.'),
  data_tests: optional(tests(), 'Tests of the table, under the name that newer dbt uses.'),
  meta: optional(mapping(), 'Facts of your own.'),
  docs: siteDocs(),
});

const row = () =>
  say(z.record(z.string(), anything()), { expected: 'a row: a mapping of columns to values' });
const rows = () => listOf(row(), 'a list of rows');

/** Rows as they are written in a unit test: a list, CSV, SQL, or a file of tests/fixtures/. */
const writtenRows = () => ({
  format: optional(
    choice('dict', 'csv', 'sql'),
    'How the rows are written: dict, a list of rows, by default.',
  ),
  rows: optional(
    say(z.union([rows(), text()]), { expected: 'a list of rows, or for csv and sql a text' }),
    'The rows: a list, CSV with a line of names, or a SELECT; an empty value of CSV is NULL.',
  ),
  fixture: optional(
    text(),
    'File of tests/fixtures/ that holds the rows, without its ending, for csv and sql.',
  ),
});

const unitTest = () =>
  z.strictObject({
    name: required(text(), 'Name of the unit test.'),
    model: required(text(), 'Model that is tested.'),
    description: optional(text(), 'What it shows.'),
    given: required(
      listOf(
        z.strictObject({
          input: required(
            text(),
            "Input of the model: a name, or ref('name'); this: the model's own rows, for is_incremental.",
          ),
          ...writtenRows(),
        }),
        'a list of inputs',
      ),
      'The inputs and their rows: columns left out are NULL, an input left out has no rows, a seed without rows has its own.',
    ),
    expect: required(
      say(z.union([rows(), z.strictObject(writtenRows())]), {
        expected: 'a list of rows, or {format, rows, fixture}',
      }),
      'Rows that the model must yield, in any order; only the named columns are compared.',
    ),
    versions: optional(
      z.strictObject({
        include: optional(
          someOf(textOrNumber(), 'a list of versions'),
          'Only these versions of the model are tested.',
        ),
        exclude: optional(someOf(textOrNumber(), 'a list of versions'), 'These are not.'),
      }),
      'Which versions of a model with versions are tested; all of them by default.',
    ),
    overrides: optional(
      z.strictObject({
        vars: optional(mapping(), 'Vars for this test.'),
        env_vars: optional(mapping(), 'Environment variables for this test.'),
        macros: optional(
          mapping(),
          'What macros and helpers answer in this test, by their names: is_incremental, run_started_at, a macro of the project.',
        ),
      }),
      'Values that replace those of the project.',
    ),
    tags: optional(tags(), 'Tags to select by.'),
    meta: optional(mapping(), 'Facts of your own.'),
    config: optional(
      z.strictObject({
        tags: optional(tags(), 'Tags to select by.'),
        meta: optional(mapping(), 'Facts of your own.'),
        enabled: optional(flag(), 'false: the test is not there.'),
      }),
      'Settings of the unit test.',
    ),
  });

const exposure = () =>
  z.strictObject({
    name: required(text(), 'Name of the exposure.'),
    label: optional(text(), 'Its name for people.'),
    type: required(choice('dashboard', 'notebook', 'analysis', 'ml', 'application'), 'What it is.'),
    description: optional(text(), 'What it is for.'),
    url: optional(text(), 'Where it is.'),
    maturity: optional(choice('high', 'medium', 'low'), 'How far it can be relied on.'),
    owner: optional(
      z.strictObject({ name: optional(text(), 'Name.'), email: optional(text(), 'Address.') }),
      'Who answers for it.',
    ),
    depends_on: optional(
      listOf(text(), 'a list of names'),
      "Datasets and models that it reads: names, or ref('name').",
    ),
    tags: optional(tags(), 'Tags to select by.'),
    meta: optional(mapping(), 'Facts of your own.'),
    config: optional(
      z.strictObject({
        enabled: optional(flag(), 'false: the exposure is not there.'),
        tags: optional(tags(), 'Tags to select by; added to those beside config.'),
        meta: optional(mapping(), 'Facts of your own; merged with those beside config.'),
      }),
      'Settings of the exposure.',
    ),
  });

const version = () => optional(say(z.literal(2), { expected: '2' }), "Version of dbt's properties files: 2.");

export const models = () =>
  say(
    z.strictObject({
      version: version(),
      models: optional(
        listOf(
          z.strictObject({
            ...described(),
            constraints: modelConstraints(),
            access: optional(access(), 'Who may ref the model: private is its group alone.'),
            group: optional(text(), 'Group that it belongs to.'),
            latest_version: optional(
              textOrNumber(),
              'Version that a ref without one means; the greatest by default.',
            ),
            deprecation_date: optional(text(), 'Day from which nothing should read it any more.'),
            versions: versions(),
            config: optional(z.strictObject(modelConfigKeys()), 'Settings of the model.'),
          }),
          'a list of models, each with its name',
        ),
        'Models: SQL files under models/.',
      ),
      unit_tests: optional(
        listOf(unitTest(), 'a list of unit tests'),
        'Given rows of the inputs and the rows they must become.',
      ),
      groups: optional(groups(), 'Groups of models, and who answers for them.'),
      exposures: optional(
        listOf(exposure(), 'a list of exposures'),
        'Uses of the tables outside the project.',
      ),
      seeds: optional(
        listOf(
          z.strictObject({
            ...described(),
            config: optional(z.strictObject(seedConfigKeys()), 'Settings of the seed.'),
          }),
          'a list of seeds, each with its name',
        ),
        'Seeds: CSV files under seeds/.',
      ),
      snapshots: optional(snapshotList(), 'Slowly changing dimensions.'),
    }),
    { title: 'lake model properties', description: "What is known of models: dbt's properties files." },
  );

function snapshotList() {
  const snapshot = z.strictObject({
    ...described(),
    relation: optional(text(), "What is recorded: a name, or ref('name')."),
    config: optional(z.strictObject(snapshotConfigKeys()), 'Settings of the snapshot.'),
  });
  return listOf(say(snapshot, { id: 'snapshot' }), 'a list of snapshots, each with its name');
}

/** `snapshots/*.yml`. */
export const snapshots = () =>
  say(
    z.strictObject({
      version: version(),
      snapshots: required(snapshotList(), 'Slowly changing dimensions.'),
    }),
    { title: 'lake snapshots', description: 'Slowly changing dimensions: how tables looked over time.' },
  );

export type ModelsFile = z.infer<ReturnType<typeof models>>;
export type SnapshotsFile = z.infer<ReturnType<typeof snapshots>>;
