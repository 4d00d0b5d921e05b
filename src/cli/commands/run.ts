import type { Command } from 'commander';
import { type BuildCommandOptions, emptyOption, fetchingOptions, publishOption } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerRun(program: Command): void {
  publishOption(emptyOption(fetchingOptions(program.command('run'))))
    .summary('build without tests')
    .description('build without tests; the next build tests what was published')
    .addHelpText('after', '\nExamples:\n  lake run --select shootings')
    .action((nodes: string[], options: BuildCommandOptions) => runBuild('run', withNodes(options, nodes)));
}
