/** `--dry-run`: what the command would request and build, how much that is, and nothing done. */
import type { CompiledProject } from '../../api/load-and-compile.js';
import { carriedDay, carriedFlags } from '../options.js';
import { addressLines, planRows } from '../output/plan-rows.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import { readBackfill } from './backfill.js';
import type { BuildCommand, BuildCommandOptions } from './options.js';

/** Asks the portals what they hold; writes nothing but `target/plan.json`. Exits as a build would that fails like this. */
export async function dryRun(
  command: BuildCommand,
  opened: CompiledProject,
  selected: readonly string[],
  options: BuildCommandOptions,
): Promise<void> {
  const { makePlan } = await import('../make-plan.js');
  const plan = await makePlan(opened, selected, {
    ...options,
    backfill: readBackfill(options),
  });
  const format = outputFormat(options.output);
  await printRows(
    planRows(plan, { addresses: format === 'json', forPerson: format === 'table' }),
    format,
    true,
  );
  if (options.verbose && format === 'table') process.stdout.write(addressLines(plan));
  const { renderPlanNotes } = await import('../output/plan-notes.js');
  process.stderr.write(
    renderPlanNotes(plan, opened.graph, {
      command,
      flags: `${flagsOf(options)}${carriedFlags(options)}${carriedDay(options)}`,
      target: carriedFlags(options),
    }),
  );
}

function flagsOf({ select, exclude, fullRefresh, limit, since, until, by }: BuildCommandOptions): string {
  return [
    select ? ` --select ${select.join(' ')}` : '',
    exclude ? ` --exclude ${exclude.join(' ')}` : '',
    fullRefresh ? ' --full-refresh' : '',
    limit === undefined ? '' : ` --limit ${limit}`,
    since ? ` --since ${since}` : '',
    until ? ` --until ${until}` : '',
    by ? ` --by ${by}` : '',
  ].join('');
}
