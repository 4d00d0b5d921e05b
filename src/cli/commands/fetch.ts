import type { Command } from 'commander';
import { type BuildCommandOptions, buildOptions, runBuild } from '../run-build.js';

export function registerFetch(program: Command): void {
  buildOptions(program.command('fetch'))
    .description('bring datasets into bronze, build nothing on them')
    .addHelpText('after', '\nExamples:\n  lake fetch --select tag:toronto')
    .action((options: BuildCommandOptions) => runBuild('fetch', options));
}
