/** What the nodes of seeds and snapshots have in common: tables of gold that YAML describes and no file of SQL makes. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Seed, Snapshot } from '../../project/types.js';
import type { ModelNode } from '../types.js';
import { ofNode, type RenderedHooks } from './hooks.js';
import { layoutOf } from './layout.js';

/** All but what is materialized, of what, and its hash. A mistake in its rows stands where YAML or the file names it. */
export function storedNode(
  stored: Seed | Snapshot,
  hooks: RenderedHooks,
  report: (diagnostic: Diagnostic) => void,
) {
  const { name, path, description, tags, config, at } = stored;
  return {
    id: `gold.${name}`,
    kind: 'model',
    name,
    layer: 'gold',
    path,
    description,
    tags,
    origins: [{ outLine: 1, outCol: 1, file: at.file, line: at.line, col: at.col, verbatim: false }],
    columns: stored.columns.map((column) => ({
      name: column.name,
      type: '',
      description: column.description,
      at: column.at,
    })),
    partitionBy: [],
    ...layoutOf(name, config, stored.configAt ?? {}, at, report),
    config,
    ...(stored.configAt && { configAt: stored.configAt }),
    ...ofNode(hooks),
    ...(typeof config['group'] === 'string' && { group: config['group'] }),
    neverReuse: false,
  } as const satisfies Partial<ModelNode>;
}
