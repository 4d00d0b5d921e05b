/** `--accept dataset[:guard]`: guards that may be passed over in this run. */
import { InvalidArgumentError } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { OpenProject } from '../../open-project.js';
import { GUARDS } from '../../quality/guards/guard.js';
import type { RunFlags } from '../../run/context.js';

/** `shootings` accepts every guard, `shootings:row_drop` one. @throws InvalidArgumentError for anything else. */
export function parseAccept(text: string, previous: RunFlags['accept'] | undefined): RunFlags['accept'] {
  const accept = new Map(previous ?? []);
  const [dataset, guard, ...rest] = text.split(':');
  if (!dataset || rest.length > 0) throw new InvalidArgumentError('write it as dataset or dataset:guard');
  const known = accept.get(dataset);
  if (guard === undefined) accept.set(dataset, 'all');
  else if (known !== 'all') accept.set(dataset, new Set([...(known ?? []), guard]));
  return accept;
}

/** @throws LakeError LK7005 for a dataset or guard that does not exist: it would be passed over in silence. */
export function checkAccept({ graph }: OpenProject, accept: RunFlags['accept'] = new Map()): void {
  const datasets = graph.nodes.filter((node) => node.kind === 'bronze').map((node) => node.name);
  for (const [dataset, guards] of accept) {
    if (!datasets.includes(dataset)) {
      throw new LakeError('LK7005', `--accept: no dataset "${dataset}"`, {
        hint: didYouMean(dataset, datasets) ?? namesOf(datasets),
      });
    }
    for (const guard of guards === 'all' ? [] : guards) {
      if ((GUARDS as readonly string[]).includes(guard)) continue;
      throw new LakeError('LK7005', `--accept: no guard "${guard}"; there are ${GUARDS.join(', ')}`, {
        hint: didYouMean(guard, GUARDS),
      });
    }
  }
}

function namesOf(datasets: readonly string[]): string {
  const shown = datasets.slice(0, 5).join(', ');
  return datasets.length > 5 ? `there are ${shown}, and more: see \`lake ls\`` : `there are ${shown}`;
}

/** As it is typed: `shootings:row_drop`. */
export function acceptWords(accept: RunFlags['accept'] = new Map()): readonly string[] {
  return [...accept].flatMap(([dataset, guards]) =>
    guards === 'all' ? [dataset] : [...guards].map((guard) => `${dataset}:${guard}`),
  );
}
