/**
 * Statistics of files that come back into a table, as the commits had them that brought these files: readers that skip
 * files by them go on doing so.
 */

import { logFile } from '../delta/log.js';
import { uriPath } from '../delta/paths.js';
import { tableFolder } from '../names.js';
import { OWN_FILE, OWN_STATE } from '../own-names.js';
import type { Store } from '../stores/store.js';
import type { DataFile, TableId } from '../types.js';

/** Path → JSON as text. What a clean-up has deleted from the log, and files of other programs, are left out. */
export async function originalStats(
  store: Store,
  table: TableId,
  files: readonly DataFile[],
): Promise<ReadonlyMap<string, string>> {
  const byTransaction = new Map<string, DataFile[]>();
  for (const file of files) {
    const transaction = OWN_FILE.exec(file.path)?.[1];
    // Statistics that know nothing of a column which came later would say that it has no NULL.
    if (transaction === undefined || file.absent !== undefined) continue;
    byTransaction.set(transaction, [...(byTransaction.get(transaction) ?? []), file]);
  }
  const found = new Map<string, string>();
  if (byTransaction.size === 0) return found;
  for (const name of await store.list(`${tableFolder(table)}/_lake`)) {
    const [, version, transaction] = OWN_STATE.exec(name) ?? [];
    const wanted = transaction === undefined ? undefined : byTransaction.get(transaction);
    if (wanted === undefined) continue;
    const stats = await statsOfCommit(store, table, Number(version));
    for (const { path } of wanted) {
      const text = stats.get(uriPath(path));
      if (text !== undefined) found.set(path, text);
    }
  }
  return found;
}

/** `add.path` → its statistics. */
async function statsOfCommit(
  store: Store,
  table: TableId,
  version: number,
): Promise<ReadonlyMap<string, string>> {
  const content = await store.getFixed(logFile(table, version));
  const stats = new Map<string, string>();
  for (const line of content?.toString('utf8').trim().split('\n') ?? []) {
    if (!line.startsWith('{"add"')) continue;
    const { add } = JSON.parse(line) as { add: { readonly path: string; readonly stats?: string } };
    if (add.stats !== undefined) stats.set(add.path, add.stats);
  }
  return stats;
}
