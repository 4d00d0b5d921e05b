/** Nodes that are switched off: `enabled: false` in YAML or `{{config enabled=…}}` in the file. They are not there. */

import type { SourceSpan } from '../errors/diagnostic.js';
import type { Model, Project } from '../project/types.js';
import type { Names } from './names.js';
import type { RenderSetting } from './render-setting.js';
import { simpleName } from './template/ast.js';
import type { Template } from './template/parse.js';
import { render } from './template/render.js';
import type { Templates } from './templates.js';

export interface EnabledNodes {
  readonly models: readonly Model[];
  readonly seeds: Project['seeds'];
  readonly snapshots: Project['snapshots'];
  /** Name → what is switched off under it, and where that is said; a version's name and, of its last one, the model's. */
  readonly disabled: ReadonlyMap<string, { readonly what: string; readonly at: SourceSpan }>;
}

/** Read before anything is rendered in earnest: every `ref` needs to know who is there. */
export function enabledNodes(
  project: Project,
  templates: Templates,
  setting: Omit<RenderSetting, 'names' | 'columnsOf' | 'report'>,
): EnabledNodes {
  const disabled = new Map<string, { readonly what: string; readonly at: SourceSpan }>();
  const on = <T extends { readonly name: string; readonly config: Model['config']; readonly at: SourceSpan }>(
    nodes: readonly T[],
    what: string,
    inFile: (node: T) => boolean | undefined = () => undefined,
  ): readonly T[] =>
    nodes.filter((node) => {
      if (inFile(node) ?? node.config['enabled'] !== false) return true;
      disabled.set(node.name, { what, at: node.at });
      return false;
    });
  const models = on(project.models, 'model', ({ path }) =>
    inFileSetting(templates.byPath.get(path), setting),
  );
  const seeds = on(project.seeds, 'seed');
  const snapshots = on(project.snapshots, 'snapshot');
  const there = new Set([...models, ...seeds, ...snapshots].map(({ name }) => name));
  for (const name of there) disabled.delete(name);
  const versions = new Set(models.map(({ version }) => version?.of));
  for (const { version, at } of project.models)
    if (version && !versions.has(version.of)) disabled.set(version.of, { what: 'model', at });
  return { models, seeds, snapshots, disabled };
}

/** What `enabled=` of a `{{config}}` says, computed values such as `(var 'x')` included. */
function inFileSetting(
  template: Template | undefined,
  setting: Omit<RenderSetting, 'names' | 'columnsOf' | 'report'>,
): boolean | undefined {
  const says = template?.program.body.some(
    (statement) =>
      statement.type === 'MustacheStatement' &&
      simpleName(statement.path) === 'config' &&
      statement.hash?.pairs.some(({ key }) => key === 'enabled'),
  );
  if (!template || !says) return undefined;
  const { asked } = render(template, {
    ...setting,
    of: 'model',
    self: 'gold.self',
    incremental: false,
    names: ANY_NAME,
    columnsOf: () => [],
    // Told when the file is rendered in earnest.
    report: () => {},
  });
  const value = asked.config.get('enabled')?.value;
  return typeof value === 'boolean' ? value : undefined;
}

const ANY_NAME: Names = {
  resolve: (name) => `gold.${name}`,
  versions: () => undefined,
  disabled: () => undefined,
  suggest: () => undefined,
};
