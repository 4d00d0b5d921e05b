/** `+` settings of project.yml for the folders that a dataset or model lies in. */
import { didYouMean } from '../../errors/nearest.js';
import type { Findings } from '../findings.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { textsAsWritten } from './as-written.js';
import { withHooks } from './hooks.js';

/** Settings of one folder, keys without +. */
export type Settings = Readonly<Record<string, unknown>>;

/** What project.yml configures by folder. */
export type FolderKey = 'datasets' | 'models' | 'seeds' | 'snapshots' | 'data_tests' | 'tests';

/** A node of one of these trees: settings with +, folders and resources without. */
export type FolderTree = Readonly<Record<string, unknown>>;

/**
 * Settings that hold for a file, outermost folder first. The innermost key may be the name of the dataset or
 * model itself.
 */
export function settingsFor(
  tree: FolderTree | undefined,
  file: { readonly path: string; readonly name: string },
  { doc, key, project }: FolderPlace,
): readonly Settings[] {
  const found: Settings[] = [];
  const steps = [...file.path.split('/').slice(1, -1), file.name];
  let level = roots(tree, key, project);
  for (let i = 0; level.length > 0; i += 1) {
    found.push(...level.map(({ node, at }) => ownSettings(node, doc, at)));
    const step = steps[i];
    level = step === undefined ? [] : level.flatMap((one) => below(one, step));
  }
  return found;
}

export interface FolderPlace {
  readonly doc: YamlFile;
  readonly key: FolderKey;
  /** Name of the project: as in dbt, a key of it stands for all of its folders. */
  readonly project?: string;
}

interface Placed {
  readonly node: FolderTree;
  readonly at: Path;
}

/** The tree itself, and what stands in it under the project's own name. */
function roots(tree: FolderTree | undefined, key: FolderKey, project: string | undefined): readonly Placed[] {
  if (tree === undefined) return [];
  const whole = { node: tree, at: [key] };
  return project === undefined ? [whole] : [whole, ...below(whole, project)];
}

function below({ node, at }: Placed, step: string): readonly Placed[] {
  const inner = Object.hasOwn(node, step) ? node[step] : undefined;
  return typeof inner === 'object' && inner !== null
    ? [{ node: inner as FolderTree, at: [...at, step] }]
    : [];
}

function ownSettings(node: FolderTree, doc: YamlFile, path: Path): Settings {
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (!key.startsWith('+')) continue;
    settings[key.slice(1)] =
      key === '+null_if' ? textsAsWritten(value as string[], [...path, key], doc) : value;
  }
  return withHooks(settings, (key) => [...path, `+${key}`], doc);
}

/** The value of the nearest folder that has the setting. */
export function nearestSetting<T>(settings: readonly Settings[], key: string): T | undefined {
  return settings.findLast((one) => one[key] !== undefined)?.[key] as T | undefined;
}

/** A mapping put together from all folders; of one key the nearest wins. */
export function mergedSetting<T extends object>(
  settings: readonly Settings[],
  key: string,
  own: T | undefined,
): T {
  return Object.assign({}, ...settings.map((one) => one[key]), own) as T;
}

/** Tags of all folders and the file's own, each once. */
export function addedTags(settings: readonly Settings[], ...own: readonly unknown[]): readonly string[] {
  return [
    ...new Set([...settings.map((one) => one.tags), ...own].flat().filter((tag) => typeof tag === 'string')),
  ];
}

/** Warns of keys that stand for no folder or file: their settings reach nothing. */
export function checkFolders(
  tree: FolderTree | undefined,
  files: readonly { readonly name: string; readonly path: string }[],
  place: FolderPlace & { readonly findings: Findings },
): void {
  const all = files.map((file) => [...file.path.split('/').slice(1, -1), file.name]);
  const visit = ({ node, at: start }: Placed, steps: readonly string[]): void => {
    const inner = all
      .filter((parts) => steps.every((step, i) => parts[i] === step))
      .map((parts) => parts[steps.length])
      .filter((part) => part !== undefined);
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith('+') || typeof value !== 'object' || value === null) continue;
      const at: Path = [...start, key];
      if (inner.includes(key)) visit({ node: value as FolderTree, at }, [...steps, key]);
      if (inner.includes(key) || (start.length === 1 && key === place.project)) continue;
      place.findings.add(
        'LK1027',
        place.doc.atKey(at),
        `there is no folder or file ${[place.key, ...steps, key].join('/')}`,
        {
          severity: 'warning',
          hint: didYouMean(key, inner) ?? 'Its settings reach nothing; settings begin with +',
        },
      );
    }
  };
  for (const root of roots(tree, place.key, place.project)) visit(root, []);
}
