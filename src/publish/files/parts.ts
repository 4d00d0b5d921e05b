/**
 * Parts have names that their content decides: a part that is there is this part, and no reader of an earlier manifest ever finds
 * other rows under a name that it knows.
 */
import type { Store } from '../../lakehouse/stores/store.js';
import type { Manifest, ManifestFile } from './manifest.js';

const PART = /^\d{5}-[0-9a-f]{16}\.(?:parquet|csv|json|ndjson)$/;

/** `00003-5f2a….parquet` */
export function partName(index: number, sha256: string, format: string): string {
  return `${String(index).padStart(5, '0')}-${sha256.slice(0, 16)}.${format}`;
}

/**
 * Deletes parts that neither the manifest names nor the one that it has just replaced: whoever has read that one has until the
 * next publication to read its parts. Files of other names are not touched.
 */
export async function dropOldParts(
  store: Store,
  folder: string,
  now: readonly ManifestFile[],
  before: Manifest | undefined,
): Promise<void> {
  const needed = new Set([...now, ...(before?.files ?? [])].map(({ name }) => name));
  for (const name of await store.list(folder))
    if (PART.test(name) && !needed.has(name)) await store.delete(`${folder}/${name}`);
}
