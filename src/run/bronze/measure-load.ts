/** Counts what a staged load brought: the figures that the load guards compare with the portal's. */
import type { BronzeNode } from '../../compile/types.js';
import type { DecodedFile } from '../../engine/types.js';
import type { FetchedPart, PartFetch } from '../../fetch/types.js';
import type { TableState } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { currentFiles } from './bind-bronze.js';
import { newestOf } from './cursor.js';

export interface Measured {
  readonly rows: number;
  readonly held: number;
  readonly cursor?: string;
}

/** Distinct portal rows and the greatest cursor per part; only where the portal names its rows or a cursor is kept. */
export async function measureLoad(
  context: RunContext,
  node: BronzeNode,
  files: readonly DecodedFile[],
  changed: readonly { readonly fetch: PartFetch; readonly fetched: FetchedPart }[],
  state: TableState | undefined,
): Promise<ReadonlyMap<string, Measured>> {
  const rowId = changed[0]?.fetched.decode.rowId;
  const { cursor } = node.dataset.load;
  if (files.length === 0 || (rowId === undefined && cursor === undefined)) return new Map();
  const incremental = new Set(
    changed.filter((c) => c.fetch.kind === 'incremental').map((c) => c.fetch.partId),
  );
  const select = (columns: readonly string[], isNew: boolean) =>
    [
      '_source_part',
      `${rowId !== undefined && columns.includes(rowId) ? quoteIdent(rowId) : 'null::varchar'} as id`,
      `${cursor !== undefined && columns.includes(cursor) ? quoteIdent(cursor) : 'null::varchar'} as cursor`,
      `${isNew} as is_new`,
    ].join(', ');
  const scans = files.map((file) => ({
    files: [file.path],
    select: select(file.columns, true),
    where: undefined as string | undefined,
  }));
  for (const { file, ids, parts } of state && incremental.size > 0 ? currentFiles(state) : []) {
    const labels = parts.filter((_, i) => incremental.has(ids[i]!)).map(({ label }) => quoteText(label));
    if (labels.length === 0) continue;
    scans.push({
      files: [context.lake.filePath(node.id, file.path)],
      select: select(file.columns ?? [], false),
      where: `_source_part in (${labels.join(', ')})`,
    });
  }
  const [result] = await context.engine.sql({
    label: node.id,
    macros: [],
    relations: [{ schema: 'landed', name: 'rows', scans, columns: [] }],
    statements: [
      {
        sql: `select _source_part,
          case when count(id) filter (is_new) = count(*) filter (is_new) then count(distinct id) filter (is_new) else count(*) filter (is_new) end as rows,
          case when count(id) = count(*) then count(distinct id) else count(*) end as held,
          ${newestOf('cursor')} as cursor
        from "landed"."rows" group by _source_part`,
        collect: 'rows',
        limit: 1_000_000,
      },
    ],
  });
  return new Map(
    result!.rows.map(([label, rows, held, last]) => [
      String(label),
      { rows: Number(rows), held: Number(held), cursor: last === null ? undefined : String(last) },
    ]),
  );
}
