/** A SQL file under models/, with what YAML says about it. */
import { LAYERS } from '../language.js';
import type { Model } from '../types.js';
import { defined } from './defined.js';
import type { Settings } from './folder-settings.js';
import type { NodeProperties } from './model-properties.js';
import { nodeConfig } from './node-config.js';

/** `models/gold/toronto/x.sql` → `x`, `x.v2.sql` → `x_v2`: a version, as dbt writes its file. */
export function fileStem(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[^.]*$/, '')
    .replace(/\.v(?=[0-9A-Za-z_]+$)/, '_v');
}

/** The model with settings of its folders and its properties, the nearest winning; tags add up. */
export function toModel(
  path: string,
  sql: string,
  settings: readonly Settings[],
  properties: NodeProperties | undefined,
): Model {
  const { config, tags, hooks } = nodeConfig(settings, properties);
  const [, folder] = path.split('/') as [string, string];
  const layer = config['layer'] ?? (LAYERS as readonly string[]).find((name) => name === folder) ?? 'gold';
  return defined({
    name: properties?.name ?? fileStem(path),
    layer: String(layer),
    path,
    sql,
    description: properties?.description,
    columns: properties?.columns ?? [],
    tests: properties?.tests ?? [],
    constraints: properties?.constraints,
    config,
    tags,
    hooks,
    version: properties?.version,
    propertiesPath: properties?.path,
    configAt: properties?.configAt,
    at: { file: path, line: 1, col: 1 },
  });
}
