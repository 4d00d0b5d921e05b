import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

const tagsOf = (item: Item): readonly string[] => {
  if (item.type === 'exposure') return item.exposure.tags;
  return (item.type === 'node' ? item.node : item.test).tags;
};

export const tag: SelectorMethod = {
  name: 'tag',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => tagsOf(item).some(test);
  },
  values: tagsOf,
};
