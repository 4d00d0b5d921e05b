/** What is wrong with a Parquet file, out of DuckDB's message. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { ReadyFile } from '../layout.js';

const HINT = 'the portal sent less or something else than Parquet: run again, or ask it for another format';

/** @returns undefined when the message is about none of these files, or about no Parquet. */
export function parquetFault(text: string, files: ReadonlyMap<string, ReadyFile>): LakeError | undefined {
  const named = [...files.values()].find(({ path }) => text.includes(path));
  const parquet = [...files.values()].filter(({ parquet: is }) => is);
  const file = named ?? (parquet.length === files.size ? parquet[0] : undefined);
  if (!file?.parquet || /out of memory|failed to (?:allocate|pin)/i.test(text)) return undefined;
  return parquetError(file.part, file.origin, text);
}

/** LK5019 */
export function parquetError(part: string, path: string, text: string): LakeError {
  const why = text
    .replaceAll(path, basename(path))
    .split('\n')[0]!
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
  return new LakeError('LK5019', `${part}: ${basename(path)} is no Parquet that can be read: ${why}`, {
    hint: HINT,
    details: { path },
  });
}
