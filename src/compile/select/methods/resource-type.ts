import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

function typesOf(item: Item): readonly string[] {
  if (item.type !== 'node') return [item.type];
  if (item.node.kind !== 'model') return [item.node.kind, 'dataset'];
  const { materialized } = item.node;
  return [materialized === 'seed' || materialized === 'snapshot' ? materialized : 'model'];
}

/** `bronze`, `silver`, `dataset` (both), `model`, `seed`, `snapshot`, `exposure`, `test`, `unit_test`. */
export const resourceType: SelectorMethod = {
  name: 'resource_type',
  matcher: (value) => (item) => typesOf(item).includes(value),
  values: typesOf,
};
