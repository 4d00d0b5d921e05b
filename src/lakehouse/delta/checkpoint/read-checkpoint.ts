/**
 * What a checkpoint says where nothing else is left of its version: another program wrote it, and cleaned the log up to it. The state that
 * lake left of its newest version below it is found by the transaction that the checkpoint has of lake.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteText } from '../../../sql/quote.js';
import { tableFolder } from '../../names.js';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';
import { type ForeignCommit, parseForeignCommit } from '../foreign-commit.js';
import { unknownFeatures } from '../protocol.js';
import { checkpointFiles, hasNewCheckpoint } from './checkpoint-files.js';
import { copyLogFiles } from './copy-log-files.js';

export interface CheckpointedTable {
  /** The newest version up to this one that lake wrote. */
  readonly own: number;
  /** All that the table is, as one commit: `added` are all of its files. */
  readonly whole: ForeignCommit;
}

/**
 * Undefined where there is no checkpoint that is whole, or lake never wrote to the table.
 * @throws LakeError LK6025 for features that lake does not know, LK6026 for files outside of the table's folder.
 */
export async function readCheckpoint(
  store: Store,
  table: TableId,
  version: number,
): Promise<CheckpointedTable | undefined> {
  const names = await store.list(`${tableFolder(table)}/_delta_log`);
  const files = checkpointFiles(names, version);
  if (files === undefined) {
    if (!hasNewCheckpoint(names, version)) return undefined;
    throw unknownFeatures(table, ['v2Checkpoint'], `the checkpoint of version ${version}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'lake-checkpoint-'));
  try {
    const paths = await copyLogFiles(store, table, files, folder);
    if (paths === undefined) return undefined;
    return asCommit(await actionsIn(paths), { table, version, place: store.place(tableFolder(table)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function asCommit(
  lines: readonly string[],
  source: { readonly table: TableId; readonly version: number; readonly place: string },
): CheckpointedTable | undefined {
  const own = lines
    .filter((line) => line.includes('"appId":"lake"'))
    .map((line) => (JSON.parse(line) as { txn?: { appId: string; version: number } | null }).txn)
    .find((txn) => txn?.appId === 'lake')?.version;
  if (own === undefined) return undefined;
  const { info, ...whole } = parseForeignCommit(lines.join('\n'), source);
  // What is in a checkpoint came before: none of its actions says that it changes rows.
  return {
    own: Number(own),
    whole: { ...whole, info: { ...info, operation: 'CHECKPOINT' }, dataChange: false },
  };
}

/** Its actions but for what was removed, as lines of JSON. It is rare, so that no process of the engine waits for it. */
async function actionsIn(paths: readonly string[]): Promise<readonly string[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    const files = paths.map(quoteText).join(', ');
    const read = await connection.runAndReadAll(
      `select a::varchar from (select to_json(t) as a from read_parquet([${files}], union_by_name = true) t) where a->>'remove' is null`,
    );
    return read.getRows().map(([line]) => String(line));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
