/** SQL that runs with a node or a run, each statement with its place: messages name it. */
import type { Hook } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';

/** dbt writes both spellings; each adds to the other. */
export const HOOK_KEYS = {
  pre_hook: ['pre_hook', 'pre-hook'],
  post_hook: ['post_hook', 'post-hook'],
} as const;

/** Keys whose texts are SQL templates: their `{{…}}` is filled when the node is compiled. */
const OPEN: ReadonlySet<string> = new Set([
  ...Object.values(HOOK_KEYS).flatMap((keys) => keys.flatMap((key) => [key, `+${key}`])),
  'on_run_start',
  'on_run_end',
  'on-run-start',
  'on-run-end',
]);

/** Whether a value of YAML is the SQL of a hook. Addresses and commands are not: secrets may stand in them. */
export function isHookSql(path: Path): boolean {
  const last = path.at(-1);
  if (last === 'webhook' || last === 'command') return false;
  return path.some((step) => typeof step === 'string' && OPEN.has(step));
}

/** One text, a list of texts, or dbt's `{sql}` in either, as hooks in their order. `path` leads to the value. */
export function toHooks(value: unknown, path: Path, doc: YamlFile): readonly Hook[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, i) => toHooks(one, [...path, i], doc));
  if (typeof value === 'string') return [{ sql: value, at: doc.at(path) }];
  const { sql } = value as { readonly sql?: string };
  return sql === undefined ? [] : [{ sql, at: doc.at([...path, 'sql']) }];
}

/** Settings in which hooks are lists with their places, under dbt's first spelling alone. */
export function withHooks(
  settings: Readonly<Record<string, unknown>>,
  path: (key: string) => Path,
  doc: YamlFile,
): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = { ...settings };
  for (const [name, keys] of Object.entries(HOOK_KEYS)) {
    const hooks = keys.flatMap((key) => toHooks(settings[key], path(key), doc));
    for (const key of keys) delete result[key];
    if (hooks.length > 0) result[name] = hooks;
  }
  return result;
}
