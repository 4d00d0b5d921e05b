import type { Command } from 'commander';
import { type BuildCommandOptions, runOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { withNodes } from '../options.js';

export function registerTest(program: Command): void {
  runOptions(program.command('test'))
    .summary('test what is published')
    .description('test what is published; tests that passed for these versions are not run again')
    .addHelpText('after', '\nExamples:\n  lake test\n  lake test --select gold.*')
    .action((nodes: string[], options: BuildCommandOptions) => runBuild('test', withNodes(options, nodes)));
}
