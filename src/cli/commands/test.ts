import type { Command } from 'commander';
import { type BuildCommandOptions, runOptions } from '../build/options.js';
import { runBuild } from '../build/run-build.js';
import { open } from '../open.js';
import { withNodes } from '../options.js';

export function registerTest(program: Command): void {
  runOptions(program.command('test'))
    .option('--generate <model>', 'write a unit test of this model from a few published rows, and run it')
    .option('-v, --verbose', 'name every test, also where there are more than 20')
    .summary('test what is published')
    .description('test what is published; tests that passed for these versions are not run again')
    .addHelpText(
      'after',
      '\nExamples:\n  lake test\n  lake test --select gold.*\n  lake test --select test_type:unit\n  lake test --generate orders_by_day',
    )
    .action(async (nodes: string[], options: BuildCommandOptions & { readonly generate?: string }) => {
      if (options.generate === undefined) return runBuild('test', withNodes(options, nodes));
      const { generateUnitTest } = await import('../build/generate.js');
      const id = await generateUnitTest(await open(options), options.generate);
      return runBuild('test', { ...options, select: [id] });
    });
}
