import { globTest } from '../glob.js';
import type { SelectorMethod } from './method.js';

/** A name or id, `*` allowed: a bare dataset name is its bronze and silver, tests go by their id or short name. */
export const name: SelectorMethod = {
  name: 'name',
  matcher(value) {
    const test = globTest(value, 'names');
    // `s*s` means shootings, not everything of silver that ends in s.
    const isId = value.includes('.');
    return (item) =>
      item.names.some((one) => (item.type !== 'node' || one.includes('.') === isId) && test(one));
  },
  values: (item) => item.names,
};
