/** What dbt offers under one name for all warehouses, and SQL written for dbt calls: DuckDB's own words. */
import type { Helper } from '../template/helpers/helper.js';
import { defineMacro } from './macro.js';
import { oneOf, optional, sql } from './parameters.js';

export const lastDay = defineMacro({
  name: 'last_day',
  summary: 'The last day of the month, quarter or year that a date lies in.',
  example: "select {{last_day 'opened_on' 'quarter'}} as until from {{ref 'permits'}}",
  parameters: { date: sql, datepart: optional(oneOf('week', 'month', 'quarter', 'year'), 'month') },
  write: ({ date, datepart }) =>
    `cast(date_trunc('${datepart}', ${date}) + interval 1 ${datepart} - interval 1 day as date)`,
});

export const splitPart = defineMacro({
  name: 'split_part',
  summary:
    'One part of a text that is cut at a delimiter, counting from 1, or from the end with -1. Text and delimiter are SQL.',
  example: "select {{split_part 'location' \"','\" 1}} as street from {{ref 'permits'}}",
  parameters: { string_text: sql, delimiter_text: sql, part_number: sql },
  write: ({ string_text, delimiter_text, part_number }) =>
    `split_part(${string_text}, ${delimiter_text}, ${part_number})`,
});

const TYPES: Readonly<Record<string, string>> = {
  type_string: 'varchar',
  type_timestamp: 'timestamp',
  type_int: 'integer',
  type_bigint: 'bigint',
  type_float: 'double',
  type_numeric: 'decimal(28, 6)',
  type_boolean: 'boolean',
};

export const typeNames: readonly Helper[] = Object.entries(TYPES).map(([name, type]) =>
  defineMacro({
    name,
    summary: `The type \`${type}\`.`,
    example: `select cast(x as {{${name}}}) as x from {{ref 'y'}}`,
    parameters: {},
    write: () => type,
  }),
);
