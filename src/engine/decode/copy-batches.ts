/**
 * Writes ready parts as Parquet. `_row` needs rows in delivered order, which holds a COPY to one thread; so files are
 * shared out among as many COPYs as there are threads, which costs no more CPU than one COPY that forgets the order.
 */

import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteIdent, quoteText, quoteTextList } from '../../sql/quote.js';
import { collectRows } from '../sql/result-set.js';
import type { DecodedFile, DecodeTask } from '../types.js';
import type { Layout, ReadyFile, ReadyPart } from './layout.js';

/** Below this a further Parquet file is not worth its footer. */
const LEAST_BATCH_BYTES = 16 << 20;
/** Files of a part are numbered apart by this much, so that a row's number needs no count of the rows before it. */
const ROWS_PER_FILE = 1_000_000_000;

const ROW_GROUPS = 'ROW_GROUP_SIZE 10240, STRING_DICTIONARY_PAGE_SIZE_LIMIT 65536';

interface BatchFile extends ReadyFile, Pick<ReadyPart, 'index' | 'variables'> {}

/** Some files of one layout, in delivered order. */
interface Batch {
  readonly layout: Layout;
  readonly files: readonly BatchFile[];
  /** Place of the first file: more than that of any file before it which has rows of the same part. */
  readonly first: number;
}

export interface WrittenBatch {
  readonly file: DecodedFile | undefined;
  /** Rows of each part, by its place in the task. */
  readonly rows: ReadonlyMap<number, number>;
}

/** @throws whatever DuckDB says of a file that cannot be read or written. */
export async function copyBatches(
  instance: DuckDBInstance,
  task: DecodeTask,
  parts: readonly ReadyPart[],
  threads: number,
): Promise<readonly WrittenBatch[]> {
  const planned = batches(parts, threads);
  const waiting = [...planned.entries()];
  const written: WrittenBatch[] = [];
  const work = async () => {
    const connection = await instance.connect();
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [place, batch] = next;
        written[place] = await copy(connection, task, batch);
      }
    } finally {
      connection.disconnectSync();
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(threads, waiting.length) }, work));
  // All have stopped before the first failure is told: nothing writes into a folder that is given up.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return written;
}

function batches(parts: readonly ReadyPart[], threads: number): Batch[] {
  const groups = new Map<string, { layout: Layout; files: BatchFile[] }>();
  for (const { layout, files, index, variables } of parts) {
    if (!layout) continue;
    const group = groups.get(layout.key) ?? { layout, files: [] };
    group.files.push(...files.map((file) => ({ ...file, index, variables })));
    groups.set(layout.key, group);
  }
  // A part may lie in several layouts (an archive's members): no two of its rows have one number.
  const used = new Map<number, number>();
  return [...groups.values()].flatMap(({ layout, files }) => {
    const own = [...new Set(files.map(({ index }) => index))];
    const before = Math.max(...own.map((index) => used.get(index) ?? 0));
    for (const index of own) used.set(index, before + files.length);
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    const count = Math.min(threads, files.length, Math.ceil(total / LEAST_BATCH_BYTES));
    return shareOut(files, Math.max(1, count)).map((share) => ({
      layout,
      ...share,
      first: before + share.first,
    }));
  });
}

/** Runs of consecutive files, of about equal bytes. */
function shareOut<F extends { readonly bytes: number }>(
  files: readonly F[],
  count: number,
): { files: F[]; first: number }[] {
  const each = files.reduce((sum, file) => sum + file.bytes, 0) / count;
  const shares: { files: F[]; first: number }[] = [{ files: [], first: 0 }];
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    // A file belongs to the share that its middle falls into.
    const share = Math.min(count - 1, Math.floor((bytes + file.bytes / 2) / Math.max(1, each)));
    if (share >= shares.length && shares.at(-1)!.files.length > 0) shares.push({ files: [], first: i });
    shares.at(-1)!.files.push(file);
    bytes += file.bytes;
  }
  return shares;
}

