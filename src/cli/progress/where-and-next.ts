/** Where the tables of a run lie, and what to type next. */
import { relative, resolve } from 'node:path';
import type { CompiledProject } from '../../api/load-and-compile.js';
import { type NodeResult, type RunResult, tookLoadsBack } from '../../run/events.js';
import type { CarriedFlags } from './carried-flags.js';
import { isStopped } from './headline.js';
import { NAMED } from './named.js';
import type { Paint } from './paint.js';

/** A line each. */
export function whereAndNext(
  result: RunResult,
  opened: CompiledProject,
  paint: Paint,
  { flags, day, sample, empty }: CarriedFlags,
): string[] {
  const { project, root, graph } = opened;
  const lines: string[] = [];
  const { lake } = project.target;
  const where =
    lake.type === 'local'
      ? relative('.', resolve(root, lake.path ?? '')) || '.'
      : `${lake.type === 'gcs' ? 'gs' : 's3'}://${lake.bucket}/${lake.prefix ?? ''}`.replace(/\/$/, '');
  if (result.set !== undefined && result.command !== 'test') {
    lines.push(
      paint.dim(
        `Tables: ${where}/${layersOf(opened)}/ (Delta Lake) · all of them in plain DuckDB: ${where}/views.sql`,
      ),
    );
  }
  const failed = result.nodes.filter((node) => node.status === 'error');
  if (empty)
    lines.push(
      'All SQL ran over inputs without rows: nothing was published to the lake of the target, and no test was run.',
    );
  if (sample)
    lines.push(
      'This is a sample: nothing of it was published to the lake of the target, and no cursor moved.',
    );
  const codes = [...new Set(result.nodes.flatMap((node) => node.error?.code ?? []))].sort();
  if (codes.length > 0)
    lines.push(
      `More: ${codes
        .slice(0, 3)
        .map((code) => `\`lake explain ${code}\``)
        .join(' · ')}`,
    );
  if (result.exitCode === 75) lines.push(`Next: \`lake retry\`; what failed may pass.`);
  else if (isStopped(result)) lines.push('Next: the same command again; it goes on from here.');
  else if (failed.length > 0) {
    lines.push(`Next: ${afterFailure(result, failed, graph, { flags, day })}`);
  } else if (result.command === 'test') return lines;
  else if (empty) lines.push(`Next: lake build${flags}${day}`);
  else {
    const shown = worthALook(result, graph);
    if (shown) lines.push(`Next: lake query "from ${shown} limit 5"${sample ? ' --sample' : ''}${flags}`);
  }
  return lines;
}

/** Several failures have one command: it knows what they were, and what was skipped for them. */
function afterFailure(
  { command, nodes }: RunResult,
  failed: readonly NodeResult[],
  graph: CompiledProject['graph'],
  { flags, day }: Pick<CarriedFlags, 'flags' | 'day'>,
): string {
  // What was built is fine: the targets are to be brought up to date, nothing else.
  if (failed.every(({ kind }) => kind === 'publication')) {
    const of = [...new Set(failed.map((one) => one.of))];
    return `mend what failed, then \`lake publish --select ${of.join(' ')}${flags}\``;
  }
  const every = (code: string) => failed.every(({ error }) => error?.code === code);
  // Nothing is wrong with these datasets: another target has to be asked.
  const real = failed[0]!.error?.details?.['realTarget'];
  if (every('LK3126') && real !== undefined) {
    const names = failed.map(({ id }) => `${id.replace(/^bronze\./, '')}+`);
    const project = flags.replace(/ --target \S+/, '');
    return `lake ${command} --target ${real}${names.length > NAMED ? '' : ` --select ${names.join(' ')}`}${project}`;
  }
  // Tests of others that waited for what failed: no `+` reaches them.
  const waited = nodes.some(({ tests }) => tests.some((test) => test.afterFailure));
  if ((failed.length > 1 || waited) && !every('LK4010'))
    return `mend what failed, then \`lake retry${flags}\``;
  // A load that was taken back has to be asked for again: the dataset's name means its bronze, too.
  const names = failed.map((node) =>
    tookLoadsBack(node)
      ? node.id.replace(/^silver\./, '')
      : (mistakenView(node, graph) ?? node.id.replace(/^tests of /, '')),
  );
  // Nothing is wrong with the node itself: what it reads was not part of the run.
  if (every('LK4010'))
    return `lake build --select ${names.map((name) => `+${name}+`).join(' ')}${flags}${day}`;
  return `mend what failed, then \`lake ${command} --select ${names[0]}+${flags}${day}\``;
}

/** The view or ephemeral in whose SQL the engine found the mistake: that is what is mended. */
function mistakenView({ error }: NodeResult, { nodes }: CompiledProject['graph']): string | undefined {
  const view = error?.details?.['view'] as { readonly name: string } | undefined;
  return nodes.find(({ id }) => id === view?.name)?.id;
}

/**
 * A table of this run that exists: one that it built rather than one that stayed, the nearest to gold; a model before a seed or
 * snapshot, rows before a view, and of these the last, to which the others led.
 */
function worthALook({ nodes }: RunResult, { nodes: all }: CompiledProject['graph']): string | undefined {
  const tables = nodes.filter((node) => node.version !== undefined && node.kind !== 'test');
  const built = tables.filter(({ status }) => status === 'success');
  const place = new Map(all.map(({ id }, i) => [id, i]));
  const hasRows = ({ rows }: NodeResult) => (rows === undefined ? 0 : 1);
  const inOrder = [...(built.length > 0 ? built : tables)].sort(
    (a, b) => hasRows(a) - hasRows(b) || place.get(a.id)! - place.get(b.id)!,
  );
  const last = (kind: NodeResult['kind'], but: ReadonlySet<string> = new Set()) =>
    inOrder.findLast((node) => node.kind === kind && !but.has(node.id));
  const given = all.flatMap((node) =>
    node.kind === 'model' && (node.seed || node.snapshot) ? [node.id] : [],
  );
  return (last('model', new Set(given)) ?? last('model') ?? last('silver') ?? last('bronze'))?.id;
}

/** `{bronze,silver,gold}`, or the one layer that the project has. */
function layersOf({ graph }: CompiledProject): string {
  const layers = LAYERS.filter((layer) => graph.nodes.some(({ id }) => id.startsWith(`${layer}.`)));
  return layers.length === 1 ? layers[0]! : `{${layers.join(',')}}`;
}

const LAYERS = ['bronze', 'silver', 'gold'];
