import type { Command } from 'commander';
import { type BuildCommandOptions, runningOptions } from '../build/options.js';

export function registerRetry(program: Command): void {
  runningOptions(program.command('retry'))
    .summary('run again what failed or was skipped')
    .description('run again what failed or was skipped in the last run')
    .addHelpText(
      'after',
      `
Takes command, selection, target, --day, --vars, --accept and --full-refresh of the last run, and of its nodes those that
failed, were skipped or cancelled, or had not ended when it was killed. Nothing to retry: says so and exits 0.

Examples:
  lake retry
  lake build || lake retry`,
    )
    .action(async (options: BuildCommandOptions) => {
      const { retry } = await import('../build/retry.js');
      await retry(options);
    });
}
