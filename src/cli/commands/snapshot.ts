import type { Command } from 'commander';
import { type BuildCommandOptions, storingOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerSnapshot(program: Command): void {
  storingOptions(program.command('snapshot'))
    .summary('record what changed since the last snapshot')
    .description('record what changed since the last snapshot, without tests; `lake build` does so as well')
    .addHelpText('after', '\nExamples:\n  lake snapshot\n  lake snapshot orders_over_time')
    .action((nodes: string[], options: BuildCommandOptions) =>
      runBuild('snapshot', withNodes(options, nodes)),
    );
}
