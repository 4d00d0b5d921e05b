import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

const groupOf = (item: Item): readonly string[] =>
  item.type === 'node' && item.node.kind === 'model' && item.node.group !== undefined
    ? [item.node.group]
    : [];

export const group: SelectorMethod = {
  name: 'group',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => groupOf(item).some(test);
  },
  values: groupOf,
};
