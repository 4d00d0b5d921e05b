/** A SQL file under models/, with what YAML says about it. */
import { LAYERS } from '../language.js';
import type { Json, Model } from '../types.js';
import { defined } from './defined.js';
import { addedTags, mergedSetting, type Settings } from './folder-settings.js';
import type { NodeProperties } from './model-properties.js';

/** `models/gold/toronto/x.sql` → `x`. */
export function fileStem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

/** The model with settings of its folders and its properties, the nearest winning; tags add up. */
export function toModel(
  path: string,
  sql: string,
  settings: readonly Settings[],
  properties: NodeProperties | undefined,
): Model {
  const config = Object.assign({}, ...settings, properties?.config) as Record<string, Json>;
  delete config['tags'];
  const meta = mergedSetting<Record<string, Json>>(
    settings,
    'meta',
    properties?.config['meta'] as Record<string, Json>,
  );
  if (Object.keys(meta).length > 0) config['meta'] = meta;
  const [, folder] = path.split('/') as [string, string];
  const layer = config['layer'] ?? (LAYERS as readonly string[]).find((name) => name === folder) ?? 'gold';
  return defined({
    name: fileStem(path),
    layer: String(layer),
    path,
    sql,
    description: properties?.description,
    columns: properties?.columns ?? [],
    tests: properties?.tests ?? [],
    config,
    tags: addedTags(settings, properties?.tags),
    propertiesPath: properties?.path,
    at: { file: path, line: 1, col: 1 },
  });
}
