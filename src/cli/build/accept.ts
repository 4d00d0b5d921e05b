/** `--accept dataset[:guard]`: guards that may be passed over in this run. */
import { InvalidArgumentError } from 'commander';
import type { CompiledProject } from '../../api/load-and-compile.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { GUARDS } from '../../quality/guards/guard.js';
import type { RunFlags } from '../../run/context.js';

/** Adds one value of the flag to those before. @throws InvalidArgumentError for what is neither dataset nor dataset:guard. */
export function parseAccept(text: string, previous: RunFlags['accept'] = []): RunFlags['accept'] {
  if (!/^[^:]+(:[^:]*)?$/.test(text)) throw new InvalidArgumentError('write it as dataset or dataset:guard');
  return [...previous, text];
}

/** @throws LakeError LK7005 for a dataset or guard that does not exist: it would be passed over in silence. */
export function checkAccept({ graph }: CompiledProject, accept: RunFlags['accept'] = []): void {
  const datasets = graph.nodes.filter((node) => node.kind === 'bronze').map((node) => node.name);
  for (const [dataset = '', guard] of accept.map((one) => one.split(':'))) {
    if (!datasets.includes(dataset)) {
      throw new LakeError('LK7005', `--accept: no dataset "${dataset}"`, {
        hint: graph.nodes.some(({ id, name }) => name === dataset || id === dataset)
          ? `guards are a dataset's; nodes to select stand before --accept, or behind --select`
          : (didYouMean(dataset, datasets) ?? namesOf(datasets)),
      });
    }
    if (guard === undefined || (GUARDS as readonly string[]).includes(guard)) continue;
    throw new LakeError('LK7005', `--accept: no guard "${guard}"; there are ${GUARDS.join(', ')}`, {
      hint: didYouMean(guard, GUARDS),
    });
  }
}

function namesOf(datasets: readonly string[]): string {
  const shown = datasets.slice(0, 5).join(', ');
  return datasets.length > 5 ? `there are ${shown}, and more: see \`lake ls\`` : `there are ${shown}`;
}
