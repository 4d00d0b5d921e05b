/** The node of a seed: a CSV file of the project as a table. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Json, Seed } from '../../project/types.js';
import { hashOf, SEMANTICS_VERSION } from '../hash.js';
import type { SqlMacros } from '../sql/macros.js';
import type { ModelNode, SeedSpec } from '../types.js';
import { hooksEssence, type RenderedHooks } from './hooks.js';
import { layoutEssence } from './layout.js';
import { storedNode } from './stored.js';

/** `gold.<name>`; its rows are decided by the file's bytes and by how they are to be read. */
export function seedNode(
  seed: Seed,
  hooks: RenderedHooks,
  macros: SqlMacros,
  report: (diagnostic: Diagnostic) => void,
): ModelNode {
  const spec = seedSpec(seed);
  const node = storedNode(seed, hooks, report);
  return {
    ...node,
    dependsOn: [...hooks.refs.keys()].sort(),
    materialized: 'seed',
    sql: '',
    columns: node.columns.map((column) => ({ ...column, type: spec.columnTypes[column.name] ?? '' })),
    definitionHash: hashOf({
      semantics: SEMANTICS_VERSION,
      ...spec,
      path: undefined,
      ...layoutEssence(seed.config['sort_by']),
      hooks: hooksEssence(hooks, macros),
    }),
    seed: spec,
  };
}

function seedSpec({ path, sha256, config }: Seed): SeedSpec {
  const text = (key: string): string | undefined =>
    config[key] === undefined ? undefined : String(config[key]);
  return {
    path,
    sha256,
    delimiter: text('delimiter') ?? (path.toLowerCase().endsWith('.tsv') ? '\t' : ','),
    quote: text('quote') ?? '"',
    columnTypes: (config['column_types'] ?? {}) as Readonly<Record<string, Json>> as SeedSpec['columnTypes'],
  };
}
