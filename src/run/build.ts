/** `lake build`, `run`, `fetch` and `test`: every selected node once, each as soon as what it reads has ended. */

import { locate } from '../compile/locate.js';
import { newRunStamp } from '../compile/run-stamp.js';
import type { BronzeNode, GraphNode, NodeId } from '../compile/types.js';
import { type ErrorInfo, errorInfo, LakeError } from '../errors/lake-error.js';
import { redactError } from '../errors/redact-error.js';
import { createRedactor } from '../errors/redactor.js';
import { removeIfEmpty, sweepSpool } from '../fetch/sweep-spool.js';
import { type RunLease, withRunLock } from '../lakehouse/run-lock.js';
import type { Attempt, RunRecord, TestRecord } from '../lakehouse/types.js';
import { sourceFor } from '../sources/index.js';
import { auditNode, TestFailure } from './audit/audit.js';
import { orderTests } from './audit/test-order.js';
import { executeBronze } from './bronze/execute-bronze.js';
import { type PageLog, pageLog } from './bronze/page-log.js';
import type { RunContext, RunFlags } from './context.js';
import type { NodeResult, RunEvent, RunHolder, RunResult } from './events.js';
import { exitCodeOf } from './exit-code.js';
import { testEphemeral } from './models/ephemeral.js';
import { executeModel } from './models/execute-model.js';
import { Pins, possibleViews } from './pins.js';
import { type Job, schedule } from './scheduler.js';
import { openSession, type SessionOptions, spoolFolder } from './session.js';
import { executeSilver } from './silver/execute-silver.js';
import { dataVersion } from './tables/inputs.js';
import { reuseTable } from './tables/reuse-table.js';
import { isEphemeral, standingSql } from './tables/standing-sql.js';
import { createTeller } from './teller.js';

export interface BuildOptions extends Omit<SessionOptions, 'drain' | 'onProgress' | 'onNotice'> {
  /** `build`, `run`, `fetch`: for events and artifacts. */
  readonly command: string;
  /** Name of the run, where its SQL was told one (`{{invocation_id}}`); a new one by default. */
  readonly run?: string;
  /** Nodes to execute. What they read beside these is taken as published. */
  readonly selected: readonly NodeId[];
  readonly flags: RunFlags;
  /** Datasets that are fetched at once. */
  readonly networkJobs?: number;
  readonly ifRunning?: 'wait' | 'skip' | 'fail';
  readonly emit: (event: RunEvent) => void;
  /** Aborted to drain: what has begun ends, nothing new begins. */
  readonly signal: AbortSignal;
}

const NETWORK_JOBS = 16;

/** When a run began: by the calendar for records, by the steady clock for durations (fault F32). */
interface Beginning {
  readonly startedAt: Date;
  /** Milliseconds of `performance.now()`. */
  readonly started: number;
}

/**
 * Executes the selected nodes. What goes wrong with one node is its result, never an exception.
 * @throws LakeError when the run cannot begin at all: LK6xxx another run holds the lake, LK71xx the local portal.
 */
export async function build(given: BuildOptions): Promise<RunResult> {
  const redactor = createRedactor(given.secrets.values);
  const teller = createTeller(given.emit, redactor);
  try {
    const result = redactor.value(await run({ ...given, emit: teller.emit }));
    const problems = teller.problems();
    return problems.length === 0 ? result : { ...result, problems, exitCode: Math.max(1, result.exitCode) };
  } catch (error) {
    throw redactError(error, redactor);
  }
}

