/** Publishes what a set holds to the targets of the active output: after a build, and in `lake publish`. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph, NodeId, PublicationNode } from '../../compile/types.js';
import type { Engine } from '../../engine/types.js';
import { errorInfo } from '../../errors/lake-error.js';
import { readBookmarks, removeBookmark, writeBookmark } from '../../lakehouse/bookmarks/bookmarks.js';
import type { Lake, TableHead } from '../../lakehouse/types.js';
import type { Secrets, Target } from '../../project/types.js';
import { type Publisher, publisherOf } from '../../publish/index.js';
import type { Published, PublishTask, PublishTogether } from '../../publish/types.js';
import type { NodeResult } from '../events.js';
import type { Pins } from '../pins.js';
import { type Standing, standingOf } from './due.js';
import { publishedColumns } from './published-columns.js';
import { sweepScratch } from './sweep-scratch.js';

const SCRATCH = join('target', 'publish');
const THERE = 'the target has this version';

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

/**
 * Each ends as a result of its own, whatever happens to it: tables that are published are not undone by a target that fails.
 * @returns Sentences that a person should read.
 */
export async function publishToTargets(
  publishing: Publishing,
  request: PublishRequest,
): Promise<readonly string[]> {
  const { graph, target, fullRefresh, done } = publishing;
  const asked = publicationsOf(graph, request).filter(({ to }) => Object.hasOwn(target.publish, to));
  let all: readonly Standing[];
  try {
    all = await standings(publishing, asked);
  } catch (error) {
    // A bookmark that cannot be read: what the targets have is not known, and the run has done all the rest.
    for (const publication of asked)
      done(outcomeOf(publishing, { publication, definition: publication.definitionHash }, error, 0));
    return [];
  }
  const byTarget = new Map<string, Standing[]>();
  for (const standing of all) {
    if (standing.head === undefined) {
      if (request.ask) done(result(standing, 'skipped', `${standing.publication.node} was never built`, 0));
    } else if (standing.due !== undefined || request.ask || fullRefresh) {
      const { to } = standing.publication;
      byTarget.set(to, [...(byTarget.get(to) ?? []), standing]);
    } else done(result(standing, 'reused', THERE, 0));
  }
  if (byTarget.size > 0) await sweepScratch(join(publishing.root, SCRATCH));
  await Promise.all([...byTarget.values()].map((due) => toOneTarget(publishing, due)));
  return request.ask ? forgetOld(publishing) : [];
}

/** Bookmarks of publications that the project no longer has keep old versions for nobody. */
async function forgetOld({ lake, graph, target }: Publishing): Promise<readonly string[]> {
  const known = new Set((graph.publications ?? []).map(({ id }) => id));
  const old = (await readBookmarks(lake)).filter(
    (one) => Object.hasOwn(target.publish, one.target) && !known.has(one.publication),
  );
  for (const one of old) await removeBookmark(lake, one);
  return old.map(
    ({ publication }) =>
      `${publication} is no longer published by this project: what is there stays, and \`lake vacuum\` keeps no version for it`,
  );
}

/**
 * Tables of one target are written in turn, for each takes all that the engine and the connection have; those that become one
 * file are written together.
 */
async function toOneTarget(publishing: Publishing, due: readonly Standing[]): Promise<void> {
  const { target, signal, done } = publishing;
  let publisher: Publisher;
  try {
    publisher = await publisherOf(target.publish[due[0]!.publication.to]!.type);
  } catch (error) {
    for (const one of due) done(outcomeOf(publishing, one, error, 0));
    return;
  }
  const { publish, publishTogether = async ([task]) => [await publish!(task!)] } = publisher;
  for (const group of publish ? due.map((one) => [one]) : [due]) {
    if (signal.aborted) for (const one of group) done(result(one, 'cancelled', STOPPED, 0));
    else await publishGroup(publishing, group, publishTogether);
  }
}

const STOPPED = 'the run was stopped';

async function publishGroup(
  publishing: Publishing,
  group: readonly Standing[],
  publish: PublishTogether,
): Promise<void> {
  const started = performance.now();
  const folder = join(publishing.root, SCRATCH, randomUUID());
  const outcomes = new Map<Standing, Published | unknown>();
  const tasks = new Map<Standing, PublishTask>();
  try {
    for (const [i, standing] of group.entries()) {
      publishing.started(standing.publication.id);
      const task = await taskOf(publishing, standing, join(folder, String(i))).catch((error: unknown) => {
        outcomes.set(standing, error);
      });
      if (task) tasks.set(standing, task);
    }
    const ended = tasks.size === 0 ? [] : await publish([...tasks.values()]);
    for (const [i, standing] of [...tasks.keys()].entries()) {
      outcomes.set(standing, ended[i]);
      if (isPublished(ended[i])) await note(publishing, standing, tasks.get(standing)!.table);
    }
  } catch (error) {
    for (const standing of tasks.keys()) outcomes.set(standing, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const seconds = (performance.now() - started) / 1000 / group.length;
  for (const standing of group)
    publishing.done(outcomeOf(publishing, standing, outcomes.get(standing), seconds));
}

const isPublished = (outcome: unknown): outcome is Published =>
  typeof outcome === 'object' && outcome !== null && !(outcome instanceof Error);

function outcomeOf(
  { signal }: Publishing,
  standing: Standing,
  outcome: unknown,
  seconds: number,
): NodeResult {
  if (isPublished(outcome)) {
    const { status, place, notes, ...figures } = outcome;
    const why = status === 'unchanged' ? THERE : (standing.due ?? 'asked for');
    const ended = result(standing, status, `${why} · ${place}`, seconds);
    return { ...ended, ...figures, ...(notes.length > 0 && { notes }) };
  }
  if (signal.aborted) return result(standing, 'cancelled', STOPPED, seconds);
  const error = errorInfo(outcome);
  return {
    ...result(standing, 'error', error.message, seconds),
    error: { ...error, details: { at: standing.publication.at, ...error.details } },
  };
}

async function taskOf(publishing: Publishing, standing: Standing, scratch: string): Promise<PublishTask> {
  const { target, secrets, lake, engine, graph, root, run, startedAt, fullRefresh, signal } = publishing;
  const { publication } = standing;
  // Versions of another table say nothing of this one.
  const held = standing.held?.table === publication.node ? standing.held : undefined;
  // Rows that other programs wrote into the table are no version of lake's: what it published last goes out.
  const table = await lake.at(publication.node, standing.head!.state.version);
  await mkdir(scratch, { recursive: true });
  return {
    publication,
    target: target.publish[publication.to]!,
    secrets: secrets.publish?.[publication.to] ?? {},
    table,
    description: table.state.documents?.description,
    columns: publishedColumns(publication, table),
    held: fullRefresh ? undefined : held,
    macros: graph.sqlMacros,
    ...{ lake, engine, root, run, startedAt, fullRefresh, signal, scratch },
    hold: () => note(publishing, standing, table, held?.versions ?? []),
  };
}

/**
 * What the target has from here on.
 * @param before While that is not sure yet: what it may have as well.
 */
function note(
  { lake, run }: Publishing,
  { publication: { id, to, node }, definition }: Standing,
  { version, state: { dataVersion } }: TableHead,
  before?: readonly number[],
): Promise<void> {
  const versions = [...new Set([...(before ?? []), version])];
  const at = new Date().toISOString();
  return writeBookmark(lake, {
    ...{ target: to, publication: id, table: node, versions, dataVersion, definition, run, at },
    ...(before && { pending: true }),
  });
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
