/** A dataset manifest: `datasets/**\/*.yml`. */
import * as z from 'zod/mini';
import { field, formats, nullIf, onInvalid } from './field.js';
import { publish } from './publish.js';
import { source } from './source.js';
import { tests } from './tests.js';
import {
  choice,
  duration,
  flag,
  listOf,
  mapping,
  oneOrMore,
  optional,
  percent,
  required,
  say,
  slug,
  someOf,
  text,
  textOrNumber,
  wholeNumber,
} from './words.js';

const fieldNames = (expected = 'a list of field names') => someOf(text(), expected);

export const contract = () =>
  z.strictObject({
    columns: optional(
      choice('evolve', 'ignore', 'freeze'),
      "When the portal's columns change: evolve (the default) lands and reports, ignore lands silently, freeze fails the load.",
    ),
    values: optional(onInvalid(), 'What an invalid value does: quarantine (the default), nullify or fail.'),
  });

/** A length of time, or dbt's way to write one. */
const age = () =>
  say(
    z.union([
      duration(),
      z.strictObject({
        count: required(wholeNumber(0), 'How many.'),
        period: required(choice('minute', 'hour', 'day'), 'Of what.'),
      }),
    ]),
    { expected: 'a length of time such as 7 days, or {count: 7, period: day}' },
  );

export const freshness = () =>
  z.strictObject({
    warn_after: optional(age(), 'Age at which the data is reported as old.'),
    error_after: optional(age(), 'Age at which `lake freshness` fails.'),
    of: optional(
      text(),
      "What the age is taken of: portal (the portal's own date, the default), loaded, or a field.",
    ),
  });

/** A percentage for all fields, or one for each named field. */
const share = () =>
  say(z.union([percent(), z.record(z.string(), percent())]), {
    expected: 'a percentage such as 2%, or a mapping of fields to percentages',
  });

export const guards = () =>
  z.strictObject({
    max_row_drop: optional(
      percent(),
      'Largest share of rows that may be gone since the last load; 50% where nothing is said.',
    ),
    max_null_rise: optional(
      share(),
      'Largest rise of the share of NULLs in a field, in points; of a field with a default, of the share of rows without a value. Where nothing is said 50%, and no field that had values may lose all of them, in tables of 20 rows or more.',
    ),
    max_changed: optional(
      share(),
      'Largest share of rows in which the value of a field may become another one, by key; NULL on either side does not count. Where nothing is said all may.',
    ),
    max_type_flip: optional(
      share(),
      'Largest rise of the share of values of a field that are not of its type, in points; 20% where nothing is said, in tables of 20 rows or more.',
    ),
    max_quarantine_rise: optional(
      percent(),
      'Largest rise of the share of rows that are quarantined, in points; 20% where nothing is said, in tables of 20 rows or more.',
    ),
    cap: optional(
      say(z.union([z.literal(false), z.int(), z.array(z.int())]), {
        expected: 'a number of rows, a list of them, or false',
      }),
      'Further row counts that look like a limit of the portal; false: no count does.',
    ),
    allow_empty: optional(flag(), 'true: a load without rows is accepted.'),
  });

const row = () =>
  say(z.record(z.string(), z.unknown()), { expected: 'a row: a mapping of columns to values' });

const POLICIES = { expected: 'missing, changed, all, or {stale_after: 7 days}' };

export const fetchPolicy = () =>
  say(
    z.union([
      say(choice('missing', 'changed', 'all'), POLICIES),
      z.strictObject({
        stale_after: required(duration(), 'How long after it was asked about a part is asked about again.'),
      }),
    ]),
    POLICIES,
  );

const unitTest = () =>
  z.strictObject({
    name: required(text(), 'Name of the unit test.'),
    description: optional(text(), 'What it shows.'),
    given: required(
      listOf(row(), 'a list of rows'),
      'Rows as the portal delivers them; every value is text.',
    ),
    expect: required(
      listOf(row(), 'a list of rows'),
      'Rows that silver must hold, in any order; only the named fields are compared.',
    ),
    quarantined: optional(wholeNumber(0), 'Number of given rows that must be quarantined.'),
  });

