import { createHash } from 'node:crypto';

/**
 * Raised when the same SQL or the same manifest would give other rows than before: a changed cast, another order of
 * de-duplication. It is part of every definition hash, so that such a release builds everything once more.
 */
export const SEMANTICS_VERSION = 1;

/** SHA-256 (hex) of a plain value. The order of object keys does not count, `undefined` counts as absent. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
