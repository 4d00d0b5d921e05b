/** `keep_loads`: files of old loads that leave the table with the next one; older versions still have them. Pure. */
import type { DataFile, TableState } from '../../lakehouse/types.js';
import { currentFiles } from '../tables/bronze/current-files.js';

/**
 * Paths of files without any current row, of all loads but the newest `keep`, the coming one counted. What is current in
 * `state` stays in any case: should the coming load be taken back, it is what counts again. So does what was current in
 * `built`, the state that silver was last made from, where that is an earlier one.
 */
export function oldFiles(
  state: TableState | undefined,
  keep: number | undefined,
  built?: TableState,
): readonly string[] {
  if (state === undefined || keep === undefined) return [];
  const loads = [...new Set(state.files.map((file) => file.loadId))];
  const kept = new Set(keep > 1 ? loads.slice(1 - keep) : []);
  // A compaction gives the same rows another path: what counts is which rows of which load a file has.
  const needed = new Set([state, ...(built ? [built] : [])].flatMap(currentRows));
  const isCurrent = ({ loadId, parts = [] }: DataFile) => parts.some((id) => needed.has(`${loadId} ${id}`));
  return state.files.filter((file) => !kept.has(file.loadId) && !isCurrent(file)).map((file) => file.path);
}

/** Load and part, for each pair of them that has current rows. */
function currentRows(state: TableState): readonly string[] {
  return currentFiles(state).flatMap(({ file, ids }) => ids.map((id) => `${file.loadId} ${id}`));
}
