/** Publishes a judged load: bronze, cursors and validators in one commit, or a note that nothing had changed. */
import type { BronzeNode } from '../../compile/types.js';
import type { DataFile, LoadRecord, StagedFile, TableHead, TableState } from '../../lakehouse/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import type { BronzePlan } from '../../plan/types.js';
import { LOAD_COLUMNS } from '../../sql/own-columns.js';
import type { RunContext } from '../context.js';
import type { NodeResult } from '../events.js';
import { variableColumns } from '../tables/bronze/variables.js';
import { sourceProperties } from '../tables/source-properties.js';
import { type Accepted, currentRows } from './judge-load.js';
import { bringsRows, losesParts, nextParts, sameParts } from './next-parts.js';
import { oldFiles } from './old-files.js';
import { parentQuery, parentsAsBefore } from './parent-rows.js';
import { sameContent } from './reject-loads.js';
import { sameAsRejected, takeAgain } from './same-as-rejected.js';
import type { LandedPart, StagedLoad } from './stage-load.js';
import { isConclusive } from './sweep.js';

export type BronzeOutcome = Omit<NodeResult, 'id' | 'kind' | 'seconds' | 'tests'>;

export async function commitLoad(
  context: RunContext,
  node: BronzeNode,
  plan: BronzePlan,
  facts: DatasetFacts,
  load: StagedLoad,
  accepted: Accepted,
  requests: number,
  state: TableState | undefined,
): Promise<BronzeOutcome> {
  const parts = nextParts(context.run, node, facts, load, state);
  const withdrew = load.sweeps.some((sweep) => isConclusive(sweep) && sweep.gone.length > 0);
  const moved = load.landed.some(bringsRows) || withdrew;
  const changed = moved || state === undefined || losesParts(parts, state);
  if (!changed && sameParts(parts, state) && parentsAsBefore(context, node, state))
    return unchanged(context, node, requests, load.bytes);
  const columns = bronzeColumns(node, load, state);
  const counted = context.flags.limit === undefined ? load.landed.every(isCounted) : undefined;
  const record: LoadRecord | undefined = moved
    ? {
        loadId: context.run,
        run: context.run,
        at: context.startedAt.toISOString(),
        kind: load.landed.some((part) => part.fetch.kind === 'full') ? 'full' : 'incremental',
        rows: load.landed.reduce((sum, part) => sum + part.delivered, 0),
        bytes: load.bytes,
        requests,
        parts: load.landed.map((part) => part.fetch.partId),
        ...(counted === undefined ? {} : { counted }),
        reason: plan.reason,
        ...(accepted.length > 0 ? { accepted } : {}),
        ...(load.columns ? { columns: load.columns } : {}),
      }
    : undefined;
  const refused = record && (await sameAsRejected(context, node, load, parts));
  if (refused) {
    const { version } = await takeAgain(context, node, refused, parts, record);
    const reason = sameContent(refused.load.loadId);
    return { status: 'success', reason, requests, bytes: load.bytes, rows: record.rows, version };
  }
  const head: TableHead = await context.lake.commit({
    table: node.id,
    base: context.pins.head(node.id)?.version ?? -1,
    mode: changed ? 'append' : 'state',
    columns,
    partitionBy: [],
    files: load.files.map((file): StagedFile => ({ ...file, loadId: context.run })),
    without: [...(load.without ?? []), ...(await filesToDrop(context, node, state))],
    description: node.description,
    properties: sourceProperties(context, node.id),
    state: {
      run: context.run,
      inputs: Object.fromEntries(
        node.dependsOn.map((id) => [id, context.pins.head(id)?.state.dataVersion ?? -1]),
      ),
      tests: [],
      audited: true,
      load: record,
      parts,
      sourceHash: node.sourceHash,
      parentQuery: parentQuery(node),
    },
  });
  context.pins.committed(head);
  if (!changed) {
    const outcome = await unchanged(context, node, requests, load.bytes);
    return { ...outcome, version: head.version, rows: currentRows(parts) };
  }
  return {
    status: 'success',
    reason: plan.reason,
    requests,
    bytes: load.bytes,
    rows: record?.rows ?? 0,
    version: head.version,
    ...(record?.counted === false ? { uncounted: true } : {}),
    ...(load.notes.length > 0 ? { notes: firstNotes(load.notes) } : {}),
  };
}

/** A version of such a load, if there is one, has new validators and no load: the attempt is all that tells of it. */
async function unchanged(
  context: RunContext,
  node: BronzeNode,
  requests: number,
  bytes: number,
): Promise<BronzeOutcome> {
  const reason = 'asked, and nothing had changed';
  const at = new Date().toISOString();
  const attempt = { run: context.run, table: node.id, at, status: 'unchanged' as const, reason };
  await context.lake.recordAttempt({ ...attempt, requests, bytes });
  return { status: 'unchanged', reason, requests, bytes };
}

/** Several loads may have come since silver was made: it may refuse them all, and then the one that it was made from counts again. */
async function filesToDrop(
  context: RunContext,
  node: BronzeNode,
  state: TableState | undefined,
): Promise<readonly string[]> {
  const { keepLoads } = node.dataset.load;
  if (keepLoads === undefined) return [];
  const built = context.pins.head(`silver.${node.name}`)?.state.inputs[node.id];
  const isEarlier = typeof built === 'number' && built !== state?.dataVersion;
  return oldFiles(state, keepLoads, isEarlier ? (await context.lake.at(node.id, built)).state : undefined);
}

/** The portal's count stood beside the part's rows: its own, that of a stretch, or a total that the pages told. */
function isCounted({ fetch, fetched }: LandedPart): boolean {
  return (fetch.expectedRows ?? fetch.totalRows ?? fetched.totals) !== undefined;
}

const MOST_NOTES = 5;

/** Of thousands of files each may have something to say. */
function firstNotes(notes: readonly string[]): readonly string[] {
  const more = notes.length - MOST_NOTES;
  return more > 0 ? [...notes.slice(0, MOST_NOTES), `and ${more} more like these`] : notes;
}

/** Columns of the bronze table: the portal's as they came over all loads, then lake's own. */
function bronzeColumns(
  node: BronzeNode,
  load: StagedLoad,
  state: TableState | undefined,
): { name: string; type: string }[] {
  const names = new Map<string, string>();
  const add = (name: string) => {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  };
  const old: readonly DataFile[] = state?.files ?? [];
  for (const file of [...old, ...load.files]) file.columns?.forEach(add);
  for (const column of state?.columns ?? []) if (column.name.startsWith('_')) add(column.name);
  for (const name of variableColumns(
    node,
    load.landed.flatMap((part) => Object.keys(part.fetch.variables)),
  ))
    add(name);
  for (const { name } of LOAD_COLUMNS) names.delete(name);
  return [...[...names.values()].map((name) => ({ name, type: 'VARCHAR' })), ...LOAD_COLUMNS];
}