async function copy(connection: DuckDBConnection, task: DecodeTask, batch: Batch): Promise<WrittenBatch> {
  const path = join(task.outDir, `part-${randomUUID()}.parquet`);
  const select = batchSelect(task, batch);
  // Each COPY holds a row group in memory, and a dictionary of a megabyte for each column: a twelfth of DuckDB's rows
  // and smaller dictionaries take a third less than a quarter of its rows did, for files that are a tenth larger.
  // Snappy costs a tenth less CPU than zstd here, and bronze is written once and read once or twice, never by a value.
  const result = await connection.run(
    `COPY (${select}) TO ${quoteText(path)} (FORMAT parquet, ${ROW_GROUPS}, COMPRESSION snappy, WRITE_BLOOM_FILTER false, RETURN_STATS)`,
  );
  const { rows } = await collectRows(result, 1);
  const [, count, bytes, , statistics] = rows[0] ?? [];
  if (!count) {
    await unlink(path);
    return { file: undefined, rows: new Map() };
  }
  const perPart = await rowsPerPart(connection, task, batch, path, Number(count));
  const file: DecodedFile = {
    path,
    rows: Number(count),
    bytes: Number(bytes),
    parts: [...perPart.keys()].map((part) => task.parts[part]!.partId),
    columns: batch.layout.columns,
    columnStats: asStats(statistics),
  };
  return { file, rows: perPart };
}

function batchSelect(task: DecodeTask, { layout, files, first }: Batch): string {
  const labels = files.map((file) => task.parts[file.index]!.label);
  const constants = Object.keys(files[0]!.variables).filter((name) => !layout.variables.includes(`_${name}`));
  const lists = [
    labels,
    ...constants.map((name) => files.map(({ variables }) => variables[name] ?? '')),
  ] as const;
  const fileColumn = lists.every((values) => values.every((value) => value === values[0]))
    ? undefined
    : unusedName(layout);
  // A value of the row's part: one literal, or one out of a list by the row's file.
  const ofPart = (values: readonly string[]) =>
    fileColumn === undefined
      ? quoteText(values[0]!)
      : `(${quoteTextList(values)})[${quoteIdent(fileColumn)} + 1]`;
  const rowsBefore = first === 0 ? '' : `${first * ROWS_PER_FILE}::BIGINT + `;
  const list = [
    ...layout.columns.map(quoteIdent),
    `${quoteText(task.loadId)} AS "_load_id"`,
    `${quoteText(task.loadedAt)}::TIMESTAMPTZ AS "_loaded_at"`,
    `${ofPart(labels)} AS "_source_part"`,
    `${rowsBefore}row_number() OVER () AS "_row"`,
    ...layout.variables.map(quoteIdent),
    ...constants.map((name, i) => `${ofPart(lists[i + 1]!)} AS ${quoteIdent(`_${name}`)}`),
  ];
  const paths = files.map((file) => file.path);
  return `SELECT ${list.join(', ')} FROM (${layout.select(paths, fileColumn)})`;
}

function unusedName({ columns, variables }: Layout): string {
  const taken = new Set([...columns, ...variables].map((name) => name.toLowerCase()));
  let name = '_file';
  while (taken.has(name)) name = `_${name}`;
  return name;
}

async function rowsPerPart(
  connection: DuckDBConnection,
  task: DecodeTask,
  { files }: Batch,
  path: string,
  count: number,
): Promise<ReadonlyMap<number, number>> {
  const parts = [...new Set(files.map((file) => file.index))];
  if (parts.length === 1) return new Map([[parts[0]!, count]]);
  const result = await connection.runAndReadAll(
    `SELECT "_source_part", count(*)::DOUBLE FROM read_parquet(${quoteTextList([path])}) GROUP BY ALL`,
  );
  const byLabel = new Map(result.getRows().map(([label, rows]) => [label as string, rows as number]));
  return new Map(
    parts.flatMap((part): [number, number][] => {
      const rows = byLabel.get(task.parts[part]!.label);
      return rows === undefined ? [] : [[part, rows]];
    }),
  );
}

type Entries<V> = readonly { readonly key: string; readonly value: V }[];

function asStats(statistics: unknown): DecodedFile['columnStats'] {
  return Object.fromEntries(
    (statistics as Entries<Entries<string>>).map(({ key, value }) => [
      key,
      Object.fromEntries(value.map((stat) => [stat.key, stat.value])),
    ]),
  );
}
