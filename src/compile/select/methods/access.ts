import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

const accessOf = (item: Item): readonly string[] =>
  item.type === 'node' && item.node.kind === 'model' ? [item.node.access ?? 'protected'] : [];

/** `public`, `protected`, `private`. */
export const access: SelectorMethod = {
  name: 'access',
  matcher: (value) => (item) => accessOf(item).includes(value),
  values: accessOf,
};
