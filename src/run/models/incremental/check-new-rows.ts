/** What new rows must be before they are taken in: with the key's columns, one row a key, of values that fit. */
import type { ModelNode } from '../../../compile/types.js';
import { rows } from '../../../engine/statement.js';
import type { ResultSet, Statement } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import { quoteIdent } from '../../../sql/quote.js';
import { settingAt } from '../declared-at.js';
import type { Alignment } from './align-columns.js';
import { NEW_ROWS } from './strategies/strategy.js';

/** @throws LakeError LK4051 when a column that the configuration names is not there. */
export function checkKeyColumns(node: ModelNode, columns: readonly { readonly name: string }[]): void {
  const { uniqueKey, mergeUpdateColumns = [], mergeExcludeColumns = [], batches } = node.incrementalSpec!;
  const known = columns.map(({ name }) => name);
  const has = (name: string) => known.some((one) => one.toLowerCase() === name.toLowerCase());
  const named = [
    ...uniqueKey.map((name) => ['unique_key', name] as const),
    ...mergeUpdateColumns.map((name) => ['merge_update_columns', name] as const),
    ...mergeExcludeColumns.map((name) => ['merge_exclude_columns', name] as const),
    ...(batches ? [['event_time', batches.eventTime] as const] : []),
  ];
  const missing = named.find(([, name]) => !has(name));
  if (!missing) return;
  const [key, name] = missing;
  throw new LakeError('LK4051', `${node.id} has no column "${name}", which ${key} names`, {
    hint: keyHint(name, known),
    details: { at: settingAt(node, key) },
  });
}

/** What to write where a key names no column: of an expression its columns, as a list. */
export function keyHint(name: string, known: readonly string[]): string {
  if (/^[\p{L}_][\p{L}\p{N}_$ ]*$/u.test(name))
    return didYouMean(name, known) ?? `Its columns are ${known.join(', ')}`;
  const columns = known.filter((one) =>
    new RegExp(`(?<![\\w"])"?${escaped(one)}"?(?![\\w"])`, 'i').test(name),
  );
  return columns.length > 0
    ? `Write its columns as a list: [${columns.join(', ')}]; what is none of them is a column of the SELECT`
    : 'A key is a column or a list of columns: make what is none a column of the SELECT, and name that';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Statements with one result each: how many rows lack a key, keys that stand twice, values that do not fit their column. */
export function checkStatements(
  { incrementalSpec }: ModelNode,
  { narrowed }: Alignment,
): readonly Statement[] {
  const { strategy, uniqueKey } = incrementalSpec!;
  const keys = uniqueKey.map(quoteIdent);
  const lacks = keys.map((key) => `${key} is null`).join(' or ') || 'false';
  const text = keys.map((key) => `${key}::varchar`).join(` || ', ' || `);
  const twice =
    strategy === 'merge'
      ? `select ${text}, count(*) from ${NEW_ROWS} where not (${lacks}) group by ${keys.join(', ')} having count(*) > 1 order by 2 desc limit 1`
      : 'select 1 where false';
  return [
    rows(`select count(*) from ${NEW_ROWS} where ${lacks}`),
    rows(twice),
    ...narrowed.map(({ name, from, to }) => {
      const value = quoteIdent(name);
      return rows(
        `select ${value}::varchar, count(*) over () from incoming where try_cast(try_cast(${value} as ${to}) as ${from}) is distinct from ${value} limit 1`,
      );
    }),
  ];
}

/**
 * @returns What a person should know of rows that are taken in all the same.
 * @throws LakeError LK4050 for values that do not fit, LK4051 for a key that stands twice.
 */
export function judgeNewRows(
  node: ModelNode,
  { narrowed }: Alignment,
  [lacking, twice, ...unfit]: readonly ResultSet[],
): readonly string[] {
  const { uniqueKey, strategy } = node.incrementalSpec!;
  for (const [i, { rows: found }] of unfit.entries()) {
    const { name, from, to } = narrowed[i]!;
    if (!found[0]) continue;
    throw new LakeError(
      'LK4050',
      `${node.id}: the column ${name} is ${to}, and ${counted(found[0][1])} (now ${from}) would not fit it, such as ${JSON.stringify(found[0][0])}`,
      {
        hint: 'Cast the column in the SQL, set on_schema_change to sync_all_columns, or build it anew with --full-refresh',
      },
    );
  }
  const [duplicate] = twice!.rows;
  if (duplicate) {
    throw new LakeError(
      'LK4051',
      `${node.id}: ${duplicate[1]} new rows have the unique_key ${uniqueKey.join(', ')} = ${duplicate[0]}, and merge can take one`,
      {
        hint: 'Leave one row a key in the SQL, or use delete+insert, which takes all of them; nothing was published',
      },
    );
  }
  const without = Number(lacking!.rows[0]![0]);
  if (without === 0 || !['merge', 'delete+insert'].includes(strategy)) return [];
  return [
    `${without} new ${without === 1 ? 'row has' : 'rows have'} NULL in ${uniqueKey.join(', ')}: NULL equals nothing, so that ${without === 1 ? 'it is' : 'they are'} added each time`,
  ];
}

function counted(count: unknown): string {
  return Number(count) === 1 ? 'a new value' : `${count} new values`;
}
