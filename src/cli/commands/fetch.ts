import type { Command } from 'commander';
import { type BuildCommandOptions, fetchingOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerFetch(program: Command): void {
  fetchingOptions(program.command('fetch'))
    .summary('bring datasets into bronze, build nothing')
    .description('bring datasets into bronze, build nothing on them')
    .addHelpText(
      'after',
      '\nExamples:\n  lake fetch --select tag:toronto\n  lake fetch crashes --limit 100           a sample of one dataset\n  lake fetch --select crashes --since 2024-01-01 --by month',
    )
    .action((nodes: string[], options: BuildCommandOptions) => runBuild('fetch', withNodes(options, nodes)));
}
