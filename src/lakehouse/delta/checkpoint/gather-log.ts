/** Copies what a snapshot is made from to this machine: the newest checkpoint, and all commits behind it. */
import { appendFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tableFolder } from '../../names.js';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';
import { logFile } from '../log.js';
import { checkpointedVersion, checkpointFiles } from './checkpoint-files.js';
import { copyLogFiles } from './copy-log-files.js';
import { checkpointFile, readLastCheckpoint } from './last-checkpoint.js';
import type { LogFiles } from './snapshot-sql.js';

export interface GatheredLog extends LogFiles {
  /** Bytes of the commits. */
  readonly bytes: number;
}

/**
 * Undefined where commits are missing and no checkpoint covers them. The lines are not looked at.
 * @param folder Absolute path of an empty folder.
 */
export async function gatherLog(
  store: Store,
  table: TableId,
  version: number,
  folder: string,
): Promise<GatheredLog | undefined> {
  const checkpoint = await copyCheckpoint(store, table, version, folder);
  const commits = join(folder, 'commits.ndjson');
  let bytes = 0;
  await writeFile(commits, '');
  for (let v = (checkpoint?.version ?? -1) + 1; v <= version; v++) {
    const content = await store.getFixed(logFile(table, v));
    if (content === undefined) return undefined;
    const lines = content.toString('utf8').trim().split('\n');
    await appendFile(commits, lines.map((line) => `{"v":${v},"a":${line.trim()}}\n`).join(''));
    bytes += content.length;
  }
  return { commits, bytes, ...(checkpoint && { checkpoint }) };
}

/** The newest of the log that is whole, up to this version. */
async function copyCheckpoint(
  store: Store,
  table: TableId,
  version: number,
  folder: string,
): Promise<LogFiles['checkpoint']> {
  const hint = await readLastCheckpoint(store, table);
  const copied = async (candidate: number, files: readonly string[]): Promise<LogFiles['checkpoint']> => {
    const paths = await copyLogFiles(store, table, files, folder);
    return paths && { version: candidate, paths };
  };
  // The hint spares a listing.
  if (hint && hint.parts === undefined && hint.version <= version) {
    const hinted = await copied(hint.version, [basename(checkpointFile(table, hint.version))]);
    if (hinted) return hinted;
  }
  const names = await store.list(`${tableFolder(table)}/_delta_log`);
  const candidates = new Set(names.map((name) => checkpointedVersion(name) ?? -1));
  for (const candidate of [...candidates].sort((a, b) => b - a)) {
    const files = candidate > version ? undefined : checkpointFiles(names, candidate);
    const found = files && (await copied(candidate, files));
    if (found) return found;
  }
  return undefined;
}
