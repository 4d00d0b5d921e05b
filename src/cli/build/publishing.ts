/** What a command publishes beside the lake, and `lake publish --dry-run`. */

import type { CompiledProject } from '../../api/load-and-compile.js';
import type { NodeId } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { PublishRequest } from '../../run/publish/publish-to-targets.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import type { BuildCommand, BuildCommandOptions } from './options.js';

/** Undefined for commands that publish nothing, for samples, and with `--no-publish`. */
export function publishRequest(
  command: BuildCommand,
  selected: readonly NodeId[],
  { to, limit, empty, publish = true }: Pick<BuildCommandOptions, 'to' | 'limit' | 'empty' | 'publish'>,
): PublishRequest | undefined {
  if (command === 'publish') return { nodes: selected, to, ask: true };
  const builds = ['build', 'run', 'seed', 'snapshot'].includes(command);
  return builds && publish && limit === undefined && !empty ? { nodes: selected, ask: false } : undefined;
}

/** @throws LakeError LK7060 where nothing can be published: no target, none of that name, or nothing that says `publish:`. */
export function checkPublish(
  { project, graph }: CompiledProject,
  selected: readonly NodeId[],
  to: readonly string[] = [],
): void {
  const { publish, name } = project.target;
  const targets = Object.keys(publish);
  const lost = to.find((one) => !targets.includes(one));
  if (lost !== undefined || targets.length === 0) {
    throw new LakeError(
      'LK7060',
      lost === undefined
        ? `the output "${name}" declares no publish targets`
        : `the output "${name}" has no publish target "${lost}"`,
      {
        hint:
          (lost === undefined ? undefined : didYouMean(lost, targets)) ??
          (targets.length > 0
            ? `It has ${targets.join(', ')}`
            : 'Choose another one with --target, or write `publish:` under it in profiles.yml'),
      },
    );
  }
  const chosen = new Set(selected);
  if (!(graph.publications ?? []).some(({ node }) => chosen.has(node))) {
    throw new LakeError('LK7060', 'nothing that is selected says `publish:`', {
      hint: `Say it in a dataset's manifest, or under config: of a model: \`publish: [{to: ${targets[0]}}]\``,
    });
  }
}

/** A row each: what a run would do, from what the lake knows. */
export async function dryPublish(
  { project, graph, secrets, root }: CompiledProject,
  request: PublishRequest,
  output: string | undefined,
): Promise<void> {
  const [{ openLake }, { Pins }, { publicationsOf, standings }] = await Promise.all([
    import('../../lakehouse/open-lake.js'),
    import('../../run/pins.js'),
    import('../../run/publish/publish-to-targets.js'),
  ]);
  const lake = await openLake(project.target.lake, root);
  const pins = await Pins.ofGraph(lake, graph, await lake.newestSet());
  const all = await standings({ lake, pins, secrets }, publicationsOf(graph, request));
  const rows = all.map(({ publication, head, held, due }) => [
    publication.id,
    publication.node,
    head?.state.rows ?? null,
    head?.state.version ?? null,
    held?.versions.join(' or ') ?? null,
    head === undefined ? 'never built' : (due ?? 'nothing to do'),
  ]);
  const columns = ['publication', 'table', 'rows', 'version', 'there', 'why'];
  await printRows({ columns, rows }, outputFormat(output), true);
}
