/** One field of a dataset manifest. */
import * as z from 'zod/mini';
import { PLAIN_TYPES } from '../language.js';
import { tests } from './tests.js';
import {
  anything,
  choice,
  flag,
  mapping,
  oneOrMore,
  optional,
  say,
  scalar,
  someOf,
  text,
  textOrNumber,
} from './words.js';

export const onInvalid = () => choice('quarantine', 'nullify', 'fail');

export const nullIf = () => listOfText('a list of texts that stand for NULL');

/** Numbers are taken as written: `-99`, `1.0`. */
const listOfText = (expected: string) => say(z.array(textOrNumber()), { expected });

export const formatList = () =>
  oneOrMore(text(), 'iso, epoch_ms, epoch_s, a strptime pattern such as %d/%m/%Y, or a list of these');

const bound = () =>
  say(z.union([z.number(), z.string(), z.null()]), { expected: 'a number, a date, today, tomorrow or null' });

const columns = () => oneOrMore(textOrNumber(), 'a column or path of the portal, or a list of them');

const fieldType = () =>
  say(z.string(), {
    expected: `a type: ${PLAIN_TYPES.join(', ')}, decimal(p,s) or list<T>`,
    examples: [...PLAIN_TYPES, 'decimal(10,2)', 'list<varchar>'],
  });

export const fieldObject = () =>
  z.strictObject({
    from: optional(
      columns(),
      'Column or path at the portal (`team.id`, `location[0]`, `geometry.x`). Of a list, the first column that is present in the load. Without it: the field\'s own name, matched without case, blanks, "_" and punctuation.',
    ),
    coalesce: optional(columns(), 'Columns at the portal; the first value that is not null in the row.'),
    type: optional(fieldType(), 'Type of the values; varchar if left out. Casts are exact.'),
    description: optional(text(), 'What the values mean.'),
    trim: optional(flag(), 'Blanks around values are removed; true by default.'),
    null_if: optional(nullIf(), 'Texts that stand for NULL, compared after trim.'),
    format: optional(
      formatList(),
      'How dates and times are written: iso (the default), epoch_ms, epoch_s or strptime patterns, tried in order for each value.',
    ),
    timezone: optional(text(), "Time zone in which an instant has its day; the portal's by default."),
    sql: optional(
      text(),
      'SQL expression over `value` (the text after trim and null_if) or over the other fields.',
    ),
    default: optional(anything(), 'Value in place of NULL.'),
    required: optional(flag(), 'NULL is invalid. Fields of the key are always required.'),
    range: optional(
      say(z.tuple([bound(), bound()]), { expected: 'a list of two: [low, high], null for an open end' }),
      'Least and largest valid value; null for an open end. Dates may use today and tomorrow.',
    ),
    values: optional(someOf(scalar(), 'a list of values'), 'The only valid values.'),
    pattern: optional(text(), 'Regular expression that the whole value must match.'),
    on_invalid: optional(
      onInvalid(),
      "What an invalid value does: quarantine its row, become NULL, or fail the load. The contract's `values` by default.",
    ),
    references: optional(
      text(),
      'Dataset, or dataset.field, that holds every value: a test of severity warn.',
    ),
    tests: optional(tests(), 'Tests of the field after the load.'),
    meta: optional(mapping(), 'Facts of your own.'),
  });

export type FieldObject = z.infer<ReturnType<typeof fieldObject>>;

/** `name: type` or `name: {from, type, …}`. */
export const field = () =>
  say(z.union([fieldType(), fieldObject()]), {
    expected: 'a type, or a mapping of settings such as {from, type}',
  });

/** `formats:` by type. */
export const formats = () =>
  z.strictObject({
    date: optional(formatList(), 'Formats of fields of type date.'),
    time: optional(formatList(), 'Formats of fields of type time.'),
    timestamp: optional(formatList(), 'Formats of fields of type timestamp.'),
    timestamptz: optional(formatList(), 'Formats of fields of type timestamptz.'),
  });