async function run(options: BuildOptions): Promise<RunResult> {
  const startedAt = new Date();
  const started = performance.now();
  const id = options.run ?? newRunStamp(startedAt).id;
  const session = await openSession({
    ...options,
    // Tests read what is published: no portal is asked.
    target: options.flags.testOnly ? { ...options.target, portal: undefined } : options.target,
    drain: options.signal,
    onProgress: (progress) => options.emit({ type: 'fetch_progress', progress }),
    onNotice: (notice) => options.emit({ type: 'fetch_waiting', notice }),
  });
  const work = async () => {
    await sweepSpool(spoolFolder(options.root), Date.now());
    return execute(options, session, id, { startedAt, started });
  };
  try {
    const locked = await withRunLock(session.lake, id, work, {
      ifRunning: options.ifRunning ?? 'wait',
      onWait: (holder) => options.emit({ type: 'run_waiting', holder: runHolder(holder) }),
      signal: options.signal,
    });
    return locked.ran ? locked.value : emptyResult(options, id, { startedAt, started }, locked.holder);
  } finally {
    await session.close();
    await removeIfEmpty(spoolFolder(options.root, options.target.name));
  }
}

async function execute(
  options: BuildOptions,
  { lake, engine, fetcher, faults }: Awaited<ReturnType<typeof openSession>>,
  run: string,
  { startedAt, started }: Beginning,
): Promise<RunResult> {
  const { graph, root, flags, emit, signal } = options;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const tables = graph.nodes.flatMap((node) =>
    node.kind === 'silver' ? [node.id, `${node.id}__quarantine`] : [node.id],
  );
  const set = await lake.newestSet();
  const pins = await Pins.take(lake, tables, possibleViews(graph, set));
  const canBeTested = (id: NodeId) => pins.has(id) || isEphemeral(nodes.get(id)!);
  if (flags.testOnly && options.selected.length > 0 && !options.selected.some(canBeTested)) {
    throw new LakeError('LK4010', `nothing is built yet in the lake of target ${options.target.name}`, {
      hint: 'build it first: `lake build`',
    });
  }
  const kept = new Map<string, TestRecord>(Object.entries(set?.tests ?? {}));
  const fresh = new Map<string, TestRecord>();
  const tests = orderTests(graph);
  const pages = pageLog(fetcher);
  const unchanged: Attempt[] = [];
  let staged = false;
  const context: RunContext = {
    run,
    startedAt,
    root,
    graph,
    nodes,
    lake: {
      ...lake,
      stage: (table, stagedBy) => {
        staged = true;
        return lake.stage(table, stagedBy);
      },
      recordAttempt: async (attempt) => {
        if (attempt.status === 'unchanged') unchanged.push(attempt);
        else await lake.recordAttempt(attempt);
      },
    },
    pins,
    engine,
    fetcher: { client: fetcher.client, fetchPart: pages.fetchPart, leave: fetcher.leave },
    sourceOf: (node) => sourceFor(graph.portals[node.dataset.portal]!.type),
    flags,
    deferredTests: tests.deferred,
    passedBefore: ({ id, owner }, hash) =>
      [fresh.get(id), ...pins.records(owner), kept.get(id)].find(
        (record) => record?.id === id && record.hash === hash && ['pass', 'warn'].includes(record.status),
      ),
    keepRecords: (records) => {
      for (const record of records) fresh.set(record.id, record);
    },
    emit,
    signal,
  };
  emit({
    type: 'run_started',
    run,
    command: options.command,
    target: options.target.name,
    nodes: options.selected.length,
    at: startedAt.toISOString(),
  });

  const results: NodeResult[] = [];
  const done = (result: NodeResult): void => {
    results.push(result);
    emit({ type: 'node_finished', result });
  };
  const jobs = options.selected.map((id) =>
    jobOf(context, nodes.get(id)!, flags.audit ? [...(tests.inputs.get(id) ?? [])] : [], done, pages),
  );
  await schedule(jobs, {
    limits: {
      network: options.networkJobs ?? NETWORK_JOBS,
      engine: Math.max(2, options.target.threads ?? 2),
    },
    signal,
  });
  if (flags.audit && !signal.aborted) await runDeferred(context, options.selected, done);

  // Compared with the newest set, not with what this run did: an earlier one may have been killed before it wrote its own.
  const versions = pins.versions();
  const moved =
    Object.entries(versions.tables).some(([table, version]) => set?.tables[table] !== version) ||
    Object.entries(versions.views).some(([view, version]) => set?.views?.[view] !== version);
  const retested = [...fresh].some(([id, record]) => !sameResult(record, kept.get(id)));
  const known = new Set([...graph.tests, ...graph.unitTests].map((test) => test.id));
  const records = [...kept, ...fresh].filter(([id]) => known.has(id));
  const isNew = moved || retested;
  const publishSet = () => lake.publishSet(run, versions.tables, Object.fromEntries(records), versions.views);
  const newSet = isNew ? await publishSet() : set;
  if (newSet !== undefined && !isNew) await lake.completeSet(newSet);
  // Looking through all tables for what was never made would cost an unchanged run more than its requests.
  if (staged) await lake.unstage(run);
  const result: RunResult = {
    run,
    command: options.command,
    target: options.target.name,
    startedAt: startedAt.toISOString(),
    seconds: (performance.now() - started) / 1000,
    nodes: results,
    engineStarted: engine.started,
    requests: fetcher.requestsMade,
    set: newSet?.number,
    ...(options.faults !== undefined && { faults: faults() }),
    exitCode: exitCodeOf(results, signal),
  };
  // A lake that cannot be written has failed the nodes already.
  await lake.recordRun({ ...recordOf(result), unchanged }).catch(() => undefined);
  emit({ type: 'run_finished', result });
  return result;
}

