/** `snapshots:` of a properties file: what is recorded, by which key, and how a change is noticed. */
import { nearest } from '../../errors/nearest.js';
import { writtenRef } from '../../sql/written-ref.js';
import type { Findings } from '../findings.js';
import type { ModelsFile } from '../schema/models.js';
import type { Snapshot } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';
import { defined } from './defined.js';
import type { Settings } from './folder-settings.js';
import type { NodeProperties } from './model-properties.js';
import { nodeConfig } from './node-config.js';

export interface SnapshotPlace {
  readonly file: ModelsFile;
  readonly doc: YamlFile;
  /** Of the entry in its list. */
  readonly index: number;
}

/**
 * The snapshot with settings of its folders. Undefined, and reported (LK1005), where it lacks what it cannot be made
 * without: a relation, a key, a strategy and that strategy's columns.
 * Source: https://docs.getdbt.com/docs/build/snapshots
 */
export function toSnapshot(
  properties: NodeProperties,
  { file, doc, index }: SnapshotPlace,
  settings: readonly Settings[],
  findings: Findings,
): Snapshot | undefined {
  const { name, at } = properties;
  const { config, tags, hooks } = nodeConfig(settings, properties);
  const relation = file.snapshots?.[index]?.relation;

  const missing = (key: string, why: string, hint: string): undefined => {
    // A value that cannot be is no missing one, and was reported.
    if (doc.has(['snapshots', index, 'config', key])) return;
    // Nor is one that was misspelt, which was reported as well.
    const written = [...(doc.place(['snapshots', index, 'config']).children?.keys() ?? [])];
    if (written.some((one) => !(one in config) && nearest(one, [key]) === key)) return;
    findings.add('LK1005', at, `the snapshot "${name}" lacks "${key}"${why}`, { hint });
  };
  if (relation === undefined) return missing('relation', '', "Write relation: ref('x'): what is recorded");
  if (config['unique_key'] === undefined)
    return missing('unique_key', '', 'Write config: {unique_key: id}: the columns that identify a row');
  const { strategy } = config;
  if (strategy === undefined) {
    const hint = 'Write strategy: timestamp with updated_at, or strategy: check with check_cols';
    return missing('strategy', '', hint);
  }
  if (strategy === 'timestamp' && config['updated_at'] === undefined) {
    const hint = 'Write updated_at: the column that grows with every change of a row';
    return missing('updated_at', ', which the strategy timestamp compares', hint);
  }
  if (strategy === 'check' && config['check_cols'] === undefined) {
    const hint = 'Write check_cols: all, or the columns that are compared';
    return missing('check_cols', ', which the strategy check compares', hint);
  }
  return defined({
    name,
    path: doc.file,
    relation: writtenRef(relation),
    relationAt: doc.at(['snapshots', index, 'relation']),
    description: properties.description,
    columns: properties.columns,
    tests: properties.tests,
    config,
    configAt: properties.configAt,
    tags,
    hooks,
    at,
  });
}
