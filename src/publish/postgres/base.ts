/** Which version the target has, as far as it can be trusted, and whether there is anything to do at all. */
import { LakeError } from '../../errors/lake-error.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { Published } from '../types.js';
import type { Load } from './loads.js';
import type { PostgresTask, Wanted } from './wanted.js';

/** Undefined: there is something to do. */
export async function settledBy(
  task: PostgresTask,
  { place }: Wanted,
  load: Load | undefined,
): Promise<Published | undefined> {
  const { table, publication, fullRefresh, held } = task;
  if (fullRefresh || load === undefined || !load.isThere || load.lakeTable !== table.table) return undefined;
  // What was dropped there by hand is made again.
  if (!load.hasViews) return undefined;
  const { version, txnId } = table.state;
  const unchanged = (notes: readonly string[]): Published => ({
    status: 'unchanged',
    rows: load.rows,
    place,
    notes,
  });
  if (load.txn === txnId && load.definition === publication.definitionHash) return unchanged([]);
  // Another run of this lake came first with a later version.
  if (load.version > version && !held?.versions.includes(load.version) && (await versionOf(task, load)))
    return unchanged([
      `${place} has version ${load.version} of ${table.table} already, which is newer than ${version}`,
    ]);
  return undefined;
}

/** The version that the target has, to find differences to; undefined where all rows have to be sent. */
export async function baseOf(
  task: PostgresTask,
  { rowsDefinition }: Wanted,
  load: Load | undefined,
): Promise<TableHead | undefined> {
  if (task.fullRefresh || load === undefined || !load.isThere) return undefined;
  if (load.made.rowsDefinition !== rowsDefinition || load.lakeTable !== task.table.table) return undefined;
  const head = await versionOf(task, load);
  if (head === undefined || (await task.lake.lostFiles(head.state)).length > 0) return undefined;
  return head;
}

/** Whether this lake knows the version that the target has: one that it keeps no more it must have published itself. */
export async function isOfThisLake(task: PostgresTask, load: Load): Promise<boolean> {
  try {
    return (await task.lake.at(load.lakeTable, load.version)).state.txnId === load.txn;
  } catch (error) {
    if (!isGone(error)) throw error;
    return task.held?.versions.includes(load.version) ?? false;
  }
}

/** Of this lake, and not of another one that counts its versions as well. */
async function versionOf({ lake, table }: PostgresTask, load: Load): Promise<TableHead | undefined> {
  try {
    const head = await lake.at(table.table, load.version);
    return head.state.txnId === load.txn ? head : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** There is no such version, or not any more. */
const isGone = (error: unknown): boolean => error instanceof LakeError && /^LK602/.test(error.code);
