import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

/** Unit tests have none. */
function tagsOf(item: Item): readonly string[] {
  if (item.type === 'node') return item.node.tags;
  return item.type === 'test' ? item.test.tags : [];
}

export const tag: SelectorMethod = {
  name: 'tag',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => tagsOf(item).some(test);
  },
  values: tagsOf,
};
