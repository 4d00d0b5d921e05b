/** Names of tables and runs become folders: only harmless ones do. */
import { LakeError } from '../errors/lake-error.js';
import type { Store } from './stores/store.js';
import type { TableId } from './types.js';

const tableName = /^[A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9][A-Za-z0-9_-]*$/;
const runName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The folder of a table: `bronze.shootings` → `bronze/shootings`. A leading `_` would hide it from Delta readers.
 * @throws LakeError LK6010
 */
export function tableFolder(table: TableId): string {
  if (tableName.test(table)) return table.replace('.', '/');
  throw new LakeError('LK6010', `${JSON.stringify(table)} is not the name of a table`, {
    hint: 'A table is <layer>.<name>, of letters, digits, "_" and "-".',
  });
}

/** Every folder of a lake that can be a table's, published or not. */
export async function listTableFolders(store: Store): Promise<readonly TableId[]> {
  const layers = folders(await store.list(''));
  const names = await Promise.all(layers.map((layer) => store.list(layer)));
  const tables = layers.flatMap((layer, index) => folders(names[index]!).map((name) => `${layer}.${name}`));
  return tables.filter((table) => tableName.test(table));
}

function folders(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.endsWith('/') && !name.startsWith('_')).map((name) => name.slice(0, -1));
}

/** @throws LakeError LK6010 */
export function checkRun(run: string): string {
  if (runName.test(run)) return run;
  throw new LakeError('LK6010', `${JSON.stringify(run)} is not the name of a run`, {
    hint: 'A run is named with letters, digits, ".", "_" and "-".',
  });
}
