/** The plan of a selection: what `plan` prints, and `build --dry-run`. */
import type { CompiledProject } from '../api/load-and-compile.js';
import type { Plan } from '../plan/types.js';
import type { RunFlags } from '../run/context.js';

export interface PlanFlags {
  readonly fullRefresh?: boolean;
  readonly day?: number;
  readonly limit?: number;
  readonly backfill?: RunFlags['backfill'];
}

/**
 * Asks the portals, writes `target/plan.json`, says on standard error what is in error and sets the exit code that a build
 * would have for it.
 */
export async function makePlan(
  opened: CompiledProject,
  selected: readonly string[],
  { fullRefresh, day, limit, backfill }: PlanFlags,
): Promise<Plan> {
  const [{ planRun }, { writePlan }] = await Promise.all([
    import('../run/plan-run.js'),
    import('../plan/write-plan.js'),
  ]);
  const plan = await planRun({
    ...opened,
    target: opened.project.target,
    selected,
    fullRefresh: fullRefresh ?? false,
    day,
    limit,
    backfill,
  });
  await writePlan(opened.root, plan);
  const errors = plan.nodes.flatMap((node) => (node.kind === 'bronze' && node.error ? [node.error] : []));
  for (const { code, message, hint } of errors) {
    process.stderr.write(`${code} ${message}${hint ? `\n  hint: ${hint}` : ''}\n`);
  }
  if (errors.length > 0) process.exitCode = errors.every((error) => error.transient) ? 75 : 1;
  return plan;
}
