/** The node of a seed: a CSV file of the project as a table. */
import type { Json, Seed } from '../../project/types.js';
import { hashOf, SEMANTICS_VERSION } from '../hash.js';
import type { SqlMacros } from '../sql/macros.js';
import type { ModelNode, SeedSpec } from '../types.js';
import { hooksEssence, ofNode, type RenderedHooks } from './hooks.js';

/** `gold.<name>`; its rows are decided by the file's bytes and by how they are to be read. */
export function seedNode(seed: Seed, hooks: RenderedHooks, macros: SqlMacros): ModelNode {
  const { name, path, description, tags, config, at } = seed;
  const spec = seedSpec(seed);
  return {
    id: `gold.${name}`,
    kind: 'model',
    name,
    layer: 'gold',
    path,
    description,
    tags,
    dependsOn: [...hooks.refs.keys()].sort(),
    materialized: 'seed',
    sql: '',
    origins: [{ outLine: 1, outCol: 1, file: at.file, line: at.line, col: at.col, verbatim: false }],
    columns: seed.columns.map((column) => ({
      name: column.name,
      type: spec.columnTypes[column.name] ?? '',
      description: column.description,
    })),
    partitionBy: [],
    config,
    ...ofNode(hooks),
    ...(typeof config['group'] === 'string' && { group: config['group'] }),
    definitionHash: hashOf({
      semantics: SEMANTICS_VERSION,
      ...spec,
      path: undefined,
      hooks: hooksEssence(hooks, macros),
    }),
    neverReuse: false,
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
