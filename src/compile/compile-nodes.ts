/** Datasets, models, seeds and snapshots become nodes, their names edges, and the nodes stand in order. */

import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';
import type { SourceTexts } from '../errors/source-texts.js';
import type { Dataset, Project } from '../project/types.js';
import { declaredColumns } from './declared-columns.js';
import { enabledNodes } from './enabled.js';
import { checkGovernance } from './governance.js';
import { modelFiles } from './model-files.js';
import { indexNames, type ModelVersions, type Names } from './names.js';
import { bronzeNode } from './nodes/bronze.js';
import { renderHooks } from './nodes/hooks.js';
import { type ModelFile, modelNode, type RenderedModel, renderModel } from './nodes/model.js';
import { seedNode } from './nodes/seed.js';
import { checkFieldSql, silverNode } from './nodes/silver.js';
import { silverRewrite } from './nodes/silver-rewrite.js';
import { snapshotNode } from './nodes/snapshot.js';
import { topologicalOrder } from './order.js';
import type { RenderSetting } from './render-setting.js';
import { newRunStamp } from './run-stamp.js';
import { generateSilver } from './silver/index.js';
import type { SqlMacros } from './sql/macros.js';
import { readSqlMacros } from './sql-macros.js';
import { targetFacts } from './target-facts.js';
import { parseTemplates, type Templates } from './templates.js';
import type { CompileOptions, GraphNode, MacroFile, NodeId } from './types.js';

export interface CompiledNodes {
  /** In an order in which every node stands after what it depends on. */
  readonly nodes: readonly GraphNode[];
  readonly names: Names;
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Model files by node id, rewrites of silver included. */
  readonly files: ReadonlyMap<NodeId, ModelFile>;
  readonly rendered: ReadonlyMap<NodeId, RenderedModel>;
  readonly templates: Templates;
  readonly setting: RenderSetting;
  readonly sqlMacros: SqlMacros;
  readonly macroFiles: readonly MacroFile[];
}

type Report = (diagnostic: Diagnostic) => void;

/**
 * Every dataset's bronze and silver node and every model's, with its edges, in building order. Mistakes go to `report`;
 * what has one is left out or has gaps. `sources` and options: see `compileProject`.
 */
export async function compileNodes(
  project: Project,
  sources: SourceTexts,
  { env = process.env, stamp = newRunStamp(new Date()), inline }: CompileOptions,
  report: Report,
): Promise<CompiledNodes> {
  const templates = await parseTemplates(project, report, inline);
  const datasets = new Map<string, Dataset>();
  // Of two with one name the first counts; load has told of the other.
  for (const dataset of project.datasets)
    if (!datasets.has(dataset.name)) datasets.set(dataset.name, dataset);
  const named = new Set([...datasets.keys(), ...(project.broken ?? [])]);
  const facts = {
    vars: project.vars,
    env,
    macros: templates.macros,
    library: templates.library,
    ...(templates.parse && { parse: templates.parse }),
    target: targetFacts(project.target),
    stamp,
  };
  const enabled = enabledNodes(project, templates, facts);
  const { seeds, snapshots } = enabled;
  const files = modelFiles(enabled.models, named, templates, report);
  const models = [...files.values()].filter(({ rewrites }) => !rewrites);
  const names = indexNames(
    named,
    [...models, ...[...seeds, ...snapshots].map(({ name }) => ({ id: `gold.${name}` }))].map(({ id }) => id),
    versionsOf(models),
    enabled.disabled,
  );
  const setting: RenderSetting = {
    ...facts,
    names,
    columnsOf: (id) => declaredColumns(id, { datasets, files, seeds, snapshots }),
    report,
  };
  const { macros: sqlMacros, files: macroFiles } = readSqlMacros(project, templates, setting);
  const rendered = new Map([...files].map(([id, file]) => [id, renderModel(file, setting)]));

  const places = new Map<NodeId, ReadonlyMap<NodeId, SourceSpan>>();
  for (const [id, { refs }] of rendered) places.set(id, refs);
  const nodes: GraphNode[] = models.map(({ id }) => modelNode(rendered.get(id)!, sqlMacros));
  for (const seed of seeds) {
    const self = `gold.${seed.name}`;
    const hooks = renderHooks(seed.hooks, { self, what: `the seed "${seed.name}"` }, setting);
    places.set(self, hooks.refs);
    nodes.push(seedNode(seed, hooks, sqlMacros, report));
  }
  for (const snapshot of snapshots) {
    const of = names.resolve(snapshot.relation);
    const off = of === undefined ? names.disabled(snapshot.relation) : undefined;
    if (off) {
      report({
        code: 'LK2019',
        severity: 'error',
        message: `the ${off.what} "${snapshot.relation}", which the snapshot "${snapshot.name}" records, is disabled`,
        at: snapshot.relationAt,
        hint: 'Write config: {enabled: false} for the snapshot, too',
      });
    }
    // A relation that does not exist is load's to tell.
    if (of === undefined) continue;
    const self = `gold.${snapshot.name}`;
    const hooks = renderHooks(snapshot.hooks, { self, what: `the snapshot "${snapshot.name}"` }, setting);
    const node = snapshotNode(snapshot, of, hooks, sqlMacros, report);
    places.set(node.id, new Map([...hooks.refs, [of, snapshot.relationAt]]));
    nodes.push(node);
  }
  for (const dataset of datasets.values()) {
    const portal = project.portals[dataset.portal];
    const generated = generateSilver(dataset);
    const bronze = bronzeNode({ dataset, portal, binds: generated.binds, datasets, sources, report });
    if (bronze.parent) places.set(bronze.id, new Map([[bronze.parent.node, dataset.source.forEach!.at]]));
    checkFieldSql(dataset, sqlMacros, sources, report);
    const own = rendered.get(`silver.${dataset.name}`);
    const rewrite = own && silverRewrite(own, dataset, sqlMacros, report);
    nodes.push(bronze, silverNode(dataset, generated, rewrite, sqlMacros));
  }
  const declared = new Map([...files].map(([id, { model }]) => [id, model.at]));
  for (const { name, at } of [...seeds, ...snapshots]) declared.set(`gold.${name}`, at);
  checkGovernance(nodes, {
    groups: project.groups ?? [],
    places,
    writtenAt: ({ id }, key) => rendered.get(id)?.configAt[key],
    declaredAt: ({ id, path: file }) => declared.get(id) ?? { file, line: 1, col: 1 },
    today: stamp.startedAt.slice(0, 10),
    report,
  });
  const ordered = topologicalOrder(nodes.sort(byLayerAndName), places, report);
  return { nodes: ordered, names, datasets, files, rendered, templates, setting, sqlMacros, macroFiles };
}

/** Models with versions by their name; of a model whose latest is switched off the newest that is there counts. */
function versionsOf(models: readonly ModelFile[]): ReadonlyMap<string, ModelVersions> {
  const found = new Map<string, { latest: NodeId; readonly byVersion: Map<string, NodeId> }>();
  for (const { id, model } of models) {
    if (!model.version) continue;
    const { of, v, stage } = model.version;
    const entry = found.get(of) ?? { latest: id, byVersion: new Map() };
    if (stage === 'latest') entry.latest = id;
    entry.byVersion.set(v, id);
    found.set(of, entry);
  }
  return found;
}

const RANK: Readonly<Record<string, number>> = { bronze: 0, silver: 1 };

function byLayerAndName(a: GraphNode, b: GraphNode): number {
  return (RANK[a.layer] ?? 2) - (RANK[b.layer] ?? 2) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
