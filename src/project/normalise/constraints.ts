/** `constraints:` of columns and models, in one shape. Source: https://docs.getdbt.com/reference/resource-properties/constraints */

import { writtenRef } from '../../sql/written-ref.js';
import type { Findings } from '../findings.js';
import type { Constraint } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { defined } from './defined.js';

export interface WrittenConstraint {
  readonly type: Constraint['type'];
  readonly expression?: string;
  readonly name?: string;
  readonly columns?: readonly string[];
  readonly to?: string;
  readonly to_columns?: readonly string[];
}

/** `other (id)`, `schema.other(id, day)`: dbt's older way to write a foreign key. */
const REFERENCE = /^\s*(?:references\s+)?(?:"?[\w{}]+"?\s*\.\s*)*"?(\w+)"?\s*\(([^)]*)\)\s*$/i;

/** The constraints of one list; `of` is the column that it stands under. Reports those that lack what they are about. */
export function toConstraints(
  written: readonly WrittenConstraint[] | undefined,
  path: Path,
  { doc, findings }: { readonly doc: YamlFile; readonly findings: Findings },
  of?: string,
): readonly Constraint[] {
  return (written ?? []).flatMap((one, i) => {
    const at = doc.at([...path, i]);
    const columns = one.columns ?? (of === undefined ? [] : [of]);
    const lacks = (key: string, hint: string): [] => {
      findings.add('LK1005', at, `the constraint ${one.type} lacks "${key}"`, { hint });
      return [];
    };
    if (one.type === 'check') {
      if (one.expression === undefined) return lacks('expression', 'Write expression: "id > 0"');
    } else if (columns.length === 0) {
      return lacks('columns', 'Write columns: [id], or put it under the column');
    }
    const reference = one.type === 'foreign_key' ? referenceOf(one) : undefined;
    if (one.type === 'foreign_key') {
      if (!reference) return lacks('to', "Write to: ref('other') and to_columns: [id]");
      if (reference.toColumns.length !== columns.length) {
        const hint = `It is about ${columns.join(', ')}: name as many columns there`;
        return lacks('to_columns', hint);
      }
    }
    return [
      defined({ type: one.type, columns, expression: one.expression, name: one.name, ...reference, at }),
    ];
  });
}

function referenceOf({ to, to_columns, columns, expression }: WrittenConstraint) {
  if (to !== undefined) return { to: writtenRef(to), toColumns: to_columns ?? columns ?? [] };
  const found = REFERENCE.exec(expression ?? '');
  if (!found) return undefined;
  const toColumns = found[2]!.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  return { to: found[1]!, toColumns };
}
