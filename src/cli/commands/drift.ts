import type { Command } from 'commander';
import { open } from '../open.js';
import { outputOption, type ProjectOptions, projectOptions } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & {
  readonly output?: string;
  readonly fail?: boolean;
  readonly accept?: boolean;
  readonly history?: boolean;
};

export function registerDrift(program: Command): void {
  projectOptions(outputOption(program.command('drift')))
    .summary('what the newest load changed')
    .description('say what the newest load changed: columns, types, formats, values')
    .argument('[datasets...]', 'datasets; by default all')
    .option('--fail', 'exit with 1 on drift from the baseline, which stays until --accept')
    .option('--accept', 'take the newest load as the baseline')
    .option('--history', 'how the columns changed from load to load')
    .addHelpText(
      'after',
      `
Compares with the accepted baseline where there is one, else with the load before; a load that a guard took back counts, too.

Examples:
  lake drift shootings
  lake drift --fail                       in CI: the first time it takes the load before as the baseline
  lake drift --accept shootings           the newest load is as it should be`,
    )
    .action(async (datasets: readonly string[], options: Options) => {
      const opened = await open(options);
      const format = outputFormat(options.output);
      const project = { ...opened, target: opened.project.target, datasets };
      if (options.history) {
        const { columnHistory } = await import('../../run/compare/column-history.js');
        const history = await columnHistory(project);
        const rows = history.map((h) => [h.dataset, h.loadId, h.at, h.columns, h.rejected, h.change]);
        await printRows(
          { columns: ['dataset', 'load', 'at', 'columns', 'rejected', 'change'], rows, sentences: 'change' },
          format,
        );
        return;
      }
      const { acceptDrift, findDatasetDrift } = await import('../../run/compare/drift.js');
      if (options.accept) {
        for (const { dataset, loadId } of await acceptDrift(project)) {
          if (loadId !== undefined || datasets.length > 0)
            process.stderr.write(
              `${dataset}: ${loadId ? `the baseline is now load ${loadId}` : 'never loaded'}\n`,
            );
        }
        return;
      }
      const reports = await findDatasetDrift({ ...project, keepBaseline: options.fail ?? false });
      if (format === 'table') {
        const { driftText } = await import('../output/drift-text.js');
        process.stdout.write(driftText(reports));
      } else {
        const rows = reports.flatMap(({ dataset, from, to, drift }) =>
          drift.map((d) => [dataset, d.column, d.kind, d.drift, d.before, d.now, from?.loadId, to?.loadId]),
        );
        const columns = ['dataset', 'column', 'kind', 'drift', 'before', 'now', 'from_load', 'to_load'];
        await printRows({ columns, rows }, format);
      }
      const drifted = reports.filter(({ drift }) => drift.length > 0).map(({ dataset }) => dataset);
      if (options.fail && drifted.length > 0) {
        process.stderr.write(
          `${drifted.length === 1 ? '1 dataset has' : `${drifted.length} datasets have`} drifted from the baseline. If this is right: lake drift --accept ${drifted.join(' ')}\n`,
        );
        process.exitCode = 1;
      }
    });
}
