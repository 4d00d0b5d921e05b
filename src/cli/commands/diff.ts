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
    .summary('compare two versions of a dataset or table')
    .description('compare two versions of a dataset or table: reformatted columns apart from edits')
    .argument('<dataset>', 'a dataset, a model, seed or snapshot, any table of the lake')
    .option('--from <version|load>', 'the older side; by default what stood before the newer')
    .option('--to <version|load>', 'the newer side; by default what is published')
    .option('--limit <n>', 'edits, and rows added and removed, that are listed', positive, 20)
    .addHelpText(
      'after',
      `
A version is a number of the table, of a dataset that of silver; a load is an id of meta.loads: loads that a guard took back can be
compared, too. Rows of a model are found again by its unique_key, else by a column with a unique test, else they are counted.

Examples:
  lake diff shootings
  lake diff shootings --from 1 --to 3
  lake diff gold.shootings_by_day
  lake diff shootings --output json --limit 1000`,
    )
    .action(async (dataset: string, options: Options) => {
      const opened = await open(options);
      const [{ diffDataset, isDataset }, { diffTable }, { diffRows, diffText, tableDiffText }] =
        await Promise.all([
          import('../../run/compare/diff.js'),
          import('../../run/compare/diff-table.js'),
          import('../output/diff-text.js'),
        ]);
      const asked = { ...opened, ...options, target: opened.project.target, dataset };
      const diff = isDataset(opened.graph, dataset) ? await diffDataset(asked) : await diffTable(asked);
      const format = outputFormat(options.output);
      if (format === 'table')
        process.stdout.write(
          'table' in diff ? tableDiffText(diff, options.limit) : diffText(diff, options.limit),
        );
      else await printRows(diffRows(diff), format);
    });
}
