/** A manifest's field types in SQL: the column type, and the exact cast of a text to it. */

import type { Field, FieldType } from '../../project/types.js';
import { quoteText } from '../../sql/quote.js';

const PLAIN: Readonly<Record<string, string>> = {
  varchar: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  // Delta has no such types: checked, and kept as text.
  time: 'VARCHAR',
  uuid: 'VARCHAR',
  json: 'VARCHAR',
};

/** DuckDB's type of a field: `decimal(10,2)` → `DECIMAL(10,2)`, `list<integer>` → `INTEGER[]`. */
export function sqlType(type: FieldType): string {
  const list = /^list<(.+)>$/.exec(type);
  if (list) return `${sqlType(list[1]!)}[]`;
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return `DECIMAL(${decimal[1]},${decimal[2]})`;
  return PLAIN[type] ?? 'VARCHAR';
}

/** True for types whose every text is valid: no cast can fail. */
export function isText(type: FieldType): boolean {
  return type === 'varchar';
}

/** The word that an error uses: `occurred_on: not a date`. */
export function typeWord(type: FieldType): string {
  if (type.startsWith('list<')) return 'a list';
  if (type.startsWith('decimal')) return `a ${type}`;
  return type === 'integer' ? 'an integer' : type === 'uuid' ? 'a UUID' : `a ${type}`;
}

/** SQL that turns the text expression into the field's type, NULL where it is not one. */
export function castText(field: Field, text: string): string {
  const { type } = field;
  if (type === 'varchar') return text;
  if (type === 'date' || type === 'timestamp' || type === 'timestamptz') return castTemporal(field, text);
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return `try_cast(lake_decimal_text(${text}, ${decimal[2]}) as ${sqlType(type)})`;
  const list = /^list<(.+)>$/.exec(type);
  if (list) return castList({ ...field, type: list[1]! }, text);
  return `lake_${type}(${text})`;
}

/** A list is of its type when each of its elements is. */
function castList(element: Field, text: string): string {
  const texts = `lake_list(${text})`;
  if (isText(element.type)) return texts;
  const values = `list_transform(${texts}, lambda e: ${castText(element, 'e')})`;
  return `case when list_count(${texts}) = list_count(${values}) then ${values} end`;
}

function castTemporal(field: Field, text: string): string {
  const zone = quoteText(field.timezone);
  const tries = field.format.map((format) => {
    switch (format) {
      case 'iso':
        return `lake_iso_${field.type}(${text}, ${zone})`;
      case 'epoch_ms':
      case 'epoch_s':
        return field.type === 'timestamptz'
          ? `lake_${format}_timestamptz(${text})`
          : `lake_${format}_${field.type}(${text}, ${zone})`;
      default:
        return `lake_strptime_${field.type}(${text}, ${quoteText(format)}, ${zone})`;
    }
  });
  return tries.length === 1 ? tries[0]! : `coalesce(${tries.join(', ')})`;
}
