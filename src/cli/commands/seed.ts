import type { Command } from 'commander';
import { type BuildCommandOptions, storingOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerSeed(program: Command): void {
  storingOptions(program.command('seed'))
    .summary('load the CSV files under seeds/')
    .description('load the CSV files under seeds/ that changed, without tests; `lake build` does so as well')
    .addHelpText('after', '\nExamples:\n  lake seed\n  lake seed country_codes --full-refresh')
    .action((nodes: string[], options: BuildCommandOptions) => runBuild('seed', withNodes(options, nodes)));
}