function recordOf({ run, command, startedAt, exitCode, requests, nodes }: RunResult): RunRecord {
  const counts: Record<string, number> = {};
  for (const { status } of nodes) counts[status] = (counts[status] ?? 0) + 1;
  const endedAt = new Date().toISOString();
  return { format: 1, run, command, startedAt, endedAt, exitCode, requests, nodes: counts };
}

function sameResult(a: TestRecord, b: TestRecord | undefined): boolean {
  return a.hash === b?.hash && a.status === b.status && a.failures === b.failures;
}

/** A node as a job: its outcome is always a result, whatever happened. */
function jobOf(
  context: RunContext,
  node: GraphNode,
  testReads: readonly NodeId[],
  done: (result: NodeResult) => void,
  pages: PageLog,
): Job {
  const base = { id: node.id, kind: node.kind, tests: [], seconds: 0 };
  return {
    id: node.id,
    pool: node.kind === 'bronze' ? 'network' : 'engine',
    // Tests of what is published are independent of each other: one that fails hides none.
    needs: context.flags.testOnly ? [] : waitsFor(context, node.dependsOn),
    after: testReads,
    async run() {
      const started = performance.now();
      const seconds = () => (performance.now() - started) / 1000;
      context.emit({ type: 'node_started', id: node.id });
      try {
        done({ ...base, ...(await executeNode(context, node)), seconds: seconds() });
        return true;
      } catch (error) {
        const tests = error instanceof TestFailure ? error.outcomes : [];
        const info = located(context, node, errorInfo(error));
        if (context.signal.aborted && info.code === 'LK3110') {
          const reason = 'the run was stopped; what was fetched is kept for the next one';
          done({ ...base, status: 'cancelled', reason, seconds: seconds() });
          return false;
        }
        done({ ...base, status: 'error', reason: info.message, error: info, tests, seconds: seconds() });
        return false;
      } finally {
        if (node.kind === 'bronze') await keepPages(context, node, pages);
      }
    },
    skip(because) {
      done({ ...base, status: 'skipped', reason: `${because} failed` });
    },
    cancel() {
      done({ ...base, status: 'cancelled', reason: 'the run was stopped' });
    },
  };
}

/** What a node reads, and what is shown by the views and ephemerals among it. */
function waitsFor(context: RunContext, ids: readonly NodeId[]): readonly NodeId[] {
  const all = new Set<NodeId>();
  const add = (id: NodeId): void => {
    if (all.has(id)) return;
    all.add(id);
    for (const input of standingSql(context, id)?.definition.reads ?? []) add(input);
  };
  for (const id of ids) add(id);
  return [...all];
}

/** What the load fetched, for `meta.pages`; a lake that cannot be written has failed the node already. */
async function keepPages({ lake, run }: RunContext, node: BronzeNode, pages: PageLog): Promise<void> {
  const taken = pages.take(node.name);
  if (taken.length === 0) return;
  await lake.recordPages({ run, table: node.id, pages: taken }).catch(() => undefined);
}

