/** What Postgres keeps the lake's types as, and the text of a value that it reads back as the same value. */
import { type DuckDBType, parseDuckDBType } from '../../lakehouse/delta/duckdb-type.js';

export interface PgType {
  /** As Postgres writes it: `format_type` gives the same. */
  readonly name: string;
  /** SQL of DuckDB: the value as CSV has it. NULL stays NULL. */
  readonly text: (column: string) => string;
  /** True: its texts are quoted, for an empty one is not NULL. */
  readonly quoted: boolean;
  /** SQL of DuckDB: whether a value has the character 0, which no text of Postgres can hold. */
  readonly hasNul?: (column: string) => string;
}

const NUL = 'chr(0)';
/** Stands for a character that was not readable, as elsewhere in lake. */
const REPLACED = 'chr(65533)';

const asIs = (column: string): string => column;

const plain = (name: string, text = asIs): PgType => ({ name, text, quoted: false });

const TEXT: PgType = {
  name: 'text',
  text: (column) => `replace(cast(${column} as varchar), ${NUL}, ${REPLACED})`,
  quoted: true,
  hasNul: (column) => `contains(cast(${column} as varchar), ${NUL})`,
};

/** JSON text spells the character 0 as six; a backslash that is meant is doubled, so that it is set aside first. */
const JSONB: PgType = {
  name: 'jsonb',
  text: (column) =>
    `replace(replace(replace(cast(to_json(${column}) as varchar), '\\\\', chr(1)), '\\u0000', ${REPLACED}), chr(1), '\\\\')`,
  quoted: true,
  hasNul: (column) => `contains(replace(cast(to_json(${column}) as varchar), '\\\\', ''), '\\u0000')`,
};

const PLAIN: Readonly<Record<string, PgType>> = {
  BOOLEAN: plain('boolean'),
  TINYINT: plain('smallint'),
  SMALLINT: plain('smallint'),
  UTINYINT: plain('smallint'),
  INTEGER: plain('integer'),
  USMALLINT: plain('integer'),
  BIGINT: plain('bigint'),
  UINTEGER: plain('bigint'),
  UBIGINT: plain('numeric(20,0)'),
  HUGEINT: plain('numeric(39,0)'),
  UHUGEINT: plain('numeric(39,0)'),
  BIGNUM: plain('numeric'),
  FLOAT: plain('real'),
  DOUBLE: plain('double precision'),
  DATE: plain('date', (column) => `cast(${column} as varchar)`),
  TIME: plain('time without time zone', (column) => `cast(${column} as varchar)`),
  'TIME WITH TIME ZONE': plain('time with time zone', (column) => `cast(${column} as varchar)`),
  TIMESTAMP: plain('timestamp without time zone', (column) => `cast(${column} as varchar)`),
  TIMESTAMP_S: plain('timestamp without time zone', (column) => `cast(${column} as varchar)`),
  TIMESTAMP_MS: plain('timestamp without time zone', (column) => `cast(${column} as varchar)`),
  'TIMESTAMP WITH TIME ZONE': plain('timestamp with time zone', (column) => `cast(${column} as varchar)`),
  INTERVAL: plain('interval', (column) => `cast(${column} as varchar)`),
  UUID: plain('uuid'),
  BLOB: { name: 'bytea', text: (column) => `'\\x' || hex(${column})`, quoted: true },
  JSON: {
    ...JSONB,
    text: (column) => JSONB.text(`cast(${column} as json)`),
    hasNul: (column) => JSONB.hasNul!(`cast(${column} as json)`),
  },
};

/** @param duckdbType As the lake's tables have it; what is not known there is text. */
export function pgType(duckdbType: string): PgType {
  const type = parseDuckDBType(duckdbType);
  return type === undefined ? TEXT : typeOf(type);
}

function typeOf(type: DuckDBType): PgType {
  switch (type.kind) {
    case 'plain':
      if (type.name === 'DECIMAL') return plain(`numeric(${type.args.join(',')})`);
      return PLAIN[type.name] ?? TEXT;
    case 'list':
      // Rows of Postgres's arrays have one length, and their elements no names: lists in lists and structs are JSON.
      return type.element.kind === 'plain' ? arrayOf(typeOf(type.element)) : JSONB;
    default:
      return JSONB;
  }
}

function arrayOf(element: PgType): PgType {
  const text = `cast(${element.text('x')} as varchar)`;
  const quoted = `'"' || replace(replace(${text}, '\\', '\\\\'), '"', '\\"') || '"'`;
  return {
    name: `${element.name}[]`,
    text: (column) =>
      `'{' || array_to_string(list_transform(${column}, lambda x: case when x is null then 'NULL' else ${quoted} end), ',') || '}'`,
    quoted: true,
    ...(element.hasNul && {
      hasNul: (column) =>
        `len(list_filter(${column}, lambda x: coalesce(${element.hasNul!('x')}, false))) > 0`,
    }),
  };
}

const WHOLE: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };

/** Whether every value of one type is a value of the other: `bigint` holds `integer`. */
export function holds(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.endsWith('[]') && narrow.endsWith('[]')) return holds(wide.slice(0, -2), narrow.slice(0, -2));
  if (wide === 'text' || wide === 'character varying') return /^(?:text$|character)/.test(narrow);
  if (wide === 'double precision') return ['real', 'smallint', 'integer'].includes(narrow);
  const digits = WHOLE[narrow];
  const most = WHOLE[wide];
  if (digits !== undefined && most !== undefined) return most >= digits;
  if (wide === 'numeric') return digits !== undefined || narrow.startsWith('numeric');
  const there = numeric(wide);
  const wanted = numeric(narrow);
  if (there === undefined) return false;
  if (digits !== undefined) return there.before >= digits;
  return wanted !== undefined && there.before >= wanted.before && there.after >= wanted.after;
}

/** Digits before and after the point. */
function numeric(type: string): { readonly before: number; readonly after: number } | undefined {
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
  return precision === undefined
    ? undefined
    : { before: Number(precision) - Number(scale), after: Number(scale) };
}
