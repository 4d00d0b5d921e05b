import { globTest } from '../glob.js';
import type { SelectorMethod } from './method.js';
import { pathsOf } from './path.js';

const namesOf = (path: string): readonly string[] => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [name, name.replace(/\.[^.]*$/, '')];
};

/** `file:orders.sql`, `file:orders`: the name of a file alone, in whatever folder it lies. */
export const file: SelectorMethod = {
  name: 'file',
  matcher(value) {
    const test = globTest(value, 'names');
    return (item) => pathsOf(item).flatMap(namesOf).some(test);
  },
  values: (item) => pathsOf(item).flatMap(namesOf),
};
