/** A field's rules as SQL conditions that are true where a value breaches them. A rule judges values, a test tables. */

import type { Field, Json } from '../../project/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { isText, sqlType, typeWord } from './types.js';

export interface Breach {
  /** A failed cast has already made the value NULL; a breached rule still holds it. */
  readonly kind: 'cast' | 'rule';
  /** What the value is not: `not a date`, `out of range`. */
  readonly what: string;
  /** SQL that is true for a breaching value. */
  readonly when: string;
}

/**
 * The breaches of one field's value, in the order in which they are reported. `text` is the SQL of the text before the
 * cast, undefined for a field that is computed from other fields.
 */
export function breaches(field: Field, text: string | undefined): readonly Breach[] {
  const value = quoteIdent(field.name);
  const list: Breach[] = [];
  if (text !== undefined && !isText(field.type)) {
    list.push({
      kind: 'cast',
      what: `not ${typeWord(field.type)}`,
      when: `${text} is not null and ${value} is null`,
    });
  }
  const range = field.range ? rangeBreach(field, value, field.range) : undefined;
  if (range) list.push({ kind: 'rule', what: 'out of range', when: range });
  if (field.values) {
    const allowed = field.values.map((v) => literal(v, field.type)).join(', ');
    list.push({ kind: 'rule', what: 'not an accepted value', when: `${value} not in (${allowed})` });
  }
  if (field.pattern !== undefined) {
    list.push({
      kind: 'rule',
      what: 'does not match the pattern',
      when: `not regexp_full_match(${value}::varchar, ${quoteText(field.pattern)})`,
    });
  }
  return list;
}

function rangeBreach(field: Field, value: string, [low, high]: readonly [Json, Json]): string | undefined {
  const bounds: string[] = [];
  if (low !== null) bounds.push(`${value} < ${bound(low, field)}`);
  if (high !== null) bounds.push(`${value} > ${bound(high, field)}`);
  return bounds.length > 0 ? bounds.join(' or ') : undefined;
}

/** `today` and `tomorrow` are days of the row's own load, so that an old load is judged tomorrow as it was today. */
function bound(limit: Json, field: Field): string {
  if (limit === 'today' || limit === 'tomorrow') {
    const day = `(_loaded_at at time zone ${quoteText(field.timezone)})::date`;
    return limit === 'today' ? day : `${day} + 1`;
  }
  return literal(limit, field.type);
}

/** A YAML scalar as a SQL literal of the field's type. */
export function literal(value: Json, type: string): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') {
    return isText(type) ? quoteText(String(value)) : String(value);
  }
  const text = quoteText(typeof value === 'string' ? value : JSON.stringify(value));
  const target = sqlType(type);
  if (target === 'VARCHAR') return text;
  return target === 'DATE' ? `date ${text}` : `${text}::${target.toLowerCase()}`;
}
