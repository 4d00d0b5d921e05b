/**
 * A portal's own row id finds rows that two pages both deliver. Whether it also finds a row again in another load
 * depends on the portal: Socrata's `:id` stays with its row until the table is replaced, CKAN's `_id` and ArcGIS's
 * `OBJECTID` are counted anew with every refresh. Ids of different numberings are never compared.
 */
import type { PartState } from '../../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';

/** Whether a row keeps its id from load to load. */
export function isStable(rowId: string | undefined): boolean {
  return rowId === ':id';
}

/** The number of the numbering that was in force in a load: 0 until the portal was first seen to number its rows anew. */
function numbering({ loads, rowId, renumbered = [] }: PartState, load: string): number {
  const at = loads.indexOf(load);
  if (!isStable(rowId)) return at;
  return renumbered.filter((one) => loads.indexOf(one) <= at).length;
}

/**
 * SQL of a row's identity over the loads of its part, for a file of one load. Equal texts, equal portal rows; NULL where
 * the portal names none.
 */
export function rowIdentity(column: string | undefined, parts: readonly PartState[], load: string): string {
  if (column === undefined) return 'null::varchar';
  const name = quoteIdent(column);
  const prefixes = parts.map((part) => ({ label: part.label, number: numbering(part, load) }));
  if (prefixes.every(({ number }) => number <= 0)) return name;
  const cases = prefixes.map(
    ({ label, number }) => `when ${quoteText(label)} then ${quoteText(`${number}#`)}`,
  );
  return `case _source_part ${cases.join(' ')} end || ${name}`;
}
