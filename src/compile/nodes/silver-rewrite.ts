/** `models/silver/<dataset>.sql`, rendered: what of a model's configuration means something there, and what does not. */
import type { Code } from '../../errors/codes.js';
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import type { Dataset, Json } from '../../project/types.js';
import { locateIn } from '../locate.js';
import { clockToken } from '../sql/clock.js';
import type { SqlMacros } from '../sql/macros.js';
import type { RenderedModel } from './model.js';
import { clockProblem, type SilverRewrite } from './silver.js';

const ADDS =
  'Silver is made of all current rows of bronze; a model of another name over it may be incremental';
const FOLDER = 'what holds for a folder of models stands under gold: of models: in project.yml';
const GOVERNED = `Every model may read silver, groups and access are for gold models; ${FOLDER}`;
const CHECKED = `Test it (not_null, unique), or give the contract to a gold model over it; ${FOLDER}`;
const HOOKED = `Do it in a gold model over it; ${FOLDER}`;

/** Settings of models that silver cannot have, with what to do instead. */
const NOT_IN_SILVER: Readonly<Record<string, string>> = {
  pre_hook: HOOKED,
  post_hook: HOOKED,
  contract: CHECKED,
  constraints: CHECKED,
  group: GOVERNED,
  access: GOVERNED,
  sort_by: `Its rows are written as they come; a gold model over it may be sorted; ${FOLDER}`,
  unique_key: 'The key of silver is that of its dataset: write key: in the manifest',
  incremental_strategy: ADDS,
  on_schema_change: ADDS,
  incremental_predicates: ADDS,
  predicates: ADDS,
  merge_update_columns: ADDS,
  merge_exclude_columns: ADDS,
  full_refresh: ADDS,
  begin: ADDS,
  batch_size: ADDS,
  lookback: ADDS,
};

/** The rewrite of a dataset's silver. Reports what it lacks, and configuration that would have no effect. */
export function silverRewrite(
  rendered: RenderedModel,
  dataset: Dataset,
  macros: SqlMacros,
  report: (diagnostic: Diagnostic) => void,
): SilverRewrite {
  const { file, sql, tokens, origins, refs, config, stamped } = rendered;
  const { model } = file;
  const bronze = `bronze.${dataset.name}`;
  const fail = (code: Code, message: string, at: SourceSpan, hint: string): void =>
    report({ code, severity: 'error', message, at, hint });
  const rewrites = `"${model.name}" rewrites silver.${model.name}`;
  if (sql !== '' && !refs.has(bronze))
    fail('LK2024', `${rewrites} and does not read ${bronze}`, model.at, `Write from {{ref '${bronze}'}}`);
  if (config.materialized !== 'table') {
    fail(
      'LK2022',
      `${rewrites}, which is a table and cannot be "${config.materialized}"`,
      model.at,
      'Leave materialized out; a model of another name may be a view over it',
    );
  }
  for (const [key, at] of settingsWithoutEffect(rendered))
    fail('LK2031', `${rewrites}, where ${key} would have no effect`, at, NOT_IN_SILVER[key]!);
  const clock = config.reuse ? undefined : clockToken(tokens, macros.clocks);
  const what = `the model "${model.name}"`;
  if (clock) report(clockProblem(what, clock, locateIn(sql, origins, clock.start) ?? model.at));
  if (stamped && !config.reuse) {
    fail(
      'LK2025',
      `${what} prints which run it is in`,
      stamped,
      'Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
    );
  }
  return {
    model,
    sql,
    tokens,
    origins,
    tags: config.tags,
    partitionBy: config.partitionBy,
    dependsOn: [...refs.keys()].sort(),
    ...ofDataset(config.all, dataset),
  };
}

/** What is only of incremental models has no effect in a gold table either, where a folder says it for all of its models. */
const EXPECTED_OF_FOLDERS = new Set(['contract', 'group', 'access']);

function settingsWithoutEffect({
  file: { model },
  config,
  configAt,
  hooks,
}: RenderedModel): readonly (readonly [key: string, at: SourceSpan])[] {
  if (config.materialized !== 'table') return [];
  const ofColumn = model.columns.find(({ constraints = [] }) => constraints.length > 0);
  const elsewhere: Readonly<Record<string, SourceSpan | undefined>> = {
    pre_hook: hooks.pre[0]?.at,
    post_hook: hooks.post[0]?.at,
    constraints: ofColumn?.at,
  };
  return Object.keys(NOT_IN_SILVER).flatMap((key) => {
    const value = config.all[key];
    const off = (key === 'contract' && !isEnforced(value)) || (key === 'access' && value === 'protected');
    const ofFolder = value !== undefined && EXPECTED_OF_FOLDERS.has(key) ? model.at : undefined;
    const at = configAt[key] ?? elsewhere[key] ?? ofFolder;
    return at && !off ? [[key, at] as const] : [];
  });
}

function isEnforced(contract: Json | undefined): boolean {
  return (
    typeof contract === 'object' &&
    contract !== null &&
    'enforced' in contract &&
    contract['enforced'] === true
  );
}

/** What a dataset's manifest can say as well: here it is said of silver alone. */
function ofDataset(all: Readonly<Record<string, Json>>, dataset: Dataset): Pick<SilverRewrite, 'says'> {
  const { meta, owner, license, event_time: eventTime } = all;
  return {
    says: {
      ...(isMapping(meta) && { meta: { ...dataset.meta, ...meta } }),
      ...(typeof owner === 'string' && { owner }),
      ...(typeof license === 'string' && { license }),
      ...(typeof eventTime === 'string' && { eventTime }),
    },
  };
}

function isMapping(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
