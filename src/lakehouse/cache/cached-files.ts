/** What lies in a cache folder: `<lake>/objects/…` of every lake that shares it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it was last written, brought or asked for. */
  readonly usedAt: number;
}

export function cachedFiles(folder: string): CachedFile[] {
  return names(folder).flatMap((lake) => below(join(folder, lake, 'objects')));
}

function below(folder: string): CachedFile[] {
  const paths = names(folder, true).map((name) => join(folder, name));
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ path, bytes: stat.size, usedAt: stat.mtimeMs }] : [];
  });
}

/** Another process may delete what is being listed. */
function names(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive }).map(String);
  } catch {
    return [];
  }
}
