/** Publishes what a set holds to the targets of the active output: after a build, and in `lake publish`. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph, NodeId, PublicationNode } from '../../compile/types.js';
import type { Engine } from '../../engine/types.js';
import { errorInfo } from '../../errors/lake-error.js';
import {
  type Bookmark,
  readBookmarks,
  removeBookmark,
  writeBookmark,
} from '../../lakehouse/bookmarks/bookmarks.js';
import type { Lake, TableHead } from '../../lakehouse/types.js';
import type { Secrets, Target } from '../../project/types.js';
import { publisherOf } from '../../publish/index.js';
import type { PublishTask } from '../../publish/types.js';
import type { NodeResult } from '../events.js';
import type { Pins } from '../pins.js';
import { type Standing, standingOf } from './due.js';
import { publishedColumns } from './published-columns.js';

/** What of a run's tables is published. */
export interface PublishRequest {
  /** Whose publications. */
  readonly nodes: readonly NodeId[];
  /** Only to these targets; to all where left out. */
  readonly to?: readonly string[];
  /** Targets are asked although the lake knows of nothing to do: `lake publish`. */
  readonly ask: boolean;
}

export interface Publishing {
  readonly graph: Graph;
  readonly target: Target;
  readonly secrets: Secrets;
  readonly lake: Lake;
  readonly engine: Engine;
  readonly pins: Pins;
  /** Absolute. */
  readonly root: string;
  readonly run: string;
  readonly startedAt: Date;
  readonly fullRefresh: boolean;
  readonly signal: AbortSignal;
  readonly started: (id: string) => void;
  readonly done: (result: NodeResult) => void;
}

/** Those of the graph that a request is about. */
export function publicationsOf(
  { publications = [] }: Graph,
  { nodes, to }: Pick<PublishRequest, 'nodes' | 'to'>,
) {
  const chosen = new Set(nodes);
  return publications.filter((one) => chosen.has(one.node) && (to?.includes(one.to) ?? true));
}

/** How each stands to its target, as far as the lake knows. @throws LakeError LK6021, LK6022 */
export async function standings(
  { lake, pins, secrets }: Pick<Publishing, 'lake' | 'pins' | 'secrets'>,
  publications: readonly PublicationNode[],
): Promise<readonly Standing[]> {
  if (publications.length === 0) return [];
  const held = new Map((await readBookmarks(lake)).map((one) => [one.publication, one]));
  return publications.map((one) =>
    standingOf(one, pins.head(one.node), held.get(one.id), secrets.publish?.[one.to] ?? {}),
  );
}

/** Each ends as a result of its own, whatever happens to it: tables that are published are not undone by a target that fails. */
export async function publishToTargets(publishing: Publishing, request: PublishRequest): Promise<void> {
  const { graph, target, fullRefresh } = publishing;
  const asked = publicationsOf(graph, request).filter(({ to }) => Object.hasOwn(target.publish, to));
  const all = await standings(publishing, asked);
  const byTarget = new Map<string, Standing[]>();
  for (const standing of all) {
    if (standing.head === undefined) {
      if (request.ask) publishing.done(skipped(standing));
    } else if (standing.due !== undefined || request.ask || fullRefresh) {
      const { to } = standing.publication;
      byTarget.set(to, [...(byTarget.get(to) ?? []), standing]);
    } else publishing.done(result(standing, 'reused', 'the target has this version', 0));
  }
  await Promise.all([...byTarget.values()].map((due) => oneAfterAnother(publishing, due)));
}

/** Bookmarks of publications that the project no longer has hold old versions for nobody. */
export async function forgetOld({
  lake,
  graph,
  target,
}: Pick<Publishing, 'lake' | 'graph' | 'target'>): Promise<readonly string[]> {
  const known = new Set((graph.publications ?? []).map(({ id }) => id));
  const old = (await readBookmarks(lake)).filter(
    (one) => Object.hasOwn(target.publish, one.target) && !known.has(one.publication),
  );
  for (const one of old) await removeBookmark(lake, one);
  return old.map(({ publication }) => publication);
}

/** Tables of one target are written in turn: each takes all that the engine and the connection have. */
async function oneAfterAnother(publishing: Publishing, due: readonly Standing[]): Promise<void> {
  for (const standing of due) {
    if (publishing.signal.aborted) publishing.done(result(standing, 'cancelled', 'the run was stopped', 0));
    else publishing.done(await publishOne(publishing, standing));
  }
}

async function publishOne(publishing: Publishing, standing: Standing): Promise<NodeResult> {
  const { target, lake, signal, root } = publishing;
  const { publication, held, due, definition } = standing;
  const { id, to } = publication;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  publishing.started(id);
  const scratch = join(root, 'target', 'publish', randomUUID());
  try {
    // Rows that other programs wrote into the table are no version of lake's: what it published last goes out.
    const table = await lake.at(publication.node, standing.head!.state.version);
    const note = (versions: readonly number[]) =>
      writeBookmark(lake, bookmarkOf(publishing, publication, definition, versions));
    await mkdir(scratch, { recursive: true });
    const publish = await publisherOf(target.publish[to]!.type);
    const task: PublishTask = {
      ...taskOf(publishing, standing, table),
      scratch,
      hold: () => note([...new Set([...(held?.versions ?? []), table.version])]),
    };
    const published = await publish(task);
    await note([table.version]);
    const { status, rows, added, changed, removed, bytes, place, notes } = published;
    const why = status === 'unchanged' ? 'the target has this version' : (due ?? 'asked for');
    return {
      ...result(standing, status, `${why} · ${place}`, seconds()),
      rows,
      ...(added !== undefined && { added }),
      ...(changed !== undefined && { changed }),
      ...(removed !== undefined && { removed }),
      ...(bytes !== undefined && { bytes }),
      ...(notes.length > 0 && { notes }),
    };
  } catch (error) {
    if (signal.aborted) return result(standing, 'cancelled', 'the run was stopped', seconds());
    const info = errorInfo(error);
    const at = publication.at;
    return {
      ...result(standing, 'error', info.message, seconds()),
      error: { ...info, details: { at, ...info.details } },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function taskOf(
  publishing: Publishing,
  { publication, held }: Standing,
  table: TableHead,
): Omit<PublishTask, 'scratch' | 'hold'> {
  const { target, secrets, lake, engine, graph, root, run, startedAt, fullRefresh, signal } = publishing;
  return {
    publication,
    target: target.publish[publication.to]!,
    secrets: secrets.publish?.[publication.to] ?? {},
    table,
    description: table.state.documents?.description,
    columns: publishedColumns(publication, table),
    held: fullRefresh ? undefined : held,
    macros: graph.sqlMacros,
    ...{ lake, engine, root, run, startedAt, fullRefresh, signal },
  };
}

function bookmarkOf(
  { run }: Publishing,
  { id, to, node }: PublicationNode,
  definition: string,
  versions: readonly number[],
): Omit<Bookmark, 'format'> {
  const at = new Date().toISOString();
  return { target: to, publication: id, table: node, versions, definition, run, at };
}

function skipped(standing: Standing): NodeResult {
  return result(standing, 'skipped', `${standing.publication.node} was never built`, 0);
}

function result(
  { publication }: Standing,
  status: NodeResult['status'],
  reason: string,
  seconds: number,
): NodeResult {
  return {
    id: publication.id,
    kind: 'publication',
    of: publication.node,
    status,
    reason,
    seconds,
    tests: [],
  };
}
