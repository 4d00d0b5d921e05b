import type { Command } from 'commander';
import { checkDay, open, selectedNodes } from '../open.js';
import {
  carriedDay,
  carriedFlags,
  dayOption,
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions &
  SelectOptions & { readonly output?: string; readonly fullRefresh?: boolean; readonly day?: number };

export function registerPlan(program: Command): void {
  projectOptions(outputOption(dayOption(nodeOptions(program.command('plan')))))
    .summary('what a build would do, why, at what cost')
    .description('say what a build would do, why, and what it costs')
    .option('--full-refresh', 'as if everything were asked for again')
    .addHelpText(
      'after',
      `
Asks the portals what they hold (about two requests a dataset); writes nothing but target/plan.json.

Examples:
  lake plan
  lake plan --select tag:toronto --output json`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      checkDay(opened, options);
      const selected = await selectedNodes(opened, options);
      const [{ makePlan }, { planRows }, { renderPlanNotes }] = await Promise.all([
        import('../make-plan.js'),
        import('../output/plan-rows.js'),
        import('../output/plan-notes.js'),
      ]);
      const plan = await makePlan(opened, selected, options);
      const format = outputFormat(options.output);
      await printRows(planRows(plan, { forPerson: format === 'table' }), format, true);
      const flags = `${selectFlags(options)}${carriedFlags(options)}${carriedDay(options)}`;
      process.stderr.write(
        renderPlanNotes(plan, opened.graph, { command: 'build', flags, target: carriedFlags(options) }),
      );
    });
}

function selectFlags({ select, exclude }: SelectOptions): string {
  return `${select ? ` --select ${select.join(' ')}` : ''}${exclude ? ` --exclude ${exclude.join(' ')}` : ''}`;
}
