import type { Item } from '../items.js';
import type { SelectorMethod } from './method.js';

function typesOf(item: Item): readonly string[] {
  if (item.type === 'unit_test') return ['unit'];
  return item.type === 'test' ? [item.test.kind, 'data'] : [];
}

/** `generic`, `singular`, `data` (both), `unit`. */
export const testType: SelectorMethod = {
  name: 'test_type',
  matcher: (value) => (item) => typesOf(item).includes(value),
  values: typesOf,
};
