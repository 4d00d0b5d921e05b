import type { Command } from 'commander';
import { open, selectedNodes } from '../open.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  positive,
  projectOptions,
  type SelectOptions,
  sampleOption,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & SelectOptions & { readonly output?: string; readonly limit: number };

const DEFAULT_LIMIT = 20;

export function registerHistory(program: Command): void {
  sampleOption(projectOptions(outputOption(nodeOptions(program.command('history')))))
    .summary('loads and runs, newest first')
    .description('list loads and runs of the lake, newest first')
    .option('--limit <n>', 'most lines', positive, DEFAULT_LIMIT)
    .addHelpText(
      'after',
      `
Examples:
  lake history
  lake history --select shootings --limit 5
  lake history --output json | jq '.[] | select(.status == "rejected")'

All columns, and the requests of each load: lake query "from meta.loads", "from meta.pages", "from meta.runs"`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const ids = options.select || options.exclude ? await selectedNodes(opened, options) : undefined;
      const datasets =
        ids &&
        new Set(ids.filter((id) => /^(bronze|silver)\./.test(id)).map((id) => id.replace(/^\w+\./, '')));
      const [{ openLake }, { timeline }, { timelineRows }] = await Promise.all([
        import('../../lakehouse/open-lake.js'),
        import('../../lakehouse/meta/timeline.js'),
        import('../output/timeline-rows.js'),
      ]);
      const all = await timeline(await openLake(opened.project.target.lake, opened.root), datasets);
      const format = outputFormat(options.output);
      await printRows(timelineRows(all.slice(0, options.limit), format), format, true);
      if (all.length === 0)
        process.stderr.write(`Nothing was loaded in target ${opened.project.target.name} yet.\n`);
      if (all.length > options.limit) {
        process.stderr.write(
          `… ${all.length - options.limit} older ones; show more with --limit ${options.limit * 10}\n`,
        );
      }
    });
}
