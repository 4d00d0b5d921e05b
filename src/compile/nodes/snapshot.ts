/** The node of a snapshot: what it records, and how it tells that a row changed. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Json, Snapshot } from '../../project/types.js';
import { hashOf, SEMANTICS_VERSION } from '../hash.js';
import { relationSql } from '../names.js';
import type { SqlMacros } from '../sql/macros.js';
import type { ModelNode, NodeId, SnapshotSpec } from '../types.js';
import { hooksEssence, type RenderedHooks } from './hooks.js';
import { layoutEssence } from './layout.js';
import { storedNode } from './stored.js';

/** `gold.<name>` over the relation `of`. Its definition decides what is recorded from now on, never what was. */
export function snapshotNode(
  snapshot: Snapshot,
  of: NodeId,
  hooks: RenderedHooks,
  macros: SqlMacros,
  report: (diagnostic: Diagnostic) => void,
): ModelNode {
  const spec = snapshotSpec(snapshot.config);
  return {
    ...storedNode(snapshot, hooks, report),
    dependsOn: [...new Set([of, ...hooks.refs.keys()])].sort(),
    materialized: 'snapshot',
    sql: `select * from ${relationSql(of)}`,
    definitionHash: hashOf({
      semantics: SEMANTICS_VERSION,
      of,
      ...spec,
      ...layoutEssence(snapshot.config['sort_by']),
      hooks: hooksEssence(hooks, macros),
    }),
    snapshot: spec,
  };
}

/** dbt's names for the columns that a snapshot adds. */
const META_COLUMNS = {
  dbt_scd_id: 'dbt_scd_id',
  dbt_updated_at: 'dbt_updated_at',
  dbt_valid_from: 'dbt_valid_from',
  dbt_valid_to: 'dbt_valid_to',
  dbt_is_deleted: 'dbt_is_deleted',
};

/** Load has seen to it that a strategy has its columns. */
function snapshotSpec(config: Readonly<Record<string, Json>>): SnapshotSpec {
  const list = (value: Json | undefined): readonly string[] =>
    value === undefined ? [] : ([value].flat() as readonly string[]);
  const updatedAt = config['updated_at'] as string | undefined;
  const checked = config['check_cols'];
  return {
    uniqueKey: list(config['unique_key']),
    strategy: config['strategy'] as SnapshotSpec['strategy'],
    updatedAt,
    checkColumns: checked === undefined || checked === 'all' ? undefined : list(checked),
    hardDeletes: (config['hard_deletes'] ??
      (config['invalidate_hard_deletes'] === true ? 'invalidate' : 'ignore')) as SnapshotSpec['hardDeletes'],
    validToCurrent: config['dbt_valid_to_current'] as string | undefined,
    names: {
      ...META_COLUMNS,
      ...(config['snapshot_meta_column_names'] as Readonly<Record<string, string>> | undefined),
    },
  };
}
