/** The files that a table has after a commit: those that stay, those that come, those that go. */
import { LakeError } from '../errors/lake-error.js';
import type { AddedFile } from './delta/actions.js';
import { hivePath } from './delta/paths.js';
import type { DeltaStruct } from './delta/schema.js';
import { columnsInFile, fileStats } from './delta/stats.js';
import type { CommitRequest, DataFile, StagedFile, TableState } from './types.js';

export interface NextFiles {
  /** In the order of `request.files`. */
  readonly added: readonly AddedFile[];
  readonly removed: readonly DataFile[];
  /** Files of the state that another program took out of the table: back with their rows, without statistics. */
  readonly restored: readonly AddedFile[];
  /**
   * Old files whose statistics know nothing of a column that comes now. Readers take a missing `nullCount` for none
   * NULL, so that these files are listed once more, without them.
   */
  readonly restated: readonly AddedFile[];
  /** All files of the new version. */
  readonly active: readonly DataFile[];
}

/** What there was before. */
export interface FilesBefore {
  readonly state: TableState;
  /** What the log adds up to, where other programs made it another list than that of the state. */
  readonly active?: readonly DataFile[];
}

export interface TableLayout {
  readonly columns: TableState['columns'];
  readonly schema: DeltaStruct;
  readonly partitionBy: readonly string[];
  readonly txnId: string;
}

/** @throws LakeError LK6035 when a file's partition does not fit the table's, or new files are partitioned unlike the old. */
export function nextFiles(
  request: CommitRequest,
  layout: TableLayout,
  previous: FilesBefore | undefined,
): NextFiles {
  const old = previous?.state.files ?? [];
  const there = previous?.active ?? old;
  if (request.mode === 'state') return { added: [], restated: [], ...moved(old, there), active: old };
  const { described, added } = describeFiles(request, layout);
  if (request.mode === 'overwrite')
    return { added, removed: there, restored: [], restated: [], active: described };
  for (const file of old)
    checkPartition(request.table, Object.keys(file.partition ?? {}), layout.partitionBy);
  const before = new Set(previous?.state.columns.map((column) => column.name));
  const fresh = layout.columns.map((column) => column.name).filter((name) => !before.has(name));
  const without = new Set(request.without);
  const kept = old
    .filter((file) => !without.has(file.path))
    .map((file) => withAbsent(file, [...(file.absent ?? []), ...fresh]));
  const { removed, restored } = moved(kept, there);
  const back = new Set(restored.map(({ path }) => path));
  const restated = fresh.length === 0 ? [] : kept.filter(({ path }) => !back.has(path)).map(counted);
  return { added, removed, restored, restated, active: [...kept, ...described] };
}

/** Staged files as files of the table, and with their statistics, in their order. @throws LakeError LK6035 */
export function describeFiles(
  request: Pick<CommitRequest, 'table' | 'files'>,
  layout: TableLayout,
): { readonly described: readonly DataFile[]; readonly added: readonly AddedFile[] } {
  const described = request.files.map((file, index) => describeFile(request, file, index, layout));
  const inFiles = layout.schema.fields.filter((field) => !layout.partitionBy.includes(field.name));
  const added = described.map((file, index) => ({
    ...file,
    stats: fileStats(request.files[index]!, inFiles, file.absent),
  }));
  return { described, added };
}

/** What has to leave and to come back so that those that are there become those that are wanted. */
export function moved(
  wanted: readonly DataFile[],
  there: readonly DataFile[],
): Pick<NextFiles, 'removed' | 'restored'> {
  const [wantedPaths, therePaths] = [pathsOf(wanted), pathsOf(there)];
  return {
    removed: there.filter(({ path }) => !wantedPaths.has(path)),
    restored: wanted.filter(({ path }) => !therePaths.has(path)).map(counted),
  };
}

const pathsOf = (files: readonly DataFile[]): ReadonlySet<string> => new Set(files.map(({ path }) => path));

const counted = (file: DataFile): AddedFile => ({ ...file, stats: `{"numRecords":${file.rows}}` });

/** Unique, and tells the commit it came with. */
function describeFile(
  request: Pick<CommitRequest, 'table'>,
  file: StagedFile,
  index: number,
  layout: TableLayout,
): DataFile {
  const { partition, rows, bytes, parts, columns, loadId } = file;
  checkPartition(request.table, Object.keys(partition ?? {}), layout.partitionBy);
  for (const column of layout.partitionBy) refuseEmptyText(request.table, column, partition?.[column]);
  const fileName = `part-${String(index).padStart(5, '0')}-${layout.txnId}.parquet`;
  const path = hivePath(layout.partitionBy, partition, fileName);
  const inFile = columnsInFile(file.columnStats);
  const names = layout.columns
    .map((column) => column.name)
    .filter((name) => !layout.partitionBy.includes(name));
  const described: DataFile = {
    path,
    rows,
    bytes,
    ...(parts && { parts }),
    ...(columns && { columns }),
    ...(loadId !== undefined && { loadId }),
    ...(layout.partitionBy.length > 0 && { partition }),
  };
  return withAbsent(
    described,
    inFile === undefined ? [] : names.filter((name) => !inFile.has(name.toLowerCase())),
  );
}

function withAbsent(file: DataFile, absent: readonly string[]): DataFile {
  return absent.length === 0 ? file : { ...file, absent };
}

function checkPartition(table: string, columns: readonly string[], partitionBy: readonly string[]): void {
  if (columns.length === partitionBy.length && partitionBy.every((column) => columns.includes(column)))
    return;
  const list = (names: readonly string[]): string => names.join(', ') || 'nothing';
  throw new LakeError(
    'LK6035',
    `${table} is partitioned by ${list(partitionBy)}, but a file of it by ${list(columns)}`,
    {
      hint: 'Build the table anew (--full-refresh) when its partitioning changes.',
      details: { table, partitionBy, columns },
    },
  );
}

/** '' is NULL in Delta's log and '' in the names of folders: readers would see different rows. */
function refuseEmptyText(table: string, column: string, value: string | null | undefined): void {
  if (value !== '') return;
  throw new LakeError(
    'LK6035',
    `${table}: the partition column "${column}" has the value '', which readers disagree on`,
    {
      hint: `Make it NULL in the SQL: nullif("${column}", '').`,
      details: { table, column },
    },
  );
}
