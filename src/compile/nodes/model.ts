/** A model file: rendered, checked, its edges and configuration read. */

import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Json, Model } from '../../project/types.js';
import { hashOf, SEMANTICS_VERSION } from '../hash.js';
import { locateIn } from '../locate.js';
import { type ModelConfig, mergeConfig } from '../model-config.js';
import type { RenderSetting } from '../render-setting.js';
import { ANY_RUN } from '../run-stamp.js';
import { clockToken } from '../sql/clock.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkSelect } from '../sql/statement.js';
import { essence, type Token } from '../sql/tokens.js';
import { undeclaredTable } from '../sql/undeclared-table.js';
import type { Template } from '../template/parse.js';
import { type RenderOptions, render } from '../template/render.js';
import type { ContractSpec, ModelNode, NodeId, SqlOrigin } from '../types.js';
import { contractEssence, contractRefs, contractSpec } from './contract.js';
import { hooksEssence, hooksReadClock, ofNode, type RenderedHooks, renderHooks } from './hooks.js';
import { incrementalSpec } from './incremental.js';
import { layoutEssence, layoutOf } from './layout.js';

export interface ModelFile {
  readonly model: Model;
  readonly id: NodeId;
  /** True for `models/silver/<dataset>.sql`. */
  readonly rewrites: boolean;
  /** Undefined where the template could not be parsed. */
  readonly template: Template | undefined;
}

export interface RenderedModel {
  readonly file: ModelFile;
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly origins: readonly SqlOrigin[];
  /** The same for a run that adds to what is there; undefined where the text never asks `is_incremental`. */
  readonly incremental?: Pick<RenderedModel, 'sql' | 'tokens' | 'origins' | 'lasting'>;
  /** Node → where it is first read. */
  readonly refs: ReadonlyMap<NodeId, SourceSpan>;
  readonly config: ModelConfig;
  /** Where the file or its properties set a key of the configuration. */
  readonly configAt: Readonly<Record<string, SourceSpan>>;
  readonly hooks: RenderedHooks;
  readonly layout: ReturnType<typeof layoutOf>;
  readonly contract?: ContractSpec;
  /** Where the text first asks which run it is in. */
  readonly stamped?: SourceSpan;
  /** `tokens` as they would be in any run: what the definition is hashed by. */
  readonly lasting: readonly Token[];
}

/** Renders both answers of `is_incremental`; the SQL is that of a full build, the refs are those of both. */
export function renderModel(file: ModelFile, setting: RenderSetting): RenderedModel {
  const { model, id, template } = file;
  const options = { ...setting, of: 'model', self: id } as const;
  const full = template && render(template, { ...options, incremental: false });
  const renditions = full ? [full] : [];
  if (full?.asked.incremental) renditions.push(render(template!, { ...options, incremental: true }));

  const refs = new Map<NodeId, SourceSpan>();
  const inFile = new Map<string, { readonly value: Json; readonly at: SourceSpan }>();
  for (const { asked } of renditions) {
    for (const { id, at } of asked.refs) if (!refs.has(id)) refs.set(id, at);
    for (const [key, entry] of asked.config) if (!inFile.has(key)) inFile.set(key, entry);
  }
  const configAt = {
    ...model.configAt,
    ...Object.fromEntries([...inFile].map(([key, entry]) => [key, entry.at])),
  };
  const config = mergeConfig(model, inFile, configAt, setting.report);
  const stamped = renditions.find(({ asked }) => asked.stamped)?.asked.stamped;
  const what = `the model "${model.name}"`;
  const hooks = renderHooks(config.hooks, { self: id, what }, setting);
  const contract = file.rewrites ? undefined : contractSpec(model, config.materialized, config.all, setting);
  for (const [ref, at] of [...hooks.refs, ...contractRefs(contract)])
    if (ref !== id && !refs.has(ref)) refs.set(ref, at);
  const failed = {
    file,
    sql: '',
    tokens: [],
    lasting: [],
    origins: [],
    refs,
    config,
    configAt,
    hooks,
    layout: layoutOf(model.name, config.all, configAt, model.at, setting.report),
    ...(contract && { contract }),
    stamped,
  };
  if (!full || renditions.some((rendition) => !rendition.ok)) return failed;
  const checks = renditions.map(({ text }) => checkSelect(text));
  for (const [i, checked] of checks.entries()) {
    if (checked.ok) continue;
    const { text, origins } = renditions[i]!;
    const { code, message, hint, offset } = checked.problem;
    const at = locateIn(text, origins, offset) ?? model.at;
    setting.report({ code, severity: 'error', message: `${what} ${message}`, at, hint });
    return failed;
  }
  for (const [i, checked] of checks.entries()) {
    const declared = (read: NodeId) => refs.has(read) || read === id;
    const table = checked.ok && undeclaredTable(checked.tokens, setting.names, declared);
    if (!table) continue;
    const { text, origins } = renditions[i]!;
    setting.report({
      code: 'LK2048',
      severity: 'error',
      message: `${what} reads ${table.id} without ref: nothing builds it first, and its changes would not be seen`,
      at: locateIn(text, origins, table.offset) ?? model.at,
      hint: `Write {{ref '${table.id}'}}`,
    });
    return failed;
  }
  const [first, incremental] = checks.map((checked, i) => {
    if (!checked.ok) return undefined;
    const { sql, tokens } = checked;
    const lasting = stamped ? lastingTokens(template!, { ...options, incremental: i > 0 }) : tokens;
    return { sql, tokens, lasting, origins: renditions[i]!.origins };
  });
  return { ...failed, ...first, ...(incremental && { incremental }) };
}

