/** Who may read what: groups, access, and versions that are to go. Told where the name is read. */
import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';
import { didYouMean } from '../errors/nearest.js';
import type { Group } from '../project/types.js';
import type { GraphNode, ModelNode, NodeId } from './types.js';

export interface GovernanceSetting {
  readonly groups: readonly Group[];
  /** Node → what it reads, and where. */
  readonly places: ReadonlyMap<NodeId, ReadonlyMap<NodeId, SourceSpan>>;
  /** Where a node is declared, for mistakes that no line of its own has. */
  readonly declaredAt: (node: ModelNode) => SourceSpan;
  /** Where a node's `group` or `access` is written, if not in a folder of project.yml. */
  readonly writtenAt: (node: ModelNode, key: 'group' | 'access') => SourceSpan | undefined;
  /** ISO date. */
  readonly today: string;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Reports unknown groups, private models that others read, and versions whose end has come or is set. */
export function checkGovernance(nodes: readonly GraphNode[], setting: GovernanceSetting): void {
  const { groups, places, declaredAt, writtenAt, report } = setting;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const known = groups.map(({ name }) => name);
  for (const node of nodes) {
    if (node.kind !== 'model') continue;
    const { group, access } = node;
    if (group !== undefined && !known.includes(group)) {
      const hint =
        didYouMean(group, known) ?? `Write groups: [{name: ${group}, owner: {name: …}}] in a properties file`;
      report({
        code: 'LK2029',
        severity: 'error',
        message: `no group "${group}"`,
        at: writtenAt(node, 'group') ?? declaredAt(node),
        hint,
      });
    }
    if (access === 'private' && group === undefined) {
      const message = `"${node.name}" is private and belongs to no group: nothing could read it`;
      report({
        code: 'LK2028',
        severity: 'error',
        message,
        at: writtenAt(node, 'access') ?? declaredAt(node),
        hint: 'Write group: <name>',
      });
    }
    if (access === 'public' && node.materialized === 'ephemeral') {
      const message = `"${node.name}" is public and ephemeral: there is no table that others could read`;
      report({
        code: 'LK2028',
        severity: 'error',
        message,
        at: writtenAt(node, 'access') ?? declaredAt(node),
        hint: 'Make it a table or a view, or protected',
      });
    }
  }
  for (const [reader, reads] of places) {
    const of = byId.get(reader);
    for (const [id, at] of reads) {
      const read = byId.get(id);
      if (read?.kind !== 'model') continue;
      checkAccess(of, read, at, setting);
      checkDeprecation(read, at, byId, setting);
    }
  }
}

function checkAccess(
  of: GraphNode | undefined,
  read: ModelNode,
  at: SourceSpan,
  { groups, report }: GovernanceSetting,
): void {
  if (read.access !== 'private' || read.group === undefined) return;
  // A group that there is not has been told.
  if (!groups.some(({ name }) => name === read.group)) return;
  const group = of?.kind === 'model' ? of.group : undefined;
  if (group === read.group) return;
  const reader =
    of === undefined
      ? 'this'
      : `${of.name} ${group === undefined ? 'has no group' : `is of the group "${group}"`}`;
  report({
    code: 'LK2028',
    severity: 'error',
    message: `"${read.name}" is private to the group "${read.group}", and ${reader}`,
    at,
    hint: `Write group: ${read.group} for the reader, or access: protected for ${read.name}`,
  });
}

function checkDeprecation(
  { name, version }: ModelNode,
  at: SourceSpan,
  byId: ReadonlyMap<NodeId, GraphNode>,
  { today, report }: GovernanceSetting,
): void {
  if (version?.deprecationDate === undefined) return;
  const { of, v, deprecationDate: date } = version;
  const past = date.slice(0, 10) <= today;
  const latest = [...byId.values()].find(
    (node) => node.kind === 'model' && node.version?.of === of && node.version.stage === 'latest',
  );
  const better = latest && latest.name !== name && latest.kind === 'model' ? latest.version!.v : undefined;
  report({
    code: 'LK2027',
    severity: 'warning',
    message: `version ${v} of "${of}" ${past ? 'is deprecated since' : 'will be deprecated on'} ${date}`,
    at,
    hint:
      better === undefined ? 'Read something else' : `Read version ${better}: {{ref '${of}' v=${better}}}`,
  });
}
