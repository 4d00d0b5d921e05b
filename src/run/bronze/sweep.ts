/**
 * Compares all row ids that the portal has with those of the lake: rows that are gone are withdrawn, and rows that only the
 * portal has came late, so that nothing but asking for everything brings them.
 */
import type { BronzeNode } from '../../compile/types.js';
import type { DecodeResult, Relation } from '../../engine/types.js';
import type { PartState, TableState } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { bindBronze } from '../tables/bronze/bind-bronze.js';
import type { ReadPart } from './read-parts.js';
import { type StagedRows, stagedPath, stagedState } from './staged-state.js';
import { notWithdrawn } from './withdrawn-rows.js';

/** What a sweep of one part found. */
export interface Sweep {
  readonly partId: string;
  /** ISO 8601 UTC, of the beginning of the run. */
  readonly at: string;
  /** Distinct ids that the portal listed, and rows that it counts. */
  readonly listed: number;
  readonly counted?: number;
  /** Ids of rows that the portal has no longer; of the loads before this one. */
  readonly gone: readonly string[];
  /** True when more are gone than are remembered one by one. */
  readonly tooMany: boolean;
  /** Rows that the portal has and the lake, with this load, has not. */
  readonly lacking: number;
}

/**
 * Whether rows may be withdrawn by it: a list that is as long as the portal's own count, and that has nothing which the lake
 * lacks. Of a list that was cut off half of the table would seem to be gone.
 */
export function isConclusive({ listed, counted, lacking, tooMany }: Sweep): boolean {
  return listed === counted && lacking === 0 && !tooMany;
}

/** Ids are kept in the state of every later version: beyond this many a part is loaded in full instead. */
const MOST_GONE = 50_000;

/** `rows`: the load that goes with the sweeps, staged. */
export async function sweepParts(
  context: RunContext,
  node: BronzeNode,
  lists: readonly ReadPart[],
  rows: StagedRows,
  known: Readonly<Record<string, PartState>>,
  state: TableState | undefined,
): Promise<readonly Sweep[]> {
  if (lists.length === 0) return [];
  const ids = await decodeIds(context, node, lists);
  const next = stagedState(rows, {
    run: context.run,
    known,
    state,
    also: lists.map(({ fetch }) => fetch.sweepOf!),
  });
  const pathOf = stagedPath(rows, (path) => context.lake.filePath(node.id, path));
  const swept: Relation = {
    schema: 'swept',
    name: 'ids',
    scans: ids.files.map((file) => ({ files: [file.path], select: '_source_part, ":id" as id' })),
    columns: ['_source_part', 'id'].map((name) => ({ name, type: 'VARCHAR' })),
  };
  const labels = lists.map(({ fetch }) => quoteText(fetch.label)).join(', ');
  const both = `create temp table compared as
    select coalesce(l._source_part, h._source_part) as part, l.id as listed, h.id as held
    from (select distinct _source_part, id from "swept"."ids") l
    full join (
      select distinct _source_part, _row_id as id from "bronze".${quoteIdent(node.name)}
      where _source_part in (${labels}) and _row_id is not null and ${notWithdrawn(Object.values(next.parts!))}) h
    on l._source_part = h._source_part and l.id = h.id`;
  const counts = `select part, count(listed), count(listed) filter (held is null), count(held) filter (listed is null)
    from compared group by part`;
  const [counted, gone] = await context.engine.sql({
    label: node.id,
    macros: [],
    relations: [bindBronze(node, next, pathOf), swept],
    statements: [
      { sql: both, collect: 'none' },
      { sql: counts, collect: 'rows', limit: 100_000 },
      {
        sql: 'select part, held from compared where listed is null order by all',
        collect: 'rows',
        limit: MOST_GONE,
      },
    ],
  });
  return lists.map(({ fetch }): Sweep => {
    const [, listed, lacking, lost] = counted!.rows.find(([part]) => part === fetch.label) ?? [];
    return {
      partId: fetch.sweepOf!,
      at: context.startedAt.toISOString(),
      listed: Number(listed ?? 0),
      counted: fetch.expectedRows,
      gone: gone!.rows.filter(([part]) => part === fetch.label).map(([, id]) => String(id)),
      tooMany: gone!.truncated && Number(lost ?? 0) > 0,
      lacking: Number(lacking ?? 0),
    };
  });
}

/** Into staging, where they are never committed. */
async function decodeIds(
  context: RunContext,
  node: BronzeNode,
  lists: readonly ReadPart[],
): Promise<DecodeResult> {
  return context.engine.decode({
    label: node.id,
    parts: lists
      .filter(({ fetched }) => fetched.files.length > 0)
      .map(({ fetch, fetched }) => ({
        partId: fetch.partId,
        label: fetch.label,
        variables: {},
        decode: fetched.decode,
        files: fetched.files.map((file) => file.path),
        names: fetched.files.map(({ url }) => url),
      })),
    loadId: context.run,
    loadedAt: context.startedAt.toISOString(),
    outDir: await context.lake.stage(node.id, context.run),
  });
}
