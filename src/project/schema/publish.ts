/** `publish:` of datasets, models, seeds and snapshots: where else the rows of a table go. */
import * as z from 'zod/mini';
import {
  choice,
  flag,
  listOf,
  oneOrMore,
  optional,
  required,
  say,
  someOf,
  text,
  wholeNumber,
} from './words.js';

const columns = () => oneOrMore(text(), 'a column, or a list of columns');

const index = () =>
  say(
    z.union([
      z.string(),
      z.array(z.string()).check(z.minLength(1)),
      z.strictObject({
        columns: required(columns(), 'Columns of the index, the most selective first.'),
        name: optional(text(), 'Name of the index; made of table and columns by default.'),
        unique: optional(flag(), 'true: no two rows have these values.'),
        method: optional(
          choice('btree', 'hash', 'gist', 'gin', 'spgist', 'brin'),
          'Kind of index; btree by default.',
        ),
        where: optional(text(), 'Only rows for which this condition holds, in SQL of the target.'),
      }),
    ]),
    { expected: 'a column, a list of columns, or a mapping with columns, name, unique, method and where' },
  );

const indexes = () => listOf(index(), 'a list of columns, lists of columns, or mappings with columns');

const view = () =>
  say(
    z.strictObject({
      sql: required(text(), 'Its SELECT, in SQL of the target.'),
      materialized: optional(
        flag(),
        'true: a materialized view, refreshed after every publication that changed rows.',
      ),
      indexes: optional(
        indexes(),
        'Indexes of a materialized view. With a unique one it is refreshed while it is read.',
      ),
    }),
    { expected: 'a mapping with sql, materialized and indexes' },
  );

const geometry = () =>
  say(
    z.record(
      z.string(),
      z.union([
        z.string(),
        z.strictObject({
          from: required(columns(), 'Column of GeoJSON, WKT or WKB, or the two of longitude and latitude.'),
          srid: optional(wholeNumber(1), 'Number of its reference system; 4326 by default.'),
        }),
        z.array(z.string()).check(z.length(2)),
      ]),
    ),
    {
      expected:
        'a mapping of names of geometry columns to [longitude, latitude], or to a column of GeoJSON, WKT or WKB',
    },
  );

/** One entry. Which of its keys mean something is the target's kind to say: see `compile/publications.ts`. */
const publication = () =>
  z.strictObject({
    to: required(text(), 'Name of a publish target of the active output.'),
    columns: optional(
      someOf(text(), 'a list of columns'),
      'Only these columns, in this order; all by default.',
    ),
    table: optional(text(), 'Databases: name of the table there; that of the dataset or model by default.'),
    schema: optional(text(), 'postgres: schema of the table there; that of the target by default.'),
    mode: optional(
      choice('replace', 'upsert', 'sync', 'append'),
      'postgres: how rows arrive. upsert (the default where there is a key) writes new and changed rows by key; sync deletes those that are gone as well; replace (the default without a key) swaps the whole table; append adds new rows and changes none.',
    ),
    key: optional(
      columns(),
      "postgres: columns that identify a row there; the dataset's key or the model's unique_key by default.",
    ),
    indexes: optional(indexes(), 'postgres: indexes of the table.'),
    geometry: optional(
      geometry(),
      'postgres: columns of PostGIS made of others, where PostGIS is installed.',
    ),
    views: optional(
      say(z.record(z.string(), view()), { expected: 'a mapping of names to views' }),
      'postgres: views over the table, made and kept as they are written here.',
    ),
    refresh: optional(
      oneOrMore(text(), 'a materialized view, or a list of them'),
      'postgres: other materialized views to refresh afterwards.',
    ),
    path: optional(
      text(),
      'Files: name of the file or folder below that of the target; {name}, {layer}, {date}, {time}, {version}, {run} and {format} are filled in. With a / at its end a folder of parts. `{name}.{format}` by default.',
    ),
    format: optional(
      choice('parquet', 'csv', 'json', 'geojson'),
      'Files: their format; by default that of the ending of `path`, else that of the target.',
    ),
  });

export const publish = () => listOf(publication(), 'a list of {to, table, …}');