/** An error in a node's SQL with the place in the user's file: node SQL is always the first statement, from its second line. */
function located(context: RunContext, node: GraphNode, info: ErrorInfo): ErrorInfo {
  const { line, col, statement, view } = (info.details ?? {}) as {
    line?: number;
    col?: number;
    statement?: number;
    view?: { readonly name: string; readonly line: number; readonly col: number };
  };
  if (view) {
    const at = locate(context.graph, view.name, view.line, view.col);
    return at ? { ...info, details: { ...info.details, at } } : info;
  }
  if (line === undefined || statement !== 0) return info.code === 'LK5005' ? withFile(node, info) : info;
  const at = locate(context.graph, node.id, line - 1, col ?? 1);
  return at ? { ...info, details: { ...info.details, at } } : info;
}

/** The engine does not tell where: at least in which file. */
function withFile(node: GraphNode, info: ErrorInfo): ErrorInfo {
  return {
    ...info,
    hint: info.hint ?? `it is somewhere in ${node.path}; look for the rows with \`lake query\``,
  };
}

function executeNode(
  context: RunContext,
  node: GraphNode,
): Promise<Omit<NodeResult, 'id' | 'kind' | 'seconds' | 'tests'> & Partial<Pick<NodeResult, 'tests'>>> {
  if (context.flags.testOnly) return testNode(context, node);
  switch (node.kind) {
    case 'bronze':
      return executeBronze(context, node);
    case 'silver':
      return executeSilver(context, node);
    case 'model':
      return executeModel(context, node);
  }
}

/** `lake test`: the tests of what is published, whatever a build would do. */
async function testNode(
  context: RunContext,
  node: GraphNode,
): Promise<Omit<NodeResult, 'id' | 'kind' | 'seconds'>> {
  if (node.kind === 'bronze') return { status: 'reused', reason: 'bronze has no tests', tests: [] };
  if (isEphemeral(node)) return testEphemeral(context, node);
  if (!context.pins.has(node.id)) {
    throw new LakeError('LK4010', `${node.id} was never built: there is nothing to test`, {
      hint: `build it first: \`lake build --select ${node.id}\``,
    });
  }
  return reuseTable(context, node, 'as published');
}

/** Tests that could not run before their owner was published, on what is published now. */
async function runDeferred(
  context: RunContext,
  selected: readonly NodeId[],
  done: (result: NodeResult) => void,
): Promise<void> {
  for (const owner of selected) {
    const ids = context.graph.tests
      .filter((t) => t.owner === owner && context.deferredTests.has(t.id))
      .map((t) => t.id);
    const version = dataVersion(context, owner);
    if (ids.length === 0 || version === undefined) continue;
    const started = performance.now();
    const audit = await auditNode(context, owner, { dataVersion: version, deferred: ids });
    context.keepRecords(audit.fresh);
    const failure = audit.blocking > 0 ? errorInfo(new TestFailure(owner, audit.outcomes, true)) : undefined;
    done({
      id: `tests of ${owner}`,
      kind: 'test',
      status: failure ? 'error' : audit.fresh.length > 0 ? 'success' : 'reused',
      reason: failure?.message ?? 'tests that read what is built from it',
      error: failure,
      seconds: (performance.now() - started) / 1000,
      tests: audit.outcomes,
    });
  }
}

function runHolder({ run, pid, host, since }: RunLease): RunHolder {
  return { run, pid, host, since };
}

function emptyResult(
  options: BuildOptions,
  run: string,
  { startedAt, started }: Beginning,
  holder: RunLease,
): RunResult {
  return {
    run,
    command: options.command,
    target: options.target.name,
    startedAt: startedAt.toISOString(),
    seconds: (performance.now() - started) / 1000,
    nodes: [],
    engineStarted: false,
    requests: 0,
    heldBy: runHolder(holder),
    exitCode: exitCodeOf([], options.signal),
  };
}
