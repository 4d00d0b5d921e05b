/** What `build`, `run`, `fetch` and `test` share: flags, signals, listeners, exit code. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LakeError } from '../errors/lake-error.js';
import { didYouMean } from '../errors/nearest.js';
import type { OpenProject } from '../open-project.js';
import { GUARDS } from '../quality/guards/guard.js';
import type { RunFlags } from '../run/context.js';
import type { RunListener } from '../run/events.js';
import { open, selectedNodes } from './open.js';
import {
  carriedDay,
  carriedFlags,
  dayOption,
  type FaultOptions,
  faultOptions,
  outputOption,
  type ProjectOptions,
  positive,
  projectOptions,
  type SelectOptions,
  selectOptions,
} from './options.js';
import type { OutputFormat } from './output/print-rows.js';

export interface BuildCommandOptions extends ProjectOptions, SelectOptions, FaultOptions {
  readonly fullRefresh?: boolean;
  readonly accept?: RunFlags['accept'];
  readonly output?: OutputFormat;
  readonly day?: number;
  readonly threads?: number;
  readonly ifRunning: 'wait' | 'skip' | 'fail';
  readonly quiet?: boolean;
}

export type BuildCommand = 'build' | 'run' | 'fetch' | 'test';

/** Adds the options that all four commands take. */
export function buildOptions(command: Command): Command {
  selectOptions(command)
    .option('--full-refresh', 'ask for everything again and rebuild it')
    .option('--accept <dataset[:guard]...>', 'publish although a guard objects', parseAccept)
    .option('--threads <n>', 'threads of the engine', positive)
    .addOption(
      new Option('--if-running <what>', 'when another run holds the lake')
        .choices(['wait', 'skip', 'fail'])
        .default('wait'),
    )
    .option('-q, --quiet', 'errors and the summary only');
  return projectOptions(outputOption(faultOptions(dayOption(command))));
}

/** Runs the command to its exit code. */
export async function runBuild(command: BuildCommand, options: BuildCommandOptions): Promise<void> {
  const opened = await open(options);
  checkAccept(opened, options.accept);
  const ids = await selectedNodes(opened, options);
  const kinds = new Map(opened.graph.nodes.map((node) => [node.id, node.kind]));
  const selected = ids
    .filter((id) => command !== 'fetch' || kinds.get(id) === 'bronze')
    .filter((id) => command !== 'test' || kinds.get(id) !== 'bronze');
  const { createReporter } = await import('./progress/reporter.js');
  const reporter = createReporter({
    opened,
    command,
    format: options.output ?? 'table',
    quiet: options.quiet ?? false,
    carried: { flags: carriedFlags(options), day: carriedDay(options) },
  });
  reporter.begin(selected.length);
  if (command !== 'fetch') {
    const { compileToTarget } = await import('./compile-to-target.js');
    await compileToTarget(opened);
  }
  const [{ build }, { writeArtifacts }] = await Promise.all([
    import('../run/build.js'),
    import('../run/artifacts.js'),
  ]);
  const artifacts = writeArtifacts(opened.root);
  const listeners: RunListener[] = [reporter.onEvent, artifacts.onEvent];
  const stop = stopOnSignals(reporter.say);
  try {
    const result = await build({
      ...opened,
      command,
      target: { ...opened.project.target, threads: options.threads ?? opened.project.target.threads },
      selected,
      day: options.day,
      faults: options.faults,
      seed: options.seed,
      ifRunning: options.ifRunning,
      signal: stop.signal,
      flags: {
        fullRefresh: options.fullRefresh ?? false,
        audit: command === 'build' || command === 'test',
        testOnly: command === 'test',
        accept: options.accept ?? new Map(),
      },
      emit: (event) => {
        for (const listen of listeners) listen(event);
      },
    });
    await Promise.all([reporter.finish(result), artifacts.finish(result)]);
    process.exitCode = result.exitCode;
  } finally {
    reporter.close();
    stop.release();
  }
}

/** First signal: what has begun ends, nothing new begins. Second: at once. */
function stopOnSignals(say: (text: string) => void): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130);
    controller.abort(name);
    say('Stopping: what has begun is finished, nothing new begins. Once more to stop at once.');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** @throws LakeError LK7005 for a dataset or guard that does not exist: it would be passed over in silence. */
function checkAccept({ graph }: OpenProject, accept: RunFlags['accept'] = new Map()): void {
  const datasets = graph.nodes.filter((node) => node.kind === 'bronze').map((node) => node.name);
  for (const [dataset, guards] of accept) {
    if (!datasets.includes(dataset)) {
      throw new LakeError('LK7005', `--accept: no dataset "${dataset}"`, {
        hint: didYouMean(dataset, datasets),
      });
    }
    for (const guard of guards === 'all' ? [] : guards) {
      if ((GUARDS as readonly string[]).includes(guard)) continue;
      throw new LakeError('LK7005', `--accept: no guard "${guard}"; there are ${GUARDS.join(', ')}`, {
        hint: didYouMean(guard, GUARDS),
      });
    }
  }
}

/** `shootings` accepts every guard, `shootings:row_drop` one. */
function parseAccept(text: string, previous: RunFlags['accept'] | undefined): RunFlags['accept'] {
  const accept = new Map(previous ?? []);
  const [dataset, guard, ...rest] = text.split(':');
  if (!dataset || rest.length > 0) throw new InvalidArgumentError('write it as dataset or dataset:guard');
  const known = accept.get(dataset);
  if (guard === undefined) accept.set(dataset, 'all');
  else if (known !== 'all') accept.set(dataset, new Set([...(known ?? []), guard]));
  return accept;
}
