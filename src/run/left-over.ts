/** What the lake has of a project that once had more: tables and views whose files were taken away or renamed. */
import type { Graph } from '../compile/types.js';
import { LakeError } from '../errors/lake-error.js';
import { didYouMean } from '../errors/nearest.js';
import type { RunSet, TableId } from '../lakehouse/types.js';
import { tablesOf } from './pins.js';

/** Tables and views that a set has and no node of the project publishes. @param owned What these publish, see `tablesOf`. */
export function leftOverIn(owned: readonly TableId[], set: RunSet | undefined): readonly TableId[] {
  const names = new Set(owned);
  return Object.keys({ ...set?.tables, ...set?.views }).filter((id) => !names.has(id));
}

/**
 * Those of them that are named, `gold.report` or `report` for all layers, silver with its quarantine; all where nothing is named.
 * @throws LakeError LK6028 for a table of the project, or a name that the lake has not.
 */
export function droppable(
  graph: Graph,
  set: RunSet | undefined,
  named: readonly string[],
): readonly TableId[] {
  const left = leftOverIn(graph.nodes.flatMap(tablesOf), set);
  if (named.length === 0) return left;
  const found = named.flatMap((name) => {
    const meant = left.filter((id) => {
      const table = id.replace(/__quarantine$/, '');
      return [id, table, table.slice(table.indexOf('.') + 1)].includes(name);
    });
    return meant.length > 0 ? meant : notDroppable(graph, left, name);
  });
  return [...new Set(found)];
}

function notDroppable(graph: Graph, left: readonly TableId[], name: string): never {
  const node = graph.nodes.find(({ id, name: short }) => id === name || short === name);
  if (node) {
    throw new LakeError(
      'LK6028',
      `${node.id} is of the project (${node.path}): the next build would make it again`,
      {
        hint: 'Take its file away first, or write `enabled: false`. To build it anew: `--full-refresh`.',
        details: { table: node.id },
      },
    );
  }
  throw new LakeError('LK6028', `the lake has no table "${name}"`, {
    hint: didYouMean(name, left) ?? 'See what could be dropped with `lake drop`.',
    details: { table: name },
  });
}
