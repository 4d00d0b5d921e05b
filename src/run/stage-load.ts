/** Fetches what a plan asks for and turns it into staged bronze files; nothing is visible to readers yet. */
import type { BronzeNode } from '../compile/types.js';
import { quoteIdent } from '../engine/sql-text.js';
import type { DecodedFile, DecodeTask } from '../engine/types.js';
import type { FetchedPart, PartFetch } from '../fetch/types.js';
import type { TableState } from '../lakehouse/types.js';
import type { BronzePlan } from '../plan/types.js';
import { currentFiles } from './bind-bronze.js';
import type { RunContext } from './context.js';

/** One part of a load as it landed. */
export interface LandedPart {
  readonly fetch: PartFetch;
  readonly fetched: FetchedPart;
  /** Rows delivered, repeated deliveries of one portal row included. */
  readonly delivered: number;
  /** Rows of the load less repeated deliveries: what the portal's count of the request is compared with. */
  readonly rows: number;
  /** Rows of the part that are current once this load is committed, each portal row once. */
  readonly held: number;
  /** Greatest value of the load's cursor column in these rows. */
  readonly cursor?: string;
  readonly rowId?: string;
}

export interface StagedLoad {
  readonly files: readonly DecodedFile[];
  readonly landed: readonly LandedPart[];
  /** Parts that were asked and had not changed: 304, or the same bytes as before. */
  readonly unchanged: readonly { readonly fetch: PartFetch; readonly fetched: FetchedPart }[];
  /** Parts that the portal does not have (`missing: skip`). */
  readonly missing: readonly PartFetch[];
  readonly requests: number;
  readonly bytes: number;
}

/** @throws LakeError LK3xxx when a part cannot be fetched, LK5xxx when it cannot be read as what it should be. */
export async function stageLoad(
  context: RunContext,
  node: BronzeNode,
  plan: BronzePlan,
  loadId: string,
  state: TableState | undefined,
): Promise<StagedLoad> {
  const parts = plan.fetch?.parts ?? [];
  const target = { dataset: node.name, portal: node.dataset.portal };
  const fetched = await Promise.all(
    parts.map(async (fetch) => ({ fetch, fetched: await context.fetcher.fetchPart(target, fetch) })),
  );
  const known = state?.sourceHash === node.sourceHash ? (state.parts ?? {}) : {};
  const isUnchanged = ({ fetch, fetched: got }: (typeof fetched)[number]) =>
    got.notModified || (fetch.kind === 'full' && !got.missing && known[fetch.partId]?.sha256 === got.sha256);
  const unchanged = fetched.filter(isUnchanged);
  const missing = fetched.filter(({ fetched: got }) => got.missing).map(({ fetch }) => fetch);
  const changed = fetched.filter((each) => !isUnchanged(each) && !each.fetched.missing);
  const totals = {
    unchanged,
    missing,
    requests: fetched.reduce((sum, f) => sum + f.fetched.requests, 0),
    bytes: fetched.reduce((sum, f) => sum + f.fetched.files.reduce((n, file) => n + file.wireBytes, 0), 0),
  };
  if (changed.length === 0) return { files: [], landed: [], ...totals };

  const task: DecodeTask = {
    label: node.id,
    parts: changed.map(({ fetch, fetched: got }) => ({
      partId: fetch.partId,
      label: fetch.label,
      variables: fetch.variables,
      decode: got.decode,
      files: got.files.map((file) => file.path),
    })),
    loadId,
    loadedAt: context.startedAt.toISOString(),
    outDir: await context.lake.stage(node.id, context.run),
  };
  const decoded = await context.engine.decode(task);
  const measured = await measure(context, node, decoded.files, changed, state);
  const landed = changed.map(({ fetch, fetched: got }): LandedPart => {
    const part = decoded.parts.find((p) => p.partId === fetch.partId);
    const counts = measured.get(fetch.label);
    const delivered = part?.rows ?? 0;
    return {
      fetch,
      fetched: got,
      delivered,
      rows: counts?.rows ?? delivered,
      held: counts?.held ?? delivered,
      cursor: counts?.cursor,
      rowId: part?.rowIdColumn,
    };
  });
  return { files: decoded.files, landed, ...totals };
}

interface Measured {
  readonly rows: number;
  readonly held: number;
  readonly cursor?: string;
}

/** Distinct portal rows and the greatest cursor per part; only where the portal names its rows or a cursor is kept. */
async function measure(
  context: RunContext,
  node: BronzeNode,
  files: readonly DecodedFile[],
  changed: readonly { readonly fetch: PartFetch }[],
  state: TableState | undefined,
): Promise<ReadonlyMap<string, Measured>> {
  const rowId = changed[0]?.fetch.decode.rowId;
  const { cursor } = node.dataset.load;
  if (rowId === undefined && cursor === undefined) return new Map();
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
  for (const { file } of state && incremental.size > 0 ? currentFiles(state) : []) {
    if (!file.parts?.some((id) => incremental.has(id))) continue;
    const labels = changed
      .filter((c) => incremental.has(c.fetch.partId))
      .map((c) => `'${c.fetch.label.replaceAll("'", "''")}'`);
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
          max(cursor) as cursor
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
