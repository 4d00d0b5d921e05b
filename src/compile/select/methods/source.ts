import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

function sourcesOf(item: Item): readonly string[] {
  if (item.type !== 'node' || item.node.kind !== 'bronze') return [];
  const { dataset } = item.node;
  return [dataset.portal, `${dataset.portal}.${dataset.name}`];
}

/** What comes from a portal: `source:toronto`, `source:toronto.shootings`. The bronze nodes; add `+` for what follows. */
export const source: SelectorMethod = {
  name: 'source',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => sourcesOf(item).some(test);
  },
  values: sourcesOf,
};
