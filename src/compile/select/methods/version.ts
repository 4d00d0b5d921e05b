import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

const stageOf = (item: Item): readonly string[] =>
  item.type === 'node' && item.node.kind === 'model' ? [item.node.version?.stage ?? 'none'] : [];

/** `latest`, `old`, `prerelease`; `none`: models without versions. */
export const version: SelectorMethod = {
  name: 'version',
  matcher: (value) => (item) => stageOf(item).includes(value),
  values: stageOf,
};
