/** Every table and view at its newest version, as a set that nobody published: what a run has committed before it ended, too. */
import { newestVersion } from '../delta/log.js';
import { listTableFolders } from '../names.js';
import type { Lake, RunSet } from '../types.js';

/**
 * A mix of runs, and of programs: versions of others are taken as they are.
 * @throws LakeError LK6021, LK6022
 */
export async function newestVersions(lake: Lake): Promise<RunSet> {
  const set = await lake.newestSet();
  const tables: Record<string, number> = {};
  const views: Record<string, number> = {};
  for (const table of await listTableFolders(lake.store)) {
    const view = await lake.view(table);
    if (view) views[table] = view.version;
    const version = view ? -1 : await newestVersion(lake.store, table, set?.tables[table]);
    if (version >= 0) tables[table] = version;
  }
  return { ...(set ?? { format: 1, number: 0, run: '', at: '', tests: {} }), tables, views };
}
