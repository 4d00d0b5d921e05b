import type { Command } from 'commander';
import { checkDay, open, selectedNodes } from '../open.js';
import {
  dayOption,
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & SelectOptions & { readonly output?: string; readonly day?: number };

export function registerFreshness(program: Command): void {
  projectOptions(outputOption(dayOption(nodeOptions(program.command('freshness')))))
    .summary('how old datasets are, and may be')
    .description('say how old datasets are, and whether `freshness:` allows it')
    .addHelpText(
      'after',
      `
\`of: portal\` asks the portal for its own date; \`loaded\` and a field are read from the lake alone. What a local portal
serves is judged by that portal's day: its newest date.
Exits with 1 when a dataset is older than \`error_after\`, or its age is not known.

Examples:
  lake freshness
  lake freshness --select tag:police --output json`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      checkDay(opened, options);
      const selected = await selectedNodes(opened, options);
      const { judgeAll } = await import('../../run/freshness.js');
      const judged = await judgeAll({
        ...opened,
        target: opened.project.target,
        selected,
        day: options.day,
      });
      const limits = new Map(opened.project.datasets.map(({ name, freshness }) => [name, freshness]));
      const written = (name: string, key: 'warnAfter' | 'errorAfter') => {
        const limit = limits.get(name)?.[key];
        return limit ? `${limit.count} ${limit.unit}${limit.count === 1 ? '' : 's'}` : null;
      };
      const rows = judged.map(({ dataset, status, of, at, ageDays, note }) => [
        dataset,
        status,
        of,
        at ?? null,
        ageDays ?? null,
        written(dataset, 'warnAfter'),
        written(dataset, 'errorAfter'),
        note ?? null,
      ]);
      const columns = ['dataset', 'status', 'of', 'at', 'age_days', 'warn_after', 'error_after', 'note'];
      await printRows({ columns, rows, sentences: 'note' }, outputFormat(options.output));
      const asOf = judged.find((one) => one.asOf !== undefined)?.asOf;
      if (asOf !== undefined)
        process.stderr.write(`Ages are counted to ${asOf}, the newest date of the local portal.\n`);
      if (judged.length === 0)
        process.stderr.write('No selected dataset has `freshness:` in its manifest.\n');
      if (judged.some(({ status }) => status === 'error' || status === 'unknown')) process.exitCode = 1;
    });
}
