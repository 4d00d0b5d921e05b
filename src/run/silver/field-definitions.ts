/** What each field of a generated silver table is made by: its figures are compared with those of a version that made it the same way. */
import { hashOf, SEMANTICS_VERSION } from '../../compile/hash.js';
import type { SilverNode } from '../../compile/types.js';
import type { Field } from '../../project/types.js';

/** Field → hash. A field with SQL reads others: it is another one where any of them is. None of hand-written SQL. */
export function fieldDefinitions({ dataset, generated }: SilverNode): Readonly<Record<string, string>> {
  if (!generated) return {};
  const fields = dataset.fields ?? [];
  const rows = { semantics: SEMANTICS_VERSION, key: dataset.key, mode: dataset.load.mode };
  const all = fields.map((field) => [field.name, definition(field)]);
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      hashOf({ rows, field: definition(field), read: field.sql === undefined ? [] : all }),
    ]),
  );
}

/** Without what says nothing of its values. */
function definition(field: Field): Partial<Field> {
  const { name, at, tests, description, meta, ...own } = field;
  return own;
}
