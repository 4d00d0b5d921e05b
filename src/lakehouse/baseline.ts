/** `bronze/<name>/_lake/baseline.json`: the load that later ones are compared with, until another is accepted. */
import { encodeJson, readJson } from './json-file.js';
import { tableFolder } from './names.js';
import type { Lake, TableId } from './types.js';

export interface Baseline {
  readonly format: 1;
  /** Of the bronze table. */
  readonly version: number;
  readonly loadId: string;
  /** When it was taken, ISO 8601 UTC. */
  readonly at: string;
}

const keyOf = (table: TableId): string => `${tableFolder(table)}/_lake/baseline.json`;

/** Undefined where none was taken. @throws LakeError LK6021, LK6022 */
export function readBaseline({ store }: Pick<Lake, 'store'>, table: TableId): Promise<Baseline | undefined> {
  return readJson<Baseline>(store, keyOf(table));
}

/** Replaces the baseline of a table. */
export async function writeBaseline(
  { store }: Pick<Lake, 'store'>,
  table: TableId,
  baseline: Omit<Baseline, 'format' | 'at'>,
): Promise<void> {
  const content: Baseline = { format: 1, ...baseline, at: new Date().toISOString() };
  await store.put(keyOf(table), encodeJson(content));
}
