/** `keep_loads`: files of old loads that leave the table with the next one; older versions still have them. Pure. */
import type { TableState } from '../../lakehouse/types.js';
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
  const needed = [state, ...(built ? [built] : [])].flatMap(currentFiles);
  const current = new Set(needed.map(({ file }) => file.path));
  return state.files
    .filter((file) => !kept.has(file.loadId) && !current.has(file.path))
    .map((file) => file.path);
}
