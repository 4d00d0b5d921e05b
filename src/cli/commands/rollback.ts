import type { Command } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import type { Restoration } from '../../lakehouse/restore/restore-version.js';
import type { AfterRollback } from '../../run/after-rollback.js';
import { open, selectedNodes } from '../open.js';
import {
  carriedFlags,
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import { moment } from '../progress/format.js';

interface Options extends ProjectOptions, SelectOptions {
  readonly output?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
}

export function registerRollback(program: Command): void {
  projectOptions(outputOption(nodeOptions(program.command('rollback'))))
    .summary('a table as it was at an earlier version')
    .description(
      "publish an earlier version of a table again, as Delta's RESTORE does: its files, columns, cursors and test results of then; no file is copied, and the versions in between stay",
    )
    .option(
      '--to <when>',
      'a version of the table, or a time (several tables: the set of then); by default the rows before those of now',
    )
    .option('--dry-run', 'say what would be done, and publish nothing')
    .addHelpText(
      'after',
      `
Examples:
  lake rollback gold.trees_by_area
  lake rollback silver.shootings --to 7 --dry-run
  lake rollback +gold.trees_by_area --to 2026-01-31T12:00:00Z

Which versions there are: lake history silver.shootings --versions
A build after it makes a table anew whose SQL or inputs are not those of then, and asks portals again: bring back what was wrong first.`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      if (!options.select) {
        throw new LakeError('LK7006', 'no table is named', {
          hint: 'name what goes back: `lake rollback gold.trees_by_area`',
        });
      }
      const opened = await open(options);
      const selected = await selectedNodes(opened, options);
      const { rollback } = await import('../../run/rollback.js');
      const { restorations, published, next } = await rollback({
        root: opened.root,
        graph: opened.graph,
        target: opened.project.target,
        selected,
        to: options.to,
        dryRun: options.dryRun ?? false,
      });
      const columns = [
        'table',
        'from',
        'to',
        'published (UTC)',
        'rows now',
        'rows then',
        'files back',
        'files out',
      ];
      await printRows({ columns, rows: restorations.map(rowOf) }, outputFormat(options.output), true);
      const flags = carriedFlags(options);
      const done = options.dryRun
        ? ['A dry run: nothing was published.']
        : [
            `Published: ${Object.entries(published)
              .map(([table, version]) => `${table} version ${version}`)
              .join(', ')}.`,
          ];
      process.stderr.write([...done, ...nextLines(next, flags)].map((line) => `${line}\n`).join(''));
    });
}

function rowOf({ table, now, to, restored, removed }: Restoration): readonly unknown[] {
  const at = moment(to.state.at);
  return [table, now.version, to.version, at, now.state.rows, to.state.rows, restored.length, removed.length];
}

/** The next build in sentences: what it would do about each table. */
function nextLines(next: readonly AfterRollback[], flags: string): readonly string[] {
  const lines = next.map(({ id, action, reason }) =>
    action === 'stays'
      ? `  ${id} stays as it is now`
      : action === 'asks'
        ? `  ${id}: ${reason}`
        : `  ${id} is built: ${reason}`,
  );
  if (lines.length === 0) return [];
  const isKept = next.every(({ action }) => action === 'stays');
  const leaveOut = next.filter(({ action }) => action !== 'stays').map(({ id }) => id);
  return [
    'The next build:',
    ...lines,
    ...(isKept
      ? []
      : [`To keep a table as it is now, leave it out: \`lake build --exclude ${leaveOut[0]}${flags}\`.`]),
  ];
}
