import type { Json } from '../../../project/types.js';
import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

/** A mapping is asked by a dotted key, a list for each of its entries. */
function valuesAt(value: Json | undefined, [key, ...inner]: readonly string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => valuesAt(entry, key ? [key, ...inner] : []));
  if (typeof value !== 'object') return key === undefined ? [String(value)] : [];
  return key !== undefined && Object.hasOwn(value, key)
    ? valuesAt((value as Readonly<Record<string, Json>>)[key], inner)
    : [];
}

/**
 * `config.materialized:view`, `config.meta.owner:ana`: models, seeds and snapshots by their settings, wherever those are
 * written. https://docs.getdbt.com/reference/node-selection/methods#config
 */
export function configMethod(name: string): SelectorMethod {
  const [, ...key] = name.split('.');
  const valuesOf = (item: Item): readonly string[] => {
    if (item.type !== 'node' || item.node.kind !== 'model') return [];
    const { config, materialized, tags } = item.node;
    return valuesAt({ ...config, materialized, tags }, key);
  };
  return {
    name,
    matcher(value) {
      const test = globTest(value, 'names');
      return (item) => valuesOf(item).some(test);
    },
    values: valuesOf,
  };
}
