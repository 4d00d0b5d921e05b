import type { Command } from 'commander';
import { type BuildCommandOptions, runningOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { nodeOptions, withNodes } from '../options.js';

export function registerPublish(program: Command): void {
  runningOptions(nodeOptions(program.command('publish')))
    .summary('tables to databases, buckets and files')
    .description(
      'bring the publish targets up to date with what the lake holds, for all that says `publish:`; build and run do so by themselves',
    )
    .option('--to <target...>', 'only to these publish targets')
    .option('--full-refresh', 'send all rows again, whatever the target has')
    .option('--dry-run', 'say what would be published and why, and connect to nothing')
    .addHelpText(
      'after',
      `
Builds nothing: what goes out is what the newest set holds. Each target is asked what it has, also where the lake knows of nothing to
do: a table that somebody dropped there is made again.

Examples:
  lake publish --target prod
  lake publish requests_311 --to warehouse --target prod
  lake publish --dry-run --target prod`,
    )
    .action((nodes: string[], options: BuildCommandOptions) =>
      runBuild('publish', withNodes(options, nodes)),
    );
}
