import { globTest } from '../glob.js';
import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

/** A rewritten silver belongs to its SQL file and to its manifest. */
export function pathsOf(item: Item): readonly string[] {
  if (item.type === 'test') return item.test.kind === 'singular' ? [item.test.id] : [];
  if (item.type === 'unit_test') return [];
  if (item.type === 'exposure') return [item.exposure.path];
  const { node } = item;
  return node.kind === 'model' ? [node.path] : [node.path, node.dataset.path];
}

/** A file, or a folder with all that is in it; relative to the project root. */
export const path: SelectorMethod = {
  name: 'path',
  matcher(value) {
    const wanted = value.replace(/^\.\//, '').replace(/\/+$/, '');
    const file = globTest(wanted, 'paths');
    const folder = globTest(`${wanted}/**`, 'paths');
    return (item) => pathsOf(item).some((p) => file(p) || folder(p));
  },
  values: (item) => pathsOf(item).flatMap((p) => [p, p.replace(/\/[^/]*$/, '')]),
};
