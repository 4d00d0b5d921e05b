/**
 * Configuration of a model, seed or snapshot out of YAML, with dbt's precedence: of a key the nearest wins (project.yml from
 * the outermost folder to the innermost, then the properties file); tags and hooks add up, `meta` is merged key by key.
 * `{{config}}` in the file comes on top in compile, by the same rules.
 * Source: https://docs.getdbt.com/reference/define-configs
 */
import type { Hook, Json } from '../types.js';
import { addedTags, mergedSetting, type Settings } from './folder-settings.js';
import type { NodeProperties } from './model-properties.js';

export interface NodeConfig {
  readonly config: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly hooks?: { readonly pre: readonly Hook[]; readonly post: readonly Hook[] };
}

/** @param merged Keys beside `meta` whose mappings are put together: `column_types`. */
export function nodeConfig(
  settings: readonly Settings[],
  properties: Pick<NodeProperties, 'config' | 'tags'> | undefined,
  merged: readonly string[] = [],
): NodeConfig {
  const levels = [...settings, ...(properties ? [properties.config as Settings] : [])];
  const config = Object.assign({}, ...levels) as Record<string, Json>;
  for (const key of ['tags', 'pre_hook', 'post_hook']) delete config[key];
  for (const key of ['meta', ...merged]) {
    const all = mergedSetting<Record<string, Json>>(levels, key, undefined);
    if (Object.keys(all).length > 0) config[key] = all;
  }
  const hooksOf = (key: string) => levels.flatMap((level) => (level[key] ?? []) as readonly Hook[]);
  const hooks = { pre: hooksOf('pre_hook'), post: hooksOf('post_hook') };
  return {
    config,
    tags: addedTags(settings, properties?.tags),
    ...(hooks.pre.length + hooks.post.length > 0 && { hooks }),
  };
}
