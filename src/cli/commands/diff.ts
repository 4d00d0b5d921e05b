import type { Command } from 'commander';
import { open } from '../open.js';
import { outputOption, type ProjectOptions, positive, projectOptions } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & {
  readonly output?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
};

export function registerDiff(program: Command): void {
  projectOptions(outputOption(program.command('diff')))
    .summary('compare two versions of a dataset')
    .description('compare two versions of a dataset: reformatted columns apart from edits')
    .argument('<dataset>', 'a dataset')
    .option('--from <version|load>', 'the older side; by default what stood before the newer')
    .option('--to <version|load>', 'the newer side; by default what is published')
    .option('--limit <n>', 'edits, and rows added and removed, that are listed', positive, 20)
    .addHelpText(
      'after',
      `
A version is a number of the silver table, a load an id of meta.loads; loads that a guard took back can be compared, too.

Examples:
  lake diff shootings
  lake diff shootings --from 1 --to 3
  lake diff shootings --output json --limit 1000`,
    )
    .action(async (dataset: string, options: Options) => {
      const opened = await open(options);
      const { diffDataset } = await import('../../run/compare/diff.js');
      const diff = await diffDataset({
        ...opened,
        target: opened.project.target,
        dataset,
        from: options.from,
        to: options.to,
        limit: options.limit,
      });
      const format = outputFormat(options.output);
      const { diffRows, diffText } = await import('../output/diff-text.js');
      if (format === 'table') process.stdout.write(diffText(diff, options.limit));
      else await printRows(diffRows(diff), format);
    });
}
