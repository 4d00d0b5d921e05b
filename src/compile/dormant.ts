/** Language that is checked and kept but has no effect yet; a plan names each once, so that nobody relies on it. */
import type { SourceSpan } from '../errors/diagnostic.js';
import type { Dataset, Project } from '../project/types.js';
import type { Dormant } from './types.js';

interface DormantKey {
  readonly what: string;
  /** Key of `Dataset.spans`. */
  readonly key: string;
  readonly used: (dataset: Dataset) => boolean;
}

/** A key leaves this list with the release that gives it its effect. */
const DATASET_KEYS: readonly DormantKey[] = [
  { what: 'publish', key: 'publish', used: ({ publish }) => publish.length > 0 },
];

/** Targets keep no places of their own. */
const PROFILES: SourceSpan = { file: 'profiles.yml', line: 1, col: 1 };

/** What has no effect yet, most used first. */
export function dormantLanguage(project: Project): readonly Dormant[] {
  const found = new Map<string, { count: number; readonly example: SourceSpan; readonly of: string[] }>();
  const add = (what: string, example: SourceSpan, node?: string): void => {
    const entry = found.get(what) ?? { count: 0, example, of: [] };
    entry.count += 1;
    if (node !== undefined) entry.of.push(node);
    found.set(what, entry);
  };
  for (const dataset of project.datasets) {
    for (const { what, key, used } of DATASET_KEYS)
      if (used(dataset)) add(what, spanOf(dataset, key), dataset.name);
  }
  if (project.target.publish.length > 0) add('publish of a target', PROFILES);
  return [...found]
    .map(([what, { count, example, of }]) => ({ what, count, example, ...(of.length > 0 ? { of } : {}) }))
    .sort((a, b) => b.count - a.count);
}

/** The key's own place, else that of the nearest key around it. */
function spanOf(dataset: Dataset, key: string): SourceSpan {
  const outer = key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : undefined;
  return dataset.spans[key] ?? (outer === undefined ? undefined : dataset.spans[outer]) ?? dataset.at;
}