/** Tokens of SQL that prints its run, as they would be in any run: a definition does not change from run to run. */
export function lastingTokens(template: Template, options: RenderOptions): readonly Token[] {
  const checked = checkSelect(render(template, { ...options, stamp: ANY_RUN }).text);
  return checked.ok ? checked.tokens : [];
}

/** The node of a model that was rendered and checked by `renderModel`. `macros` count into its definition hash. */
export function modelNode(rendered: RenderedModel, macros: SqlMacros): ModelNode {
  const { file, sql, tokens, origins, refs, config, hooks, contract, stamped } = rendered;
  const { model, id } = file;
  const { group, access } = config.all;
  const adds = config.materialized === 'incremental';
  const incremental = adds ? rendered.incremental : undefined;
  const clocks = [tokens, incremental?.tokens ?? []].some((text) => clockToken(text, macros.clocks));
  return {
    id,
    kind: 'model',
    name: model.name,
    layer: id.slice(0, id.indexOf('.')),
    path: model.path,
    description: model.description,
    tags: config.tags,
    dependsOn: [...refs.keys()].sort(),
    materialized: config.materialized,
    sql,
    origins,
    ...(incremental && { incremental: { sql: incremental.sql, origins: incremental.origins } }),
    ...(adds && { incrementalSpec: incrementalSpec(config.all, config.partitionBy) }),
    columns: model.columns.map(({ name, description, dataType = '', at }) => ({
      name,
      type: dataType,
      ...(description !== undefined && { description }),
      at,
    })),
    partitionBy: config.partitionBy,
    ...rendered.layout,
    config: config.all,
    ...(Object.keys(rendered.configAt).length > 0 && { configAt: rendered.configAt }),
    ...ofNode(hooks),
    ...(contract && { contract }),
    ...(model.version && { version: model.version }),
    ...(typeof group === 'string' && { group }),
    ...(typeof access === 'string' && { access: access as NonNullable<ModelNode['access']> }),
    definitionHash: modelHash(rendered, config, macros),
    neverReuse: !config.reuse && (stamped !== undefined || clocks || hooksReadClock(hooks, macros)),
  };
}

/** Hash of all that decides a model's rows beside its inputs; tags, descriptions and owners do not. */
function modelHash(
  { lasting, incremental, hooks, contract }: RenderedModel,
  config: ModelConfig,
  macros: SqlMacros,
): string {
  const { materialized, partitionBy, all } = config;
  return hashOf({
    semantics: SEMANTICS_VERSION,
    sql: essence(lasting),
    macros: macros.usedBy(lasting),
    materialized,
    partitionBy,
    ...layoutEssence(all['sort_by']),
    ...(materialized === 'incremental' && {
      adds: incremental && [essence(incremental.lasting), macros.usedBy(incremental.lasting)],
      spec: incrementalSpec(all, partitionBy),
    }),
    hooks: hooksEssence(hooks, macros),
    contract: contractEssence(contract),
  });
}
