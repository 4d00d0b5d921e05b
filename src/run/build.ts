/** `lake build`, `run`, `fetch` and `test`: every selected node once, each as soon as what it reads has ended. */
import { newRunStamp } from '../compile/run-stamp.js';
import type { NodeId } from '../compile/types.js';
import { LakeError } from '../errors/lake-error.js';
import { redactError } from '../errors/redact-error.js';
import { createRedactor, type Redactor } from '../errors/redactor.js';
import { removeIfEmpty, sweepSpool } from '../fetch/sweep-spool.js';
import type { RunLease } from '../lakehouse/leases/lease.js';
import { withRunLease } from '../lakehouse/leases/run-lease.js';
import type { Attempt, RunRecord, TableHead, TableId, TestRecord } from '../lakehouse/types.js';
import { sourceFor } from '../sources/index.js';
import { askAhead } from './audit/ask-ahead.js';
import { failuresFolder, KeptFailures } from './audit/kept-failures.js';
import { byOwner, orderTests } from './audit/test-order.js';
import { testDeferred } from './audit/test-published.js';
import { unitTestsOf } from './audit/unit-tests.js';
import { pageLog } from './bronze/page-log.js';
import type { RunContext, RunFlags } from './context.js';
import type { NodeResult, RunEvent, RunHolder, RunResult } from './events.js';
import { exitCodeOf } from './exit-code.js';
import { leftOverIn } from './left-over.js';
import { nodeJob } from './node-job.js';
import { Pins, tablesOf } from './pins.js';
import { type PublishRequest, publicationsOf, publishToTargets } from './publish/publish-to-targets.js';
import { runHooks } from './run-hooks/index.js';
import { schedule } from './scheduler.js';
import { openSession, type SessionOptions, spoolFolder } from './session.js';
import { changedAbove } from './tables/changed-above.js';
import { findDatasetsAbove } from './tables/source-properties.js';
import { isEphemeral } from './tables/standing-sql.js';
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
  /** Tables that go to publish targets once the run has published its set; none where left out. */
  readonly publish?: PublishRequest;
  readonly ifRunning?: 'wait' | 'skip' | 'fail';
  /** Work although another run holds what this one wants. */
  readonly forceUnlock?: boolean;
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
    const result = redactor.value(await run({ ...given, emit: teller.emit, redactor }));
    const problems = teller.problems();
    return problems.length === 0 ? result : { ...result, problems, exitCode: Math.max(1, result.exitCode) };
  } catch (error) {
    throw redactError(error, redactor);
  }
}

type Options = BuildOptions & { readonly redactor: Redactor };

