/** Families: several resources of a portal that make one table, such as a dataset for each year. Pure. */
import type { SourceContext } from './types.js';

export interface MissingMember {
  /** This year. */
  readonly value: string;
  /** What the catalogue should call it; undefined where the manifest does not say. */
  readonly title?: string;
}

/**
 * This year, where a family by `year` has no member for it: portals that keep a dataset a year begin a new one each
 * January, and a manifest that does not know it goes on looking complete.
 */
export function missingYear({ dataset, today }: SourceContext): MissingMember | undefined {
  const { family } = dataset.source;
  const value = today?.slice(0, 4);
  if (family?.variable !== 'year' || value === undefined || Object.hasOwn(family.members, value))
    return undefined;
  const title = family.catalogue?.replaceAll('{year}', value);
  return { value, ...(title === undefined ? {} : { title }) };
}

/** The sentence about it. `found`: the id that the catalogue has under the title; null when it has none. */
export function missingNote(
  { dataset }: SourceContext,
  { value, title }: MissingMember,
  found?: string | null,
): string {
  const key = `source.family.${dataset.source.family!.variable}`;
  const start = `the family has no member for ${value}`;
  if (typeof found === 'string')
    return `${start}: the portal has "${title}", add ${value}: ${found} to ${key} in ${dataset.path}`;
  if (found === null) return `${start}, and the portal has nothing called "${title}" yet`;
  return `${start}: look for it at the portal, and add it to ${key} in ${dataset.path}`;
}

/** Titles are the same whatever their case and blanks. */
export function sameTitle(a: unknown, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim();
  return typeof a === 'string' && plain(a) === plain(b);
}
