import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

function namesOf(item: Item): readonly string[] {
  if (item.type === 'test') return [item.test.name, ...(item.test.givenName ? [item.test.givenName] : [])];
  return item.type === 'unit_test' ? [item.test.id.replace(/^.*?::/, '')] : [];
}

/** `unique`: the generic tests of that name, and those that YAML gives it as their own; a singular or unit test by its own. */
export const testName: SelectorMethod = {
  name: 'test_name',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => namesOf(item).some(test);
  },
  values: namesOf,
};
