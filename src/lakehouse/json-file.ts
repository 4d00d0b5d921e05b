/** Small JSON files of the lake: a set, an attempt, a lease. */
import { LakeError } from '../errors/lake-error.js';
import type { Store } from './stores/store.js';

/** One line of UTF-8 with a line end. */
export function encodeJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/**
 * Undefined when there is no such file.
 * @throws LakeError LK6021 when it is torn, LK6022 when its `format` is greater than 1.
 */
export async function readJson<T>(store: Store, key: string): Promise<T | undefined> {
  const content = await store.get(key);
  if (content === undefined) return undefined;
  const path = store.place(key);
  const value = parse(content.toString('utf8'));
  if (value === undefined) {
    throw new LakeError('LK6021', `${path} is damaged: it is not JSON`, {
      hint: 'Restore the file from a backup, or delete it: the one before it is used then.',
      details: { path },
    });
  }
  const { format } = value as { format?: number };
  if (format !== undefined && format > 1) {
    throw new LakeError('LK6022', `${path} was written by a newer lake, in format ${format}`, {
      hint: 'This lake knows format 1: upgrade it, or use another target.',
      details: { path, format },
    });
  }
  return value as T;
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
