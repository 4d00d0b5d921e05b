import { createHash } from 'node:crypto';

/**
 * Raised when the same SQL or the same manifest would give other rows than before: a changed cast, another order of
 * de-duplication. It is part of every definition hash, so that such a release builds everything once more.
 */
export const SEMANTICS_VERSION = 2;

/** SHA-256 (hex) of a plain value. The order of object keys does not count, `undefined` counts as absent. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value) ?? '')
    .digest('hex');
}

/** JSON with the keys of objects in order; undefined for what JSON has no text for. */
function canonicalJson(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item) ?? 'null').join(',')}]`;
  const entries: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = canonicalJson((value as Record<string, unknown>)[key]);
    if (item !== undefined) entries.push(`${JSON.stringify(key)}:${item}`);
  }
  return `{${entries.join(',')}}`;
}
