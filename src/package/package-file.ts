/** Files that come with lake beside its code: schemas, pages of errors, the program of the engine. */
import { existsSync } from 'node:fs';

let root: URL | undefined;

/**
 * Where a file of the package lies, from the place of this code: `src/`, `dist/` or one of the files of `dist/bundle/`, which
 * lie at different depths.
 * @param path Relative to the folder of lake's own package.json, such as `schemas/dataset.json`.
 */
export function packageFile(path: string): URL {
  root ??= nearestPackage(new URL('./', import.meta.url));
  return new URL(path, root);
}

function nearestPackage(folder: URL): URL {
  const above = new URL('../', folder);
  if (above.href === folder.href || existsSync(new URL('package.json', folder))) return folder;
  return nearestPackage(above);
}
