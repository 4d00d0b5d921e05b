import type { Graph } from '../../compile/types.js';
import type { Plan } from '../../plan/types.js';
import { bytes, counted } from '../progress/format.js';
import { leftOverLine } from '../progress/left-over-line.js';

export interface PlanNotesOptions {
  readonly command: string;
  /** What the command needs again: selection, project and target. */
  readonly flags: string;
  /** Of these project and target, for other commands. */
  readonly target?: string;
}

/** The price of the plan in one line, if portals are asked at all, what the project has no longer, and what the project says that has no effect yet. */
export function renderPlanNotes(
  plan: Plan,
  graph: Graph,
  { command, flags, target = '' }: PlanNotesOptions,
): string {
  const bronze = plan.nodes.filter((node) => node.kind === 'bronze');
  const requests = bronze.reduce((sum, node) => sum + node.requests, 0);
  const known = bronze.filter((node) => node.action === 'run' && node.rows !== undefined);
  const rows = known.reduce((sum, node) => sum + (node.rows ?? 0), 0);
  const size = bronze.reduce((sum, node) => sum + (node.bytes ?? 0), 0);
  const uncounted = bronze.filter((node) => node.action === 'run').length - known.length;
  const count = (action: string) => plan.nodes.filter((node) => node.action === action).length;
  const open = bronze.filter((node) => node.open).length;
  const planned = new Set(plan.nodes.map(({ id }) => id));
  const dependent = bronze.filter((node) => node.action === 'depends').length;
  const lines = [
    `${count('run')} to run, ${count('depends')} if what they read changes, ${count('reuse')} to reuse, ${count('error')} in error.`,
    ...(bronze.length === 0
      ? []
      : [
          `Price: ${counted(requests, 'request')}, ${counted(rows, 'row')}${size > 0 ? `, about ${bytes(size)}` : ''}` +
            `${open > 0 ? `, and the further pages of ${counted(open, 'dataset')}, which only the answers tell` : ''}` +
            `${dependent > 0 ? `, and those of ${counted(dependent, 'dataset')} whose files others name` : ''}` +
            `${uncounted > 0 ? `, and ${counted(uncounted, 'dataset')} whose portal does not count` : ''}. Looking took ${counted(plan.observed, 'request')}.`,
        ]),
    ...(plan.leftOver ? [leftOverLine(plan.leftOver, target)] : []),
  ];
  for (const { id, notes = [] } of bronze) for (const note of notes) lines.push(`Note: ${id}: ${note}`);
  const moving = new Set(
    plan.nodes.flatMap(({ id, action }) => (action === 'run' || action === 'depends' ? [id] : [])),
  );
  const uses = (graph.exposures ?? []).filter(({ dependsOn }) => dependsOn.some((id) => moving.has(id)));
  if (uses.length > 0) {
    lines.push('Used outside of the project, by what is to run:');
    for (const { name, label, type, owner, dependsOn } of uses) {
      const who = owner?.name ?? owner?.email;
      const of = dependsOn.filter((id) => moving.has(id)).join(', ');
      lines.push(`  ${label ?? name} (${type}${who === undefined ? '' : `, ${who}`}): ${of}`);
    }
  }
  // What belongs to no dataset or model is the whole project's.
  const dormant = graph.dormant.filter(({ of }) =>
    of === undefined
      ? graph.nodes.every(({ id }) => planned.has(id))
      : graph.nodes.some(({ id, name }) => of.includes(name) && planned.has(id)),
  );
  if (dormant.length > 0) {
    lines.push('No effect yet:');
    for (const { what, count: times, example } of dormant) {
      lines.push(`  ${what} (${times}×, such as ${example.file}:${example.line})`);
    }
  }
  lines.push(
    requests > 0 || count('run') > 0
      ? `Next: lake ${command}${flags}`
      : count('error') > 0
        ? bronze.every(({ error }) => error?.transient ?? true)
          ? 'Next: the same command again; what is in error may pass.'
          : 'Next: what the hints say, then the same command again.'
        : 'Nothing to do.',
  );
  return `\n${lines.join('\n')}\n`;
}