export const tags = () => oneOrMore(text(), 'a tag, or a list of tags');

export const dataset = () =>
  say(
    z.strictObject({
      dataset: required(slug(), 'Name of the dataset, unique in the project.'),
      description: optional(text(), 'What one row is, and what to know about it.'),
      version: optional(textOrNumber(), "The manifest's own version."),
      portal: optional(
        text(),
        'Portal of project.yml. May be left out when `source` has absolute addresses.',
      ),
      source: required(source(), 'Where the data lies at its portal.'),
      load: optional(
        z.strictObject({
          mode: optional(
            choice('replace', 'append', 'upsert'),
            'replace (the default): the portal is asked for everything. append: rows are added, and none is ever taken away. upsert: changed rows replace those of the same key, and rows that are gone leave. See docs/loads.md.',
          ),
          cursor: optional(
            text(),
            'Portal column that grows with every change, such as `:updated_at`. Only rows at or after its last value are asked for, and rows without one.',
          ),
          lookback: optional(
            duration(),
            'How far behind the cursor rows are asked for again, for those that come late.',
          ),
          sweep: optional(
            duration(),
            "Mode upsert: how often the portal's ids of all rows are compared with the lake's, to find rows that were withdrawn or came late.",
          ),
          deletes: optional(
            choice('hard', 'soft'),
            'Mode upsert: rows that were withdrawn leave silver (hard, the default), or stay and say in `_deleted_at` since when (soft).',
          ),
          fetch: optional(
            fetchPolicy(),
            'Which parts that are stored the portal is asked about. changed (the default): each, and one that has not changed is not fetched. missing: none. all: each is fetched, whatever the portal says of it. stale_after: those that were not asked about for this time. See docs/loads.md.',
          ),
          keep_loads: optional(
            wholeNumber(1),
            'The files of how many loads stay in bronze, newest first. Older ones leave the table once no row of theirs counts any more; those whose rows count always stay.',
          ),
        }),
        'How loads follow each other.',
      ),
      key: optional(
        say(z.union([z.literal('none'), fieldNames()]), { expected: 'a list of field names, or none' }),
        'Fields that identify a row; they are required and unique. none (the default): rows have no key.',
      ),
      volatile: optional(fieldNames(), 'Fields whose change is no change of the data.'),
      fields: optional(
        say(z.record(slug(), field()), { expected: 'a mapping of field names to types or settings' }),
        'The fields of silver. Without them every column is varchar under its own name.',
      ),
      trim: optional(flag(), 'Blanks around values are removed; true by default.'),
      null_if: optional(nullIf(), "Texts that stand for NULL in every field; [''] by default."),
      timezone: optional(text(), "Time zone of dates and times; the portal's by default."),
      formats: optional(formats(), 'Formats of dates and times by type, for every field.'),
      contract: optional(contract(), 'What to do when columns or values are not as declared.'),
      partition_by: optional(fieldNames(), 'Fields by whose values the files of silver are divided.'),
      event_time: optional(
        text(),
        'Field with the time of an event: microbatch models read only the rows of their time.',
      ),
      freshness: optional(freshness(), 'How old the data may be.'),
      guards: optional(guards(), 'Changes that stop a load from being published.'),
      tests: optional(tests(), 'Tests of the table after the load.'),
      unit_tests: optional(
        listOf(unitTest(), 'a list of unit tests'),
        'Given rows of the portal and the rows of silver they must become.',
      ),
      publish: optional(publish(), 'Where else the table goes.'),
      tags: optional(tags(), 'Tags to select by; those of the folders are added.'),
      owner: optional(text(), 'Who answers for the dataset.'),
      license: optional(text(), 'Licence of the data.'),
      meta: optional(mapping(), 'Facts of your own.'),
      accounting: optional(
        say(z.union([z.boolean(), z.enum(['on', 'off'])]), { expected: 'on or off' }),
        'off: a hand-written silver model need not account for every row.',
      ),
    }),
    { title: 'lake dataset manifest', description: 'Where public data lives and what it should look like.' },
  );

export type DatasetFile = z.infer<ReturnType<typeof dataset>>;
