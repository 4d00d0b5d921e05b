/** Writes the rows of small files into larger ones, and publishes these in their place. */
import type { Engine } from '../../engine/types.js';
import { type Compaction, compactVersion, isOwn } from '../../lakehouse/compact/compact-version.js';
import { smallFiles } from '../../lakehouse/compact/small-files.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { DataFile, Lake, StagedFile, TableHead } from '../../lakehouse/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { stagedFiles } from '../tables/staged-files.js';
import { copySql } from '../tables/table-sql.js';

export interface Compacting {
  readonly lake: Lake;
  readonly engine: Pick<Engine, 'sql'>;
  readonly run: string;
  /** A build does it by itself. */
  readonly auto: boolean;
}

/** The files of a table that are to become one, each list of them. Empty where it is left as it is. */
export function filesToMerge(head: TableHead): readonly (readonly DataFile[])[] {
  // A load that comes again after a guard took it back is looked for in the version before (`same-as-rejected.ts`).
  if (!isOwn(head) || head.lost || head.state.rejected) return [];
  return smallFiles(head.state);
}

/**
 * @returns The new version; undefined where another writer took one of the files out meanwhile, and nothing was published.
 * @throws LakeError LK50xx from the engine, LK60xx from the store; the table is as it was.
 */
export async function compactTable(
  compacting: Compacting,
  head: TableHead,
  merges: readonly (readonly DataFile[])[],
): Promise<TableHead | undefined> {
  const { lake, run, auto } = compacting;
  const files: StagedFile[] = [];
  for (const merge of merges) files.push(...(await merged(compacting, head, merge)));
  const compaction: Compaction = {
    table: head.table,
    base: head.version,
    without: merges.flat(),
    files,
    run,
    auto,
  };
  return compactVersion(lake.store, compaction);
}

/** The rows of these files, in the order that the table has in each file. */
async function merged(
  { lake, engine, run }: Compacting,
  { table, state }: TableHead,
  files: readonly DataFile[],
): Promise<readonly StagedFile[]> {
  const [{ partition, loadId, columns }] = files as readonly [DataFile];
  const relation = tableRelation({ table, state: { columns: state.columns, files } }, (file) =>
    lake.filePath(table, file),
  );
  const names = state.columns.map(({ name }) => name).filter((name) => !Object.hasOwn(partition ?? {}, name));
  const select = `select ${names.map(quoteIdent).join(', ')} from "self"."rows"`;
  const output = await lake.stageFile(table, run);
  const [copied] = await engine.sql({
    label: `optimize ${table}`,
    macros: [],
    relations: [{ ...relation, schema: 'self', name: 'rows' }],
    statements: [{ sql: copySql(select, output, [], state.sortedBy), collect: 'rows', small: true }],
  });
  const parts = [...new Set(files.flatMap((file) => file.parts ?? []))];
  return stagedFiles(copied!).map((file) => ({
    ...file,
    ...(partition && { partition }),
    ...(loadId !== undefined && { loadId, parts, columns }),
  }));
}
