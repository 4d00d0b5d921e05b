/** Flags of `build`, `run`, `fetch` and `test`, each offered only where it means something. */
import { type Command, Option } from 'commander';
import type { RunFlags } from '../../run/context.js';
import {
  dayOption,
  type FaultOptions,
  faultOptions,
  nodeOptions,
  outputOption,
  type ProjectOptions,
  positive,
  projectOptions,
  type SelectOptions,
} from '../options.js';
import type { OutputFormat } from '../output/print-rows.js';
import { type ReporterChoice, reporterOption } from '../report/reporters.js';
import { parseAccept } from './accept.js';
import { type BackfillOptions, backfillOptions } from './backfill.js';

export type BuildCommand = 'build' | 'run' | 'fetch' | 'test' | 'seed' | 'snapshot' | 'publish';

export type LogFormat = 'text' | 'json';

export interface BuildCommandOptions extends ProjectOptions, SelectOptions, FaultOptions, BackfillOptions {
  readonly fullRefresh?: boolean;
  readonly accept?: RunFlags['accept'];
  readonly output?: OutputFormat;
  readonly day?: number;
  readonly threads?: number;
  readonly ifRunning?: 'wait' | 'skip' | 'fail';
  readonly forceUnlock?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly logFormat?: LogFormat;
  readonly reporter?: readonly ReporterChoice[];
  readonly failFast?: boolean;
  readonly empty?: boolean;
  /** False with `--no-publish`. */
  readonly publish?: boolean;
  /** Publish targets. */
  readonly to?: readonly string[];
}

/** Selection, engine, lock and output: all four commands. */
export function runOptions(command: Command): Command {
  return runningOptions(nodeOptions(command));
}

/** Selection and `--full-refresh`, and no portal: `seed` and `snapshot`. */
export function storingOptions(command: Command): Command {
  return runOptions(command).option('--full-refresh', 'build although nothing changed');
}

/** What asks portals as well: `build`, `run` and `fetch`. */
export function fetchingOptions(command: Command): Command {
  backfillOptions(nodeOptions(command))
    .option('--full-refresh', 'ask for everything again and rebuild it')
    .option('--limit <n>', 'sample n rows of each part into a scratch lake', positive)
    .option('--dry-run', 'say what would be requested and built, and stop there')
    .option('-v, --verbose', 'with --dry-run: every address');
  return acceptOption(runningOptions(faultOptions(dayOption(command))));
}

/** `--no-publish`: `build` and `run`. */
export function publishOption(command: Command): Command {
  return command.option(
    '--no-publish',
    'leave publish targets as they are; `lake publish` brings them up to date',
  );
}

/** `--empty`: `build` and `run`. */
export function emptyOption(command: Command): Command {
  return command.addOption(
    new Option('--empty', 'into a scratch lake, of inputs without rows: do types and columns fit?').conflicts(
      ['limit', 'dryRun', 'since', 'fullRefresh'],
    ),
  );
}

/** `--accept shootings:row_drop crashes`, or the option several times. */
export function acceptOption(command: Command): Command {
  return command.option(
    '--accept <dataset:guard...>',
    'publish although a guard objects; a dataset alone: whichever guard',
    parseAccept,
  );
}

/** How a run runs and is shown, without what is run: `retry` takes these alone. */
export function runningOptions(command: Command): Command {
  command
    .option('--threads <n>', 'threads of the engine', positive)
    .addOption(
      new Option('--if-running <what>', 'when another run works on the same tables')
        .choices(['wait', 'skip', 'fail'])
        .default('wait'),
    )
    .option('--force-unlock', 'take over what another run holds: only if it is dead and cannot be asked')
    .option('--fail-fast', 'after the first failure begin nothing new')
    .option('-q, --quiet', 'errors and the summary only')
    .addOption(
      new Option('--log-format <format>', 'lines with times (text) or events (json) to standard output')
        .choices(['text', 'json'])
        .conflicts('output'),
    );
  return projectOptions(outputOption(reporterOption(command)));
}
