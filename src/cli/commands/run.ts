import type { Command } from 'commander';
import { type BuildCommandOptions, buildOptions, runBuild } from '../run-build.js';

export function registerRun(program: Command): void {
  buildOptions(program.command('run'))
    .description('build without tests; the next build tests what was published')
    .addHelpText('after', '\nExamples:\n  lake run --select shootings')
    .action((options: BuildCommandOptions) => runBuild('run', options));
}
