/**
 * Writes a table's state into one Parquet file, so that readers need not replay its whole log, and then cleans up.
 * Source: Delta protocol, "Checkpoints", https://github.com/delta-io/delta/blob/master/PROTOCOL.md#checkpoints
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../engine/types.js';
import { errorInfo } from '../../../errors/lake-error.js';
import { quoteText } from '../../../sql/quote.js';
import type { StoredHead } from '../../head.js';
import { makeStagingFolder } from '../../staging.js';
import type { Store } from '../../stores/store.js';
import { removedFileRetention } from '../interval.js';
import { protocolOf } from '../protocol.js';
import { cleanLog } from './clean-log.js';
import { gatherLog } from './gather-log.js';
import { checkpointFile, readLastCheckpoint, writeLastCheckpoint } from './last-checkpoint.js';
import { checkpointSql } from './snapshot-sql.js';

export interface CheckpointWriter {
  readonly store: Store;
  readonly sql: Engine['sql'];
  /** Whose staging folder is used. */
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Tables at once: each asks the store for its commits. */
const AT_ONCE = 4;

/**
 * Of each table; one that fails leaves the others alone: nothing but time hangs on a checkpoint.
 * @returns What failed or could not be, in sentences.
 */
export async function writeCheckpoints(
  writer: CheckpointWriter,
  heads: readonly StoredHead[],
): Promise<readonly string[]> {
  const left = [...heads];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let head = left.shift(); head !== undefined; head = left.shift()) {
      const { table, version } = head;
      const why = await writeCheckpoint(writer, head).catch((error: unknown) => {
        const { code, message } = errorInfo(error);
        return `${code} ${message}`;
      });
      if (typeof why === 'string')
        failed.push(
          `${table}: the checkpoint of version ${version} could not be written, the next run tries again: ${why}`,
        );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed.sort();
}

/**
 * A classic checkpoint of a head that was just read or committed, unless there is one of its version or a later one.
 * Readers see it only when it is whole.
 * @returns Whether it was written; a sentence where commits are missing, or where the replay yields other files than the state.
 * @throws LakeError LK50xx from the engine, LK6001 to LK6008 from the store; the table is as it was.
 */
export async function writeCheckpoint(writer: CheckpointWriter, head: StoredHead): Promise<boolean | string> {
  const { store, run } = writer;
  const { table, version } = head;
  const newest = await readLastCheckpoint(store, table);
  if (newest !== undefined && newest.version >= version) return false;
  const folder = await makeStagingFolder(store, table, run);
  try {
    return await writeFrom(writer, head, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFrom(
  { store, sql, now }: CheckpointWriter,
  { table, version, state }: StoredHead,
  folder: string,
): Promise<true | string> {
  const log = await gatherLog(store, table, version, folder);
  if (log === undefined) return 'commits are missing in its log, and no checkpoint covers them';
  const out = join(folder, 'checkpoint.parquet');
  const { readerFeatures, writerFeatures } = protocolOf(state.delta);
  const [found] = await sql({
    label: `checkpoint of ${table}`,
    relations: [],
    macros: [],
    statements: [
      {
        sql: checkpointSql({
          ...log,
          out,
          removedSince: now - removedFileRetention(state.delta.properties),
          readerFeatures: readerFeatures !== undefined,
          writerFeatures: writerFeatures !== undefined,
        }),
        collect: 'none',
      },
      {
        sql: `select count(*)::integer, count("add".path)::integer from read_parquet(${quoteText(out)})`,
        collect: 'rows',
        small: true,
      },
    ],
  });
  const [size, numOfAddFiles] = found!.rows[0]!.map(Number) as [number, number];
  if (numOfAddFiles !== state.files.length)
    return `its log adds up to ${numOfAddFiles} files, and the table has ${state.files.length}`;
  const { size: sizeInBytes } = await stat(out);
  await store.adopt([{ from: out, key: checkpointFile(table, version) }]);
  await writeLastCheckpoint(store, table, { version, size, sizeInBytes, numOfAddFiles });
  await cleanLog(store, table, { newest: version, properties: state.delta.properties, now });
  return true;
}
