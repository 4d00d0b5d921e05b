import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

function typesOf(item: Item): readonly string[] {
  if (item.type !== 'node') return [item.type];
  return item.node.kind === 'model' ? ['model'] : [item.node.kind, 'dataset'];
}

/** `bronze`, `silver`, `dataset` (both), `model`, `test`, `unit_test`. */
export const resourceType: SelectorMethod = {
  name: 'resource_type',
  matcher: (value) => (item) => typesOf(item).includes(value),
  values: typesOf,
};
