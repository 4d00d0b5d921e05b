/**
 * What a manifest's `from:` names become: columns that `"bronze"."x"` shows to SQL. The binding itself, part by
 * part, happens when a load's real columns are known; here the names are fixed, so that silver's SQL is constant.
 */
import type { Dataset, Field } from '../../project/types.js';
import type { BoundColumn, ColumnSource } from '../types.js';

/** The bound column of each field (by field name) and of each `coalesce:` entry, and all bound columns. */
export interface FieldBinds {
  readonly binds: readonly BoundColumn[];
  /** Field name → names of the bound columns it reads: one for `from`, several for `coalesce`. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
}

const STEP = /\.([^.[\]]+)|\[(\d+)\]/g;

/** Reads `shot.end_location[2]` as a column and the steps into it. */
export function parseColumnSource(written: string): ColumnSource {
  // `:id`, `_id` and `_<variable>` are system names: loose matching would confuse them with `id`.
  const exact = /^[:_]/.test(written);
  const start = written.search(/[.[]/);
  if (start <= 0) return { written, column: written, path: [], exact };
  const rest = written.slice(start);
  const path: (string | number)[] = [];
  let consumed = 0;
  for (const match of rest.matchAll(STEP)) {
    if (match.index !== consumed) break;
    path.push(match[1] ?? Number(match[2]));
    consumed += match[0].length;
  }
  // Not a path after all (`St. Name`): a column whose name happens to hold a dot.
  if (consumed !== rest.length) return { written, column: written, path: [], exact };
  return { written, column: written.slice(0, start), path, exact };
}

/** All bound columns of a dataset with fields, each name once, whatever its case. */
export function bindFields(dataset: Dataset, fields: readonly Field[]): FieldBinds {
  const byName = new Map<string, BoundColumn>();
  const inputs = new Map<string, readonly string[]>();

  const bind = (field: Field, sources: readonly string[]): string => {
    const first = sources[0] ?? field.name;
    const same = (other: BoundColumn) =>
      other.sources.length === sources.length && other.sources.every((s, i) => s.written === sources[i]);
    // Two fields may start their lists with the same column; only then the whole list becomes the name.
    for (const name of [first, sources.join(', ')]) {
      const taken = byName.get(name.toLowerCase());
      if (taken && !same(taken)) continue;
      if (!taken)
        byName.set(name.toLowerCase(), { name, sources: sources.map(parseColumnSource), at: field.at });
      return taken?.name ?? name;
    }
    throw new Error(`no name left for ${sources.join(', ')} of ${dataset.name}`);
  };

  for (const field of fields) {
    if (field.coalesce) {
      inputs.set(
        field.name,
        field.coalesce.map((source) => bind(field, [source])),
      );
    } else if (field.from.length > 0) {
      inputs.set(field.name, [bind(field, field.from)]);
    } else {
      inputs.set(field.name, []);
    }
  }
  return { binds: [...byName.values()], inputs };
}
