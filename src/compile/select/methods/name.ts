import { globTest } from '../glob.js';
import type { SelectorMethod } from './method.js';

/** A name or id, `*` allowed: a bare dataset name is its bronze and silver, tests go by their id or short name. */
export const name: SelectorMethod = {
  name: 'name',
  matcher(value) {
    const test = globTest(value, 'names');
    // `s*s` means shootings, not everything of silver that ends in s.
    const ofNode = (id: string, bare: string): boolean => test(value.includes('.') ? id : bare);
    return (item) => (item.type === 'node' ? ofNode(item.id, item.node.name) : item.names.some(test));
  },
  values: (item) => item.names,
};
