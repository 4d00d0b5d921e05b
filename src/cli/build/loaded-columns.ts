/** `--empty`: what portals call their columns is known from what was loaded, where a manifest declares none. */

import type { CompiledProject } from '../../api/load-and-compile.js';
import type { NodeId } from '../../compile/types.js';
import { openLake } from '../../lakehouse/open-lake.js';

/** Columns of bronze tables without declared fields, as the lake of the target has them; none for what was never loaded. */
export async function loadedColumns({
  graph,
  root,
  project,
}: CompiledProject): Promise<ReadonlyMap<NodeId, readonly string[]>> {
  const undeclared = graph.nodes.filter((node) => node.kind === 'bronze' && node.binds === undefined);
  if (undeclared.length === 0) return new Map();
  const lake = await openLake(project.target.lake, root);
  const columns = undeclared.map(async ({ id }) => {
    const head = await lake.head(id);
    const names = (head?.state.files ?? []).flatMap((file) => file.columns ?? []);
    return [id, [...new Set(names)]] as const;
  });
  return new Map(await Promise.all(columns));
}
