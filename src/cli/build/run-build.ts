/** What `build`, `run`, `fetch`, `test` and `retry` share: listeners, signals, exit code. */
import { resolve } from 'node:path';
import type { CompiledProject } from '../../api/load-and-compile.js';
import type { GraphNode } from '../../compile/types.js';
import { errorInfo } from '../../errors/lake-error.js';
import type { RunFlags } from '../../run/context.js';
import type { RunListener } from '../../run/events.js';
import type { Invocation } from '../../run/invocation.js';
import { checkDay, open, selectedNodes, selectedTests } from '../open.js';
import { openToRun } from '../open-to-run.js';
import { carriedDay, carriedFlags } from '../options.js';
import { createReports, type Reports, reportingFailure } from '../report/reporters.js';
import { checkAccept } from './accept.js';
import { readBackfill } from './backfill.js';
import type { BuildCommand, BuildCommandOptions } from './options.js';
import { checkPublish, dryPublish, publishRequest } from './publishing.js';
import { clearScratch, emptied, sampled, withAncestors } from './sample.js';
import { stopOnSignals } from './stop-on-signals.js';
import { collectStrayErrors } from './stray-errors.js';

/** Runs the command to its exit code. */
export function runBuild(command: BuildCommand, options: BuildCommandOptions): Promise<void> {
  return reportingFailure(reportsOf(command, options), () => openAndRun(command, options));
}

/** The reports that `--reporter` asks for. */
export function reportsOf(command: BuildCommand | 'retry', options: BuildCommandOptions): Reports {
  return createReports(options.reporter ?? [], { root: resolve(options.projectDir), command });
}

async function openAndRun(command: BuildCommand, options: BuildCommandOptions): Promise<void> {
  const given = await (command === 'fetch' ? open : openToRun)(options);
  const opened = options.empty ? emptied(given) : options.limit === undefined ? given : sampled(given);
  checkAccept(opened, options.accept);
  checkDay(opened, options);
  const nodes = new Map(opened.graph.nodes.map((node) => [node.id, node]));
  const { ids, tests } = await chosen(command, opened, options);
  if (command === 'publish') return publishThese(opened, ids, options);
  const selected = ids.filter((id) => concerns(command, nodes.get(id)!));
  const backfill = readBackfill(options);
  if (backfill) {
    const { checkBackfill } = await import('../../run/check-backfill.js');
    checkBackfill(opened.graph, selected, { ...backfill, fullRefresh: options.fullRefresh }, new Date());
  }
  if (options.dryRun) {
    const { dryRun } = await import('./dry-run.js');
    return dryRun(command, opened, selected, options);
  }
  if (options.empty) {
    await clearScratch(opened);
    const { loadedColumns } = await import('./loaded-columns.js');
    const columnsOf = await loadedColumns(given);
    const sql = withAncestors(opened, selected).filter((id) => nodes.get(id)!.kind !== 'bronze');
    return execute(command, opened, sql, options, { empty: { columnsOf }, audit: false });
  }
  if (options.limit === undefined) return execute(command, opened, selected, options, tests && { tests });
  await clearScratch(opened);
  return execute(command, opened, withAncestors(opened, selected), options);
}

/** `lake publish`: of these nodes those that go to a target. */
function publishThese(
  opened: CompiledProject,
  ids: readonly string[],
  options: BuildCommandOptions,
): Promise<void> {
  const published = new Set(opened.graph.publications?.map(({ node }) => node));
  const selected = ids.filter((id) => published.has(id));
  checkPublish(opened, selected, options.to);
  const request = publishRequest('publish', selected, options);
  if (request && options.dryRun) return dryPublish(opened, request, options.output);
  return execute('publish', opened, selected, options);
}

/** `tests`: those that run, where something was selected or excluded; a selection may leave some of a node's tests out. */
async function chosen(
  command: BuildCommand,
  opened: CompiledProject,
  options: BuildCommandOptions,
): Promise<{ readonly ids: readonly string[]; readonly tests?: ReadonlySet<string> }> {
  const { nodes, tests } = await selectedTests(opened, options);
  const ids = command === 'test' ? nodes : await selectedNodes(opened, options);
  return options.select || options.exclude ? { ids, tests } : { ids };
}

/** Whether the command does anything with a node that is selected. */
function concerns(command: Exclude<BuildCommand, 'publish'>, node: GraphNode): boolean {
  switch (command) {
    case 'fetch':
      return node.kind === 'bronze';
    case 'test':
      return node.kind !== 'bronze';
    case 'seed':
    case 'snapshot':
      return node.kind === 'model' && node.materialized === command;
    case 'build':
    case 'run':
      return true;
  }
}

