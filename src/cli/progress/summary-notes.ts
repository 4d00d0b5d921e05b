/** What the end of a run says beside its figures: what was gone on from, left out, not counted, not selected, left over. */
import type { Graph } from '../../compile/types.js';
import { mostlyQuarantined } from '../../quality/guards/silver-guards.js';
import type { RunResult } from '../../run/events.js';
import type { CarriedFlags } from './carried-flags.js';
import { count, counted, moment } from './format.js';
import { leftOverLine } from './left-over-line.js';
import { listed, NAMED } from './named.js';
import type { Paint } from './paint.js';

/** Each as a line, in the order in which they are told. */
export function summaryNotes(
  result: RunResult,
  graph: Graph,
  paint: Paint,
  carried: CarriedFlags,
): readonly string[] {
  return [
    ...(result.notes ?? []).map((note) => paint.yellow(note)),
    ...rehearsal(result),
    ...wentOn(result, carried),
    ...mostlyLeftOut(result, paint),
    ...uncounted(result, paint, carried),
    ...notPublished(result, graph, paint),
    ...leftAbove(result, paint, carried),
    ...leftOver(result, carried),
  ];
}

function rehearsal({ faults, requests }: RunResult): string[] {
  if (faults === undefined) return [];
  const struck = Object.entries(faults).map(([name, times]) => `${times} ${name}`);
  return [
    `Rehearsed: ${struck.length === 0 ? 'no fault struck' : struck.join(', ')} in ${counted(requests, 'request')}`,
  ];
}

/** How much of the work of a run that was killed was there. */
function wentOn({ nodes }: RunResult, { interrupted }: CarriedFlags): string[] {
  const resumed = nodes.flatMap((node) => node.resumed ?? []);
  if (resumed.length === 0) return [];
  const sum = (of: 'saved' | 'bodies') => resumed.reduce((total, one) => total + one[of], 0);
  const from = interrupted
    ? `run ${interrupted.run}, killed at ${moment(interrupted.at)} UTC`
    : 'an earlier run';
  return [
    `Went on from ${from}: ${count(sum('saved'))} of ${counted(sum('bodies'), 'request')} for rows ${sum('saved') === 1 ? 'was' : 'were'} there`,
  ];
}

/** Tables of which less than half was published. */
function mostlyLeftOut({ nodes }: RunResult, paint: Paint): string[] {
  const left = nodes.flatMap(({ id, status, accounting }) =>
    status === 'success' && accounting && mostlyQuarantined(accounting) ? [id] : [],
  );
  if (left.length === 0) return [];
  left.sort();
  const what = left.length === 1 ? 'keeps less than half of its rows' : 'keep less than half of their rows';
  return [paint.yellow(`${listed(left)} ${what}: the others are in quarantine, see the notes above`)];
}

/** What was fetched just now, and that no count of a portal confirms. */
function uncounted({ nodes }: RunResult, paint: Paint, { flags }: CarriedFlags): string[] {
  const number = nodes.filter((node) => node.uncounted).length;
  if (number === 0) return [];
  const [have, whole] =
    number === 1 ? ['has no count at its', 'it is'] : ['have no count at their', 'they are'];
  return [
    paint.dim(
      `${counted(number, 'dataset')} ${have} portal: nothing confirms that ${whole} whole; lake query "from meta.loads where not counted"${flags}`,
    ),
  ];
}

/** Tables of this run that would go to a target, had the active output one of that name. */
function notPublished(
  { nodes, target }: RunResult,
  { skippedPublications = [] }: Graph,
  paint: Paint,
): string[] {
  const built = new Set(nodes.flatMap(({ id, status }) => (status === 'success' ? [id] : [])));
  const left = skippedPublications.filter(({ node }) => built.has(node));
  if (left.length === 0) return [];
  const to = [...new Set(left.map((one) => one.to))].join(', ');
  const tables = [...new Set(left.map(({ node }) => node))];
  return [
    paint.dim(`Not published: ${listed(tables)} to ${to}, which the output ${target} does not declare`),
  ];
}

/** What was read as it is published although its file says something else by now. */
function leftAbove({ changedAbove: left = [] }: RunResult, paint: Paint, { flags }: CarriedFlags): string[] {
  if (left.length === 0) return [];
  const [have, are, they] = left.length === 1 ? ['has', 'is', 'it is'] : ['have', 'are', 'they are'];
  const command =
    left.length > NAMED
      ? `lake build${flags}`
      : `lake build --select ${left.map((id) => `${id}+`).join(' ')}${flags}`;
  return [
    paint.yellow(
      `${listed(left)} ${have} changed and ${are} not selected: read as ${they} published; ${command}`,
    ),
  ];
}

function leftOver({ command, leftOver: names = [] }: RunResult, { flags }: CarriedFlags): string[] {
  return command === 'test' || names.length === 0 ? [] : [leftOverLine(names, flags)];
}
