import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

const nameOf = (item: Item): readonly string[] => (item.type === 'exposure' ? [item.exposure.name] : []);

/** A use of the tables outside the project; `+exposure:x` is all that it is made from. */
export const exposure: SelectorMethod = {
  name: 'exposure',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => nameOf(item).some(test);
  },
  values: nameOf,
};
