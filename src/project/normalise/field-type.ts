/** A field's type, checked and in one spelling. */
import { nearest } from '../../errors/nearest.js';
import { PLAIN_TYPES } from '../language.js';
import type { FieldType } from '../types.js';

export type ParsedType = { readonly type: FieldType } | { readonly hint: string | undefined };

/** What other systems call these types. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  string: 'varchar',
  text: 'varchar',
  char: 'varchar',
  str: 'varchar',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int64: 'bigint',
  long: 'bigint',
  float: 'double',
  float8: 'double',
  real: 'double',
  number: 'double',
  numeric: 'decimal(18,3)',
  decimal: 'decimal(18,3)',
  bool: 'boolean',
  datetime: 'timestamp',
  timestamp_ntz: 'timestamp',
  array: 'list<varchar>',
  list: 'list<varchar>',
  struct: 'json',
  object: 'json',
};

/** `Decimal(10, 2)` → `decimal(10,2)`; a hint where there is no such type. */
export function parseFieldType(written: string): ParsedType {
  const type = written.toLowerCase().replace(/\s+/g, '');
  if (isType(type)) return { type };
  const meant = Object.hasOwn(OTHER_NAMES, type) ? OTHER_NAMES[type] : nearest(type, PLAIN_TYPES);
  return { hint: meant === undefined ? undefined : `Did you mean "${meant}"?` };
}

function isType(type: string): boolean {
  const list = /^list<(.+)>$/.exec(type);
  if (list) return isType(list[1]!);
  const decimal = /^decimal\(([0-9]{1,2}),([0-9]{1,2})\)$/.exec(type);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    return precision >= 1 && precision <= 38 && scale <= precision;
  }
  return (PLAIN_TYPES as readonly string[]).includes(type);
}

/** True for types whose values are dates or times, so that `format:` means something. */
export function isTemporal(type: FieldType): boolean {
  return ['date', 'time', 'timestamp', 'timestamptz'].includes(type.replace(/^(list<)+|>+$/g, ''));
}

/** True for types that are kept as text. */
export function isText(type: FieldType): boolean {
  return type === 'varchar' || type === 'uuid' || type === 'json';
}
