/** Which version of a table is meant by going back. */
import { LakeError } from '../../errors/lake-error.js';
import { listAllVersions } from '../delta/log.js';
import { readVersion } from '../head.js';
import { readSetAt } from '../sets/set-at.js';
import type { Store } from '../stores/store.js';
import type { TableHead, TableId } from '../types.js';

/**
 * The newest version whose rows came before those of now: asked again after going back, it goes back further.
 * @throws LakeError LK6029 where there is none.
 */
export async function versionBefore(store: Store, { table, version, state }: TableHead): Promise<number> {
  const versions = (await listAllVersions(store, table)).filter((one) => one < version);
  for (const one of versions.reverse()) {
    const head = await readVersion(store, table, one).catch((error: unknown) => {
      if (error instanceof LakeError && error.code === 'LK6023') return undefined;
      throw error;
    });
    if (head && !head.foreign && head.state.dataVersion < state.dataVersion) return one;
  }
  throw new LakeError('LK6029', `${table}: there are no rows before those that it has`, {
    hint: `See its versions: \`lake history ${table} --versions\`. One that came later is named: --to <version>.`,
    details: { table },
  });
}

/**
 * The version of each table in the set that was the newest at a time, which is no mix of runs; tables that it has not are
 * left out.
 * @throws LakeError LK6027 where there was no set yet.
 */
export async function versionsAt(
  store: Store,
  time: string,
  tables: readonly TableId[],
): Promise<ReadonlyMap<TableId, number>> {
  const set = await readSetAt(store, time);
  return new Map(
    tables.flatMap((table) => (set.tables[table] === undefined ? [] : [[table, set.tables[table]]])),
  );
}

/** The version of a companion (a silver table's quarantine) that was the newest when a version of its table was published. */
export async function versionBeside(
  store: Store,
  companion: TableId,
  { state }: TableHead,
): Promise<number | undefined> {
  for (const version of [...(await listAllVersions(store, companion))].reverse()) {
    const head = await readVersion(store, companion, version);
    if (!head.foreign && head.state.at <= state.at) return version;
  }
  return undefined;
}
