import type { SourceContext } from './types.js';

/** One way to fill a dataset's templates: the values, and those of them that land in bronze. */
export interface Variant {
  /** By template field: the parent's fields, the family's variable, and `id` for the member. */
  readonly values: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** The family member's portal id. */
  readonly member?: string;
}

/** Every combination of a parent's row (`for_each`) and a family's member; one empty variant where there is neither. */
export function variants(context: SourceContext, fields: readonly string[]): readonly Variant[] {
  const { forEach, family } = context.dataset.source;
  if (forEach && context.parentRows === undefined)
    throw new Error(`no rows of ${forEach.dataset} for ${context.dataset.name}`);
  const rows = forEach ? context.parentRows! : [{}];
  const members = family ? Object.entries(family.members) : [undefined];
  return rows.flatMap((row) => {
    const named = Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)));
    return members.map((member): Variant => {
      if (member === undefined || family === undefined) return { values: row, variables: named };
      const [value, id] = member;
      return {
        values: { ...row, id, [family.variable]: value },
        variables: { ...named, [family.variable]: value },
        member: id,
      };
    });
  });
}
