/** Which fields of two versions can be compared where the manifest changed between them, and the figures of those alone. */
import type { SilverNode } from '../../compile/types.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { SilverFigures } from '../../quality/guards/silver-guards.js';
import { fieldDefinitions } from './field-definitions.js';

/** Fields that the version before made as this one does. */
export function sameFields(before: TableHead | undefined, node: SilverNode): ReadonlySet<string> {
  const were = before?.state.profile?.definitions ?? {};
  const are = Object.entries(fieldDefinitions(node));
  return new Set(are.flatMap(([name, hash]) => (were[name] === hash ? [name] : [])));
}

/** Those of some fields; of rows with other rules nobody knows how many are to be quarantined. */
export function ofFields(figures: SilverFigures, same: ReadonlySet<string> | undefined): SilverFigures {
  if (!same) return figures;
  const { nulls, defaulted, errors } = figures;
  const fieldOf = (error: string) => error.slice(0, error.indexOf(':'));
  return {
    ...figures,
    quarantined: 0,
    nulls: among(nulls, same),
    defaulted: among(defaulted, same),
    errors: among(errors, same, fieldOf),
  };
}

/** Entries of these fields; all where none are left out. */
export function among(
  counts: Readonly<Record<string, number>>,
  same: ReadonlySet<string> | undefined,
  fieldOf = (key: string) => key,
): Readonly<Record<string, number>> {
  return same ? Object.fromEntries(Object.entries(counts).filter(([key]) => same.has(fieldOf(key)))) : counts;
}
