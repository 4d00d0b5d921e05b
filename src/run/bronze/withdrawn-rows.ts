/** Rows that a sweep found gone at the portal: they stay in bronze, and are told from the others by their ids. */
import type { PartState } from '../../lakehouse/types.js';
import { quoteText, quoteTextList } from '../../sql/quote.js';

/** `select id, gone_at` of the withdrawn rows among those of a relation: their rowids, and when it was found out. */
export function withdrawnRows(relation: string, parts: readonly PartState[]): string {
  const lists = withdrawals(parts).map(
    ({ condition, at }) =>
      `select rowid as id, ${quoteText(at)}::timestamptz as gone_at from ${relation} where ${condition}`,
  );
  return lists.length > 0
    ? lists.join(' union all ')
    : `select rowid as id, null::timestamptz as gone_at from ${relation} where false`;
}

/** SQL condition for the rows that were not withdrawn; a row without an id never was. */
export function notWithdrawn(parts: readonly PartState[]): string {
  const conditions = withdrawals(parts).map(({ condition }) => `not coalesce(${condition}, false)`);
  return conditions.join(' and ') || 'true';
}

/** What was delivered again by a later load is there again. */
function withdrawals(
  parts: readonly PartState[],
): readonly { readonly condition: string; readonly at: string }[] {
  return parts.flatMap(({ label, withdrawn = [] }) =>
    withdrawn.map(({ at, loads, ids }) => ({
      at,
      condition: [
        `_source_part = ${quoteText(label)}`,
        `_load_id in (${loads.map(quoteText).join(', ')})`,
        `_row_id in (select unnest(${quoteTextList(ids)}))`,
      ].join(' and '),
    })),
  );
}
