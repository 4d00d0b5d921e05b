/** Configuration of a model: what YAML says, then what `{{config …}}` in the file says, checked key by key. */
import type { Code } from '../errors/codes.js';
import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';
import { didYouMean } from '../errors/nearest.js';
import { NODE_SETTINGS_OF_DBT } from '../errors/of-dbt.js';
import type { Hook, Hooks, Json, Model } from '../project/types.js';
import { BATCH_SIZES, checkIncremental, SCHEMA_CHANGES, STRATEGIES } from './nodes/incremental.js';
import type { ModelNode } from './types.js';

export interface ModelConfig {
  readonly materialized: ModelNode['materialized'];
  readonly partitionBy: readonly string[];
  readonly tags: readonly string[];
  /** `reuse: true`: reuse the table though its SQL reads the clock. */
  readonly reuse: boolean;
  /** YAML's hooks and, behind them, the file's own. */
  readonly hooks: Hooks;
  /** All keys as written, the in-file ones laid over YAML's. */
  readonly all: Readonly<Record<string, Json>>;
}

export type ConfigEntries = ReadonlyMap<string, { readonly value: Json; readonly at: SourceSpan }>;

const MATERIALIZATIONS = ['table', 'view', 'incremental', 'ephemeral'] as const;

type Check = (value: Json) => string | undefined;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const names: Check = (value) => (asNames(value) ? undefined : "a name or a list of names: (list 'a' 'b')");
const count: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? undefined
    : 'a whole number, 0 or more';
const anything: Check = () => undefined;
const inYaml: Check = () => 'a list in YAML: under config: of its properties, or +publish in project.yml';
const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : `one of ${allowed.join(', ')}`;

/** Keys of a model's configuration. */
const KEYS: Readonly<Record<string, Check>> = {
  materialized: oneOf(MATERIALIZATIONS),
  layer: oneOf(['silver', 'gold']),
  partition_by: names,
  sort_by: names,
  tags: names,
  reuse: flag,
  unique_key: names,
  incremental_strategy: oneOf(STRATEGIES),
  on_schema_change: oneOf(SCHEMA_CHANGES),
  incremental_predicates: names,
  predicates: names,
  merge_update_columns: names,
  merge_exclude_columns: names,
  full_refresh: flag,
  event_time: text,
  begin: text,
  batch_size: oneOf(BATCH_SIZES),
  lookback: count,
  contract: anything,
  owner: text,
  license: text,
  meta: anything,
  enabled: flag,
  docs: anything,
  persist_docs: anything,
  concurrent_batches: flag,
  pre_hook: names,
  post_hook: names,
  group: text,
  access: oneOf(['private', 'protected', 'public']),
  publish: inYaml,
};

/**
 * Merges both sources: in-file values win, tags add up. YAML's keys and values have been checked by load.
 * @param places Where either sets a key.
 */
export function mergeConfig(
  { config: yaml, tags: yamlTags, hooks: yamlHooks, at }: Pick<Model, 'config' | 'tags' | 'hooks' | 'at'>,
  inFile: ConfigEntries,
  places: Readonly<Record<string, SourceSpan>>,
  report: (diagnostic: Diagnostic) => void,
): ModelConfig {
  const all: Record<string, Json> = { ...yaml };
  for (const [key, { value, at }] of inFile) {
    const problem = problemOf(key, value);
    if (problem) report({ ...problem, severity: 'error', at });
    else if (key === 'meta' && isMapping(value))
      all[key] = { ...(isMapping(yaml[key]) && yaml[key]), ...value };
    else if (key !== 'pre_hook' && key !== 'post_hook') all[key] = value;
  }
  const hooksOf = (key: 'pre_hook' | 'post_hook', before: readonly Hook[] = []): readonly Hook[] => {
    const own = inFile.get(key);
    return own ? [...before, ...(asNames(own.value) ?? []).map((sql) => ({ sql, at: own.at }))] : before;
  };
  const materialized = (all['materialized'] ?? 'table') as ModelConfig['materialized'];
  const partitionBy = asNames(all['partition_by'] ?? []) ?? [];
  if (materialized === 'incremental') {
    checkIncremental(all, (key) => key in all || inFile.has(key), partitionBy, { places, at }, report);
  }
  const tags = [...yamlTags, ...(asNames(yaml['tags'] ?? []) ?? []), ...(asNames(all['tags'] ?? []) ?? [])];
  return {
    materialized,
    partitionBy,
    tags: [...new Set(tags)],
    reuse: all['reuse'] === true,
    hooks: { pre: hooksOf('pre_hook', yamlHooks?.pre), post: hooksOf('post_hook', yamlHooks?.post) },
    all,
  };
}

function problemOf(key: string, value: Json): { code: Code; message: string; hint?: string } | undefined {
  const check = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!check) {
    const known = Object.keys(KEYS);
    const hint = NODE_SETTINGS_OF_DBT[key] ?? didYouMean(key, known) ?? `Keys are ${known.join(', ')}`;
    return { code: 'LK2020', message: `no configuration "${key}"`, hint };
  }
  const expected = check(value);
  if (expected === undefined) return undefined;
  const near = key === 'materialized' ? didYouMean(String(value), MATERIALIZATIONS) : undefined;
  return { code: 'LK2021', message: `${key} is ${JSON.stringify(value)}, expected ${expected}`, hint: near };
}

function isMapping(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asNames(value: Json): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value as readonly string[];
  return undefined;
}
