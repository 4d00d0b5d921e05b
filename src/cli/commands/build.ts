import type { Command } from 'commander';
import { type BuildCommandOptions, emptyOption, fetchingOptions, publishOption } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerBuild(program: Command): void {
  publishOption(emptyOption(fetchingOptions(program.command('build'))))
    .summary('fetch, build and test what changed')
    .description('fetch, build and test everything that changed')
    .addHelpText(
      'after',
      `
Examples:
  lake build                              the whole project
  lake build --select toronto_incidents_by_cell+
  lake build --select tag:nyc --full-refresh
  lake build --select requests_311 --since 2024-01-01 --until 2025-01-01 --by month
  lake build --accept shootings:row_drop crashes   publish although guards object`,
    )
    .action((nodes: string[], options: BuildCommandOptions) => runBuild('build', withNodes(options, nodes)));
}