/** Executes these nodes. Sets the exit code of the process. */
export async function execute(
  command: BuildCommand,
  opened: CompiledProject,
  selected: readonly string[],
  options: BuildCommandOptions,
  flags: Partial<RunFlags> = {},
): Promise<void> {
  const [{ createReporter }, { interruptedRun }] = await Promise.all([
    import('../progress/reporter.js'),
    import('../../run/artifacts.js'),
  ]);
  const interrupted = await interruptedRun(opened.root);
  const reporter = await createReporter({
    opened,
    command,
    format: options.output ?? 'table',
    logFormat: options.reporter?.some(({ name }) => name === 'json') ? 'json' : options.logFormat,
    quiet: options.quiet ?? false,
    testsNamed: command === 'test' && ((options.verbose ?? false) || areFew(opened, selected, flags.tests)),
    carried: {
      flags: carriedFlags(options),
      day: carriedDay(options),
      sample: options.limit !== undefined,
      empty: options.empty ?? false,
      interrupted,
    },
  });
  reporter.begin(selected.length);
  if (command !== 'test' && selected.length > 0 && !storesAny(opened, selected))
    reporter.say(
      `Nothing to build: ${selected.join(', ')} ${selected.length === 1 ? 'is' : 'are'} ephemeral, read as part of what uses ${selected.length === 1 ? 'it' : 'them'}. Build that with --select ${selected[0]}+`,
    );
  const stop = stopOnSignals(reporter.say);
  const stray = collectStrayErrors(opened.secrets.values);
  const target = { ...opened.project.target, threads: options.threads ?? opened.project.target.threads };
  const { engineOf } = await import('../../run/engine-of.js');
  const engine = engineOf(opened.root, target);
  try {
    if (command !== 'fetch' && command !== 'publish') {
      const { compileToTarget } = await import('../../api/compile-to-target.js');
      await compileToTarget(opened, engine);
    }
    const [{ build }, { writeArtifacts }] = await Promise.all([
      import('../../run/build.js'),
      import('../../run/artifacts.js'),
    ]);
    const artifacts = writeArtifacts(opened.root, invocationOf(command, opened, selected, options));
    const listeners: RunListener[] = [reporter.onEvent, artifacts.onEvent];
    const built = await build({
      ...opened,
      run: opened.stamp.id,
      command,
      target,
      engine,
      selected: command === 'publish' ? [] : selected,
      publish: publishRequest(command, selected, options),
      day: options.day,
      faults: options.faults,
      seed: options.seed,
      ifRunning: options.ifRunning,
      forceUnlock: options.forceUnlock,
      signal: stop.signal,
      flags: {
        fullRefresh: options.fullRefresh ?? false,
        backfill: readBackfill(options),
        audit: command === 'build' || command === 'test',
        testOnly: command === 'test',
        failFast: options.failFast ?? false,
        ...(options.limit !== undefined && { limit: options.limit }),
        accept: options.accept ?? [],
        ...flags,
      },
      emit: (event) => {
        for (const listen of listeners) listen(event);
      },
    });
    const result = stray.addTo(built);
    await Promise.all([reporter.finish(result), artifacts.finish(result)]);
    await reportsOf(command, options).finish(result);
    process.exitCode = result.exitCode;
  } catch (error) {
    reporter.fail(errorInfo(error));
    throw error;
  } finally {
    await engine.close();
    reporter.close();
    stop.release();
    stray.release();
  }
}

/** Whether so few tests run that a person reads the name of each. */
function areFew(
  { graph }: CompiledProject,
  selected: readonly string[],
  chosen: ReadonlySet<string> | undefined,
): boolean {
  const nodes = new Set(selected);
  const owned = [
    ...graph.tests.map(({ id, owner }) => ({ id, owner })),
    ...graph.unitTests.map(({ id, node }) => ({ id, owner: node })),
  ];
  return owned.filter(({ id, owner }) => nodes.has(owner) && (chosen?.has(id) ?? true)).length <= NAMED;
}

const NAMED = 20;

/** Whether the run stores anything: a project of thousands has its first table soon. */
function storesAny({ graph }: CompiledProject, selected: readonly string[]): boolean {
  const chosen = new Set(selected);
  return graph.nodes.some(
    (node) => chosen.has(node.id) && (node.kind !== 'model' || node.materialized !== 'ephemeral'),
  );
}

function invocationOf(
  command: BuildCommand,
  { project, secrets }: CompiledProject,
  selected: readonly string[],
  { fullRefresh = false, accept, day, vars, publish = true, to, ...options }: BuildCommandOptions,
): Invocation {
  const withheld = vars !== undefined && secrets.values.some((secret) => vars.includes(secret));
  return {
    command,
    target: project.target.name,
    ...(options.target !== undefined && { targetNamed: true }),
    selected,
    fullRefresh,
    ...(!publish && { unpublished: true as const }),
    ...(to && { to }),
    backfill: readBackfill(options),
    accept: accept ?? [],
    ...(day === undefined ? {} : { day }),
    ...(options.empty ? { limit: 0 } : options.limit === undefined ? {} : { limit: options.limit }),
    ...(vars === undefined || withheld ? {} : { vars }),
    ...(withheld ? { varsWithheld: true } : {}),
  };
}
