import type { Command } from 'commander';
import { open, selectedNodes } from '../open.js';
import {
  carriedDay,
  carriedFlags,
  dayOption,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  selectOptions,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions &
  SelectOptions & { readonly output?: string; readonly fullRefresh?: boolean; readonly day?: number };

export function registerPlan(program: Command): void {
  projectOptions(outputOption(dayOption(selectOptions(program.command('plan')))))
    .description('say what a build would do, why, and what it costs')
    .option('--full-refresh', 'as if everything were asked for again')
    .addHelpText(
      'after',
      '\nAsks the portals what they hold (about two requests a dataset); writes nothing but target/plan.json.',
    )
    .action(async (options: Options) => {
      const opened = await open(options);
      const selected = await selectedNodes(opened, options);
      const [{ planRun }, { writePlan }] = await Promise.all([
        import('../../run/plan-run.js'),
        import('../../plan/write-plan.js'),
      ]);
      const plan = await planRun({
        ...opened,
        target: opened.project.target,
        selected,
        fullRefresh: options.fullRefresh ?? false,
        day: options.day,
      });
      await writePlan(opened.root, plan);
      const rows = plan.nodes.map((node) => [
        node.id,
        node.action,
        node.reason,
        node.kind === 'bronze' ? node.requests : null,
        node.kind === 'bronze' ? (node.rows ?? null) : null,
      ]);
      await printRows(
        { columns: ['node', 'action', 'reason', 'requests', 'rows'], rows },
        outputFormat(options.output),
        true,
      );
      const { renderPlanNotes } = await import('../output/plan-notes.js');
      process.stderr.write(
        renderPlanNotes(
          plan,
          opened.graph,
          `${selectFlags(options)}${carriedFlags(options)}${carriedDay(options)}`,
        ),
      );
      const errors = plan.nodes.flatMap((node) => (node.kind === 'bronze' && node.error ? [node.error] : []));
      for (const { code, message, hint } of errors)
        process.stderr.write(`${code} ${message}${hint ? `\n  hint: ${hint}` : ''}\n`);
      if (errors.length > 0) process.exitCode = errors.every((error) => error.transient) ? 75 : 1;
    });
}

function selectFlags({ select, exclude }: SelectOptions): string {
  return `${select ? ` --select ${select.join(' ')}` : ''}${exclude ? ` --exclude ${exclude.join(' ')}` : ''}`;
}
