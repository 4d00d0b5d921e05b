import type { Command } from 'commander';
import { acceptOption, type BuildCommandOptions, runningOptions } from '../build/options.js';

export function registerRetry(program: Command): void {
  acceptOption(runningOptions(program.command('retry')))
    .summary('run again what failed or was skipped')
    .description('run again what failed or was skipped in the last run')
    .addHelpText(
      'after',
      `
Takes command, selection, target, --day, --vars, --accept and --full-refresh of the last run (what --accept says here is
added), and of its nodes those that failed, were skipped or cancelled, or had not ended when it was killed, and those with a
test that was skipped for one of these. Nothing to retry: says so and exits 0.

Examples:
  lake retry
  lake retry --accept shootings:row_drop  publish although the guard that failed it objects
  lake build || lake retry`,
    )
    .action(async (options: BuildCommandOptions) => {
      const { retry } = await import('../build/retry.js');
      await retry(options);
    });
}
