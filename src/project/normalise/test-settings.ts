/** Settings of data tests in one shape, wherever they were written. */

import type { Json, TestDefaults, TestSettings } from '../types.js';
import { asList } from './as-written.js';
import { defined } from './defined.js';
import type { FolderTree } from './folder-settings.js';

/** Keys as YAML writes them, without +. */
export function toTestSettings(written: Readonly<Record<string, unknown>>): TestSettings {
  const as = written['store_failures_as'] as string | undefined;
  return defined({
    severity: (written['severity'] as string | undefined)?.toLowerCase() as TestSettings['severity'],
    where: written['where'] as string | undefined,
    limit: written['limit'] as number | undefined,
    warnIf: written['warn_if'] as string | undefined,
    errorIf: written['error_if'] as string | undefined,
    failCalc: written['fail_calc'] as string | undefined,
    storeFailures:
      (written['store_failures'] as boolean | undefined) ??
      (as === undefined ? undefined : as !== 'ephemeral'),
    tags: asList(written['tags'] as string | readonly string[] | undefined),
    meta: written['meta'] as Readonly<Record<string, Json>> | undefined,
    enabled: written['enabled'] as boolean | undefined,
  });
}

/**
 * `data_tests:` of project.yml, a folder each, outer ones first. As in dbt, the outermost key may be the project's own
 * name, and `tests/data` counts as `tests`.
 */
export function toTestDefaults(
  trees: readonly (FolderTree | undefined)[],
  project: string,
): readonly TestDefaults[] {
  const found: TestDefaults[] = [];
  const visit = (node: FolderTree, folder: string): void => {
    const own = Object.entries(node).filter(([key]) => key.startsWith('+'));
    if (own.length > 0)
      found.push({
        folder,
        settings: toTestSettings(Object.fromEntries(own.map(([key, value]) => [key.slice(1), value]))),
      });
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith('+') || typeof value !== 'object' || value === null) continue;
      const inner = folder === '' ? (key === project ? '' : key) : `${folder}/${key}`;
      visit(value as FolderTree, inner);
    }
  };
  for (const tree of trees) if (tree) visit(tree, '');
  return found;
}
