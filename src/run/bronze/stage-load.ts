/** Turns what was read into staged bronze files; nothing is visible to readers yet. */
import type { BronzeNode } from '../../compile/types.js';
import type { DecodedFile, DecodeResult } from '../../engine/types.js';
import type { FetchedPart, PartFetch } from '../../fetch/types.js';
import type { ColumnChange, TableState } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { cutRows } from './cut-rows.js';
import { measureLoad } from './measure-load.js';
import type { ReadPart } from './read-parts.js';
import { repeatedRows } from './repeated-on-pages.js';
import { isConclusive, type Sweep, sweepParts } from './sweep.js';

/** One part of a load as it landed. */
export interface LandedPart extends ReadPart {
  /** Rows delivered, repeated deliveries of one portal row included. */
  readonly delivered: number;
  /** Rows of the load less repeated deliveries: what the portal's count of the request is compared with. */
  readonly rows: number;
  /** Rows of the part that are current once this load is committed, each portal row once. */
  readonly held: number;
  /** True when the portal was seen to have numbered its rows anew. */
  readonly renumbered: boolean;
  /** Rows that came on more than one page, by key or as a whole; undefined where it was not looked for. */
  readonly repeated?: number;
  /** Greatest value of the load's cursor column in these rows. */
  readonly cursor?: string;
  readonly rowId?: string;
}

export interface StagedLoad {
  readonly files: readonly DecodedFile[];
  readonly landed: readonly LandedPart[];
  /** Parts that were asked and had not changed: 304, or the same bytes as before. */
  readonly unchanged: readonly { readonly fetch: PartFetch; readonly fetched: FetchedPart }[];
  /** Sentences about what the engine counted while it read the files. */
  readonly notes: readonly string[];
  /** Files of the table that are lost and leave it with this load. */
  readonly without?: readonly string[];
  /** Parts that the portal does not have (`missing: skip`). */
  readonly missing: readonly PartFetch[];
  /** What comparing the row ids of parts with the portal's found. */
  readonly sweeps: readonly Sweep[];
  /** Beginning of the run, ISO 8601 UTC. */
  readonly at: string;
  readonly requests: number;
  readonly bytes: number;
  /** Against the last accepted load, once that was looked at. */
  readonly columns?: ColumnChange;
}

/** @throws LakeError LK5xxx when a part cannot be read as what it should be. */
export async function stageLoad(
  context: RunContext,
  node: BronzeNode,
  fetched: readonly ReadPart[],
  loadId: string,
  state: TableState | undefined,
): Promise<StagedLoad> {
  const known = state?.sourceHash === node.sourceHash ? (state.parts ?? {}) : {};
  const isUnchanged = ({ fetch, fetched: got }: ReadPart) => {
    const before = known[fetch.partId];
    if (got.notModified) return true;
    // The bytes of some rows say nothing of all of them; and old bytes under a new count are a short answer.
    if (fetch.since || got.missing || !before?.loads.length || before.partial) return false;
    const rows = node.dataset.load.mode === 'append' ? before.count : before.rows;
    const counted = fetch.expectedRows === undefined || fetch.expectedRows === rows;
    return counted && before.sha256 === got.sha256;
  };
  const lists = fetched.filter(({ fetch }) => fetch.sweepOf !== undefined);
  const asked = fetched.filter(({ fetch }) => fetch.sweepOf === undefined);
  const unchanged = asked.filter(isUnchanged);
  const missing = asked.filter(({ fetched: got }) => got.missing).map(({ fetch }) => fetch);
  const changed = asked.filter((each) => !isUnchanged(each) && !each.fetched.missing);
  const totals = {
    at: context.startedAt.toISOString(),
    unchanged,
    missing,
    requests: fetched.reduce((sum, f) => sum + f.fetched.requests, 0),
    bytes: fetched.reduce((sum, f) => sum + f.fetched.files.reduce((n, file) => n + file.wireBytes, 0), 0),
  };
  const whole = changed.length === 0 ? NOTHING : await decodeParts(context, node, changed, loadId);
  const { limit } = context.flags;
  const decoded = limit === undefined ? whole : await cutRows(context, node.id, whole, limit);
  const rows = { decoded, fetched: changed.map(({ fetch }) => fetch) };
  const measured = await measureLoad(context, node, rows, known, state);
  const repeated = await repeatedRows(context, node, rows, changed, known);
  const sweeps = await sweepParts(context, node, lists, rows, known, state);
  const gone = new Map(sweeps.map((sweep) => [sweep.partId, isConclusive(sweep) ? sweep.gone.length : 0]));
  const landed = changed.map((read): LandedPart => {
    const { fetch } = read;
    const part = decoded.parts.find((p) => p.partId === fetch.partId);
    const counts = measured.get(fetch.label);
    const delivered = part?.rows ?? 0;
    // An incremental answer without a body leaves the part as it is.
    const before = fetch.kind === 'incremental' ? (known[fetch.partId]?.rows ?? 0) : 0;
    return {
      ...read,
      delivered,
      rows: counts?.rows ?? delivered,
      held: (counts?.held ?? before + delivered) - (gone.get(fetch.partId) ?? 0),
      renumbered: counts?.renumbered ?? false,
      repeated: repeated.get(fetch.partId),
      cursor: counts?.cursor,
      rowId: part?.rowIdColumn ?? known[fetch.partId]?.rowId,
    };
  });
  const notes = decoded.parts.flatMap((part) => part.notes ?? []);
  return { files: decoded.files, landed, notes, sweeps, ...totals };
}

const NOTHING: DecodeResult = { files: [], parts: [] };

/** Parts without a body (nothing changed since the cursor) are not decoded. */
async function decodeParts(
  context: RunContext,
  node: BronzeNode,
  changed: readonly { readonly fetch: PartFetch; readonly fetched: FetchedPart }[],
  loadId: string,
): Promise<DecodeResult> {
  const parts = changed
    .filter(({ fetched }) => fetched.files.length > 0)
    .map(({ fetch, fetched }) => ({
      partId: fetch.partId,
      label: fetch.label,
      variables: fetch.variables,
      decode: fetched.decode,
      files: fetched.files.map((file) => file.path),
      names: fetched.files.map(({ url }) => url),
    }));
  // A file has one set of variable columns: parts that addresses of other fields name go into files of their own.
  const groups = new Map<string, (typeof parts)[number][]>();
  for (const part of parts) {
    const names = Object.keys(part.variables).sort().join(' ');
    const group = groups.get(names);
    if (group) group.push(part);
    else groups.set(names, [part]);
  }
  const decoded = await Promise.all(
    [...groups.values()].map(async (group) =>
      context.engine.decode({
        label: node.id,
        parts: group,
        loadId,
        loadedAt: context.startedAt.toISOString(),
        outDir: await context.lake.stage(node.id, context.run),
      }),
    ),
  );
  return { files: decoded.flatMap((d) => d.files), parts: decoded.flatMap((d) => d.parts) };
}
