import type { Json } from '../../project/types.js';

/** Handlebars' truth: `''`, 0, null, false and the empty list are false. */
export function isTruthy(value: Json): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
