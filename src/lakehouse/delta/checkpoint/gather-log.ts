/** Copies what a snapshot is made from to this machine: the newest checkpoint, and all commits behind it. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';
import { listCheckpoints, logFile } from '../log.js';
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

/** The one that the hint names; where that is not there, or in several files, the newest of the log that is. */
async function copyCheckpoint(
  store: Store,
  table: TableId,
  version: number,
  folder: string,
): Promise<LogFiles['checkpoint']> {
  const hint = await readLastCheckpoint(store, table);
  const path = join(folder, 'base.parquet');
  const copied = async (candidate: number): Promise<LogFiles['checkpoint']> => {
    const content = candidate > version ? undefined : await store.get(checkpointFile(table, candidate));
    if (content === undefined) return undefined;
    await writeFile(path, content);
    return { version: candidate, path };
  };
  const hinted = hint && hint.parts === undefined ? await copied(hint.version) : undefined;
  if (hinted) return hinted;
  for (const candidate of [...(await listCheckpoints(store, table))].reverse()) {
    const found = await copied(candidate);
    if (found) return found;
  }
  return undefined;
}
