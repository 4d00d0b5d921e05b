/** Whether the selected datasets and microbatch models can be asked for a time, before anything is asked. */
import type { BronzeNode, Graph, NodeId } from '../compile/types.js';
import { LakeError } from '../errors/lake-error.js';
import { dateOf, stretchesOf } from '../observe/stretches.js';
import type { Backfill } from '../observe/types.js';
import { sourceFor } from '../sources/index.js';

/** More stretches than this, of each part, are a mistake in the dates rather than a backfill. */
const MOST_STRETCHES = 1000;

/**
 * @throws LakeError LK7020 for dates that cannot be read or are in the wrong order, LK7021 when a selected dataset has no
 * cursor that its portal could be asked by.
 */
export function checkBackfill(
  graph: Graph,
  selected: readonly NodeId[],
  backfill: Backfill & { readonly fullRefresh?: boolean },
  now: Date,
): void {
  const { since, until } = backfill;
  for (const [flag, text] of [['--since', since] as const, ['--until', until] as const]) {
    if (text === undefined || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(dateOf(text).getTime())))
      continue;
    throw new LakeError('LK7020', `${flag}: "${text}" is not a date`, {
      hint: 'write it as 2024-01-31 or 2024-01-31T12:00:00',
    });
  }
  const stretches = stretchesOf(backfill, '', now).length;
  if (stretches === 0) {
    throw new LakeError('LK7020', `--since ${since} is not before --until ${until ?? 'now'}`, {
      hint: '--until itself is not included',
    });
  }
  if (stretches > MOST_STRETCHES) {
    throw new LakeError(
      'LK7020',
      `--by ${backfill.by} makes ${stretches.toLocaleString('en')} stretches; at most ${MOST_STRETCHES.toLocaleString('en')} are asked for`,
      { hint: 'choose a longer --by, or fewer days' },
    );
  }
  const chosen = new Set(selected);
  const datasets = graph.nodes.filter((n): n is BronzeNode => n.kind === 'bronze' && chosen.has(n.id));
  if (backfill.fullRefresh && datasets.length > 0) {
    throw new LakeError('LK7020', '--since and --full-refresh exclude each other for datasets', {
      hint: '--full-refresh asks a portal for everything, --since for some of it; microbatch models alone may have both',
    });
  }
  const [able, unable] = [
    datasets.filter((n) => canBeAsked(graph, n)),
    datasets.filter((n) => !canBeAsked(graph, n)),
  ];
  if (unable.length > 0) {
    const names = unable.slice(0, 5).map((node) => node.name);
    const rest = unable.length > names.length ? ` and ${unable.length - names.length} more` : '';
    throw new LakeError(
      'LK7021',
      `--since is for datasets of mode append or upsert whose portal can be asked by their cursor; not for ${names.join(', ')}${rest}`,
      {
        hint:
          able.length > 0
            ? `select the ones it is for: --select ${able.map((node) => node.name).join(' ')}`
            : 'give a dataset `load: {mode: append, cursor: …}`, or load it in full with `--full-refresh`',
      },
    );
  }
  const batched = graph.nodes.some(
    (node) => chosen.has(node.id) && node.kind === 'model' && node.incrementalSpec?.batches !== undefined,
  );
  if (datasets.length === 0 && !batched)
    throw new LakeError('LK7021', 'nothing is selected that --since could be for', {
      hint: 'select a dataset with a cursor, or a microbatch model: --select <name>',
    });
}

function canBeAsked(graph: Graph, { dataset }: BronzeNode): boolean {
  const { mode, cursor } = dataset.load;
  const portal = graph.portals[dataset.portal];
  return (
    mode !== 'replace' && cursor !== undefined && portal !== undefined && sourceFor(portal.type).incremental
  );
}