async function run(options: Options): Promise<RunResult> {
  const startedAt = new Date();
  const started = performance.now();
  const id = options.run ?? newRunStamp(startedAt).id;
  // What a run stops for: the signal that it is given, and with `failFast` the first failure.
  const firstFailure = new AbortController();
  const halt = AbortSignal.any([options.signal, firstFailure.signal]);
  const emit = (event: RunEvent): void => {
    options.emit(event);
    if (options.flags.failFast && event.type === 'node_finished' && event.result.status === 'error')
      firstFailure.abort(`${event.result.id} failed, and --fail-fast begins nothing after that`);
  };
  const session = await openSession({
    ...options,
    // Tests and publications read what is published: no portal is asked.
    target:
      options.flags.testOnly || options.selected.length === 0
        ? { ...options.target, portal: undefined }
        : options.target,
    drain: halt,
    onProgress: (progress) => options.emit({ type: 'fetch_progress', progress }),
    onNotice: (notice) => options.emit({ type: 'fetch_waiting', notice }),
  });
  const work = async (lost: AbortSignal) => {
    await sweepSpool(spoolFolder(options.root), Date.now());
    const signal = AbortSignal.any([halt, lost]);
    try {
      return await execute({ ...options, emit }, session, id, { startedAt, started }, signal);
    } catch (error) {
      // A set that could not be written, for the disk is full: what was staged is in the way of mending it.
      await session.lake.unstage(id).catch(() => undefined);
      throw error;
    }
  };
  const published = options.publish
    ? publicationsOf(options.graph, options.publish).map(({ node }) => node)
    : [];
  const tables = options.flags.testOnly ? [] : [...new Set([...options.selected, ...published])];
  const request = { run: id, tables, folder: options.root };
  try {
    const locked = await withRunLease(session.lake, request, work, {
      ifRunning: options.ifRunning ?? 'wait',
      forceUnlock: options.forceUnlock,
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
  options: Options,
  { lake, engine, fetcher, faults }: Awaited<ReturnType<typeof openSession>>,
  run: string,
  { startedAt, started }: Beginning,
  signal: AbortSignal,
): Promise<RunResult> {
  const { graph, root, flags, emit } = options;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const set = await lake.newestSet();
  const owned = graph.nodes.flatMap(tablesOf);
  const pins = await Pins.ofGraph(lake, graph, set);
  const canBeTested = (id: NodeId) => isEphemeral(nodes.get(id)!) || unitTestsOf(options, { id }).length > 0;
  const isEmpty = !owned.some((id) => pins.has(id));
  if (flags.testOnly && isEmpty && options.selected.length > 0 && !options.selected.some(canBeTested)) {
    throw new LakeError('LK4010', `nothing is built yet in the lake of target ${options.target.name}`, {
      hint: 'build it first: `lake build`',
    });
  }
  const kept = new Map<string, TestRecord>(Object.entries(set?.tests ?? {}));
  const fresh = new Map<string, TestRecord>();
  const notBuilt = new Map<NodeId, string>();
  const tests = orderTests(graph);
  const pages = pageLog(fetcher);
  const unchanged: Attempt[] = [];
  const committed = new Map<TableId, TableHead>();
  const alone: RunContext = {
    run,
    startedAt,
    root,
    graph,
    target: options.target,
    nodes,
    lake: {
      ...lake,
      commit: async (request) => {
        const head = await lake.commit(request);
        committed.set(head.table, head);
        return head;
      },
      recordAttempt: async (attempt) => {
        if (attempt.status === 'unchanged') unchanged.push(attempt);
        else await lake.recordAttempt(attempt);
      },
    },
    pins,
    engine,
    fetcher: { client: fetcher.client, fetchPart: pages.fetchPart, leave: fetcher.leave },
    datasetsAbove: findDatasetsAbove(nodes),
    sourceOf: (node) => sourceFor(graph.portals[node.dataset.portal]!.type),
    flags,
    testsOf: byOwner(graph.tests),
    failures: new KeptFailures(failuresFolder(root, options.target.name), graph.tests),
    deferredTests: tests.deferred,
    // Tests of what is published are independent of each other.
    notBuilt: (id) => (flags.testOnly ? undefined : notBuilt.get(id)),
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
  // Nothing that a test reads changes while tests run: many are asked at once.
  const context = flags.testOnly ? { ...alone, askAhead: askAhead(alone, options.selected) } : alone;
  const left = flags.testOnly || options.command === 'fetch' ? [] : changedAbove(alone, options.selected);
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
    const { id, status, reason } = result;
    if (status === 'error') notBuilt.set(id, `${id} failed`);
    if (status === 'skipped') notBuilt.set(id, `${id} was skipped: ${reason}`);
    emit({ type: 'node_finished', result });
  };
  const jobs = options.selected.map((id) =>
    nodeJob(context, nodes.get(id)!, flags.audit ? [...(tests.inputs.get(id) ?? [])] : [], done, pages),
  );
  const { start = [], end = [] } = graph.runHooks ?? {};
  const refused = await runHooks(context, {
    key: 'on_run_start',
    hooks: options.selected.length > 0 ? start : [],
  });
  if (refused.length > 0) {
    for (const id of options.selected) {
      const { kind } = nodes.get(id)!;
      done({ id, kind, status: 'skipped', reason: 'on_run_start failed', seconds: 0, tests: [] });
    }
  }
  await schedule(refused.length > 0 ? [] : jobs, {
    limits: {
      network: options.networkJobs ?? NETWORK_JOBS,
      engine: options.target.threads ?? 2,
    },
    signal,
  });
  if (flags.audit && !signal.aborted && refused.length === 0)
    await testDeferred(context, options.selected, done);

  const notes: string[] = [];
  if (engine.started && committed.size > 0 && !signal.aborted) {
    const { compactAfterBuild } = await import('./compact/compact-after-build.js');
    const heads = [...committed.values()];
    const failed = await compactAfterBuild(
      { lake, engine, run },
      heads,
      options.target.autoCompact,
      (head) => {
        committed.set(head.table, head);
        pins.committed(head);
      },
    );
    notes.push(...failed);
  }

  // Compared with the newest set, not with what this run did: an earlier one may have been killed before it wrote its own.
  const versions = pins.versions();
  const moved =
    Object.entries(versions.tables).some(([table, version]) => set?.tables[table] !== version) ||
    Object.entries(versions.views).some(([view, version]) => set?.views?.[view] !== version);
  const retested = [...fresh].some(([id, record]) => !sameResult(record, kept.get(id)));
  const known = new Set([...graph.tests, ...graph.unitTests].map((test) => test.id));
  const records = [...kept, ...fresh].filter(([id]) => known.has(id));
  const isNew = moved || retested;
  const publishSet = () =>
    lake.publishSet(run, versions.tables, Object.fromEntries(records), versions.views, engine.sql);
  // A run that was killed between a commit and its set may not have come to describe the table.
  const byOthers = ({ table, version }: TableHead): boolean =>
    committed.get(table)?.state.dataVersion !== version;
  await lake.describe(pins.movedSince(set).filter(byOthers));
  const newSet = isNew ? await publishSet() : set;
  if (newSet !== undefined && !isNew) await lake.completeSet(newSet, engine.sql);
  // Where no engine runs it would cost more than all the rest: a later run writes them.
  if (engine.started) notes.push(...(await lake.checkpoint([...committed.values()], run, engine.sql)));
  await lake.unstage(run);
  const leftOver = leftOverIn(owned, newSet);
  // Others read what a set holds: what is not in one yet, for the run was stopped, goes nowhere.
  if (options.publish && !signal.aborted) {
    const { target, secrets } = options;
    const started = (id: string) => emit({ type: 'node_started', id });
    const publishing = {
      graph,
      target,
      secrets,
      lake,
      engine,
      pins,
      root,
      run,
      startedAt,
      signal,
      started,
      done,
    };
    const all = { ...publishing, fullRefresh: flags.fullRefresh && options.publish.ask };
    notes.push(...(await publishToTargets(all, options.publish)));
  }
  const ran: RunResult = {
    run,
    command: options.command,
    target: options.target.name,
    startedAt: startedAt.toISOString(),
    seconds: (performance.now() - started) / 1000,
    nodes: results,
    engineStarted: engine.started,
    requests: fetcher.requestsMade,
    set: newSet?.number,
    ...(notes.length > 0 && { notes }),
    ...(left.length > 0 && { changedAbove: left }),
    ...(leftOver.length > 0 && { leftOver }),
    ...(options.faults !== undefined && { faults: faults() }),
    exitCode: exitCodeOf(results, options.signal),
  };
  const failed = await runHooks(context, {
    key: 'on_run_end',
    hooks: options.selected.length > 0 ? end : [],
    webhooks: options.secrets.webhooks,
    result: options.redactor.value(ran),
  });
  const hookFailures = [...refused, ...failed];
  const result =
    hookFailures.length === 0
      ? ran
      : { ...ran, hookFailures, exitCode: [0, 75].includes(ran.exitCode) ? 1 : ran.exitCode };
  // A lake that cannot be written has failed the nodes already.
  await lake.recordRun({ ...recordOf(result), unchanged }).catch(() => undefined);
  emit({ type: 'run_finished', result });
  return result;
}

function recordOf({ run, command, startedAt, exitCode, requests, nodes }: RunResult): RunRecord {
  const counts: Record<string, number> = {};
  for (const { kind, status } of nodes)
    if (kind !== 'publication') counts[status] = (counts[status] ?? 0) + 1;
  const endedAt = new Date().toISOString();
  return { format: 1, run, command, startedAt, endedAt, exitCode, requests, nodes: counts };
}

function sameResult(a: TestRecord, b: TestRecord | undefined): boolean {
  return a.hash === b?.hash && a.status === b.status && a.failures === b.failures;
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
