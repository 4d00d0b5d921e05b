/** What there is to say of one dataset or model: what it is, where it comes from, and how it stands in the lake. */
import type { Graph, GraphNode } from '../../compile/types.js';
import type { TableHead, ViewHead } from '../../lakehouse/types.js';

export interface Described {
  readonly node: string;
  readonly kind: string;
  /** How a model is kept; bronze and silver are tables. */
  readonly materialized: string;
  readonly description: string | null;
  readonly file: string;
  readonly source: string | null;
  readonly reads: readonly string[];
  readonly read_by: readonly string[];
  readonly tests: readonly string[];
  readonly key: readonly string[] | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly license: string | null;
  /** Null as long as it was never built. */
  readonly version: number | null;
  readonly rows: number | null;
  /** Bronze keeps the rows of older loads, too: those that are current. Null for all others. */
  readonly current_rows: number | null;
  readonly bytes: number | null;
  readonly built_at: string | null;
  readonly built_by: string | null;
  /** Loads whose rows are current. */
  readonly loads: readonly string[];
  /** Bronze: parts with their rows. */
  readonly parts: readonly { readonly part: string; readonly rows: number }[];
  readonly quarantined: number | null;
  /** Absolute folder, or address in a bucket: a Delta table, or the versions of a view. */
  readonly path: string | null;
  readonly columns: readonly {
    readonly column: string;
    readonly type: string;
    readonly description: string | null;
  }[];
}

/**
 * @param head The node's table or view at its newest version; undefined when it was never built.
 * @param path Of its folder.
 */
export function describeNode(
  graph: Graph,
  node: GraphNode,
  head: TableHead | ViewHead | undefined,
  path: string,
): Described {
  const dataset = node.kind === 'model' ? undefined : node.dataset;
  const published = head?.state;
  const state = published && 'files' in published ? published : undefined;
  const parts = Object.values(state?.parts ?? {});
  return {
    node: node.id,
    kind: node.kind,
    materialized: node.kind === 'model' ? node.materialized : 'table',
    description: node.description ?? null,
    file: node.path,
    source: node.kind === 'bronze' ? sourceText(graph, node.dataset) : null,
    reads: node.dependsOn,
    read_by: graph.nodes.filter((other) => other.dependsOn.includes(node.id)).map(({ id }) => id),
    tests: [
      ...graph.tests.filter(({ owner }) => owner === node.id),
      ...graph.unitTests.filter((test) => test.node === node.id),
    ].map(({ id }) => id),
    key: dataset ? (dataset.key ?? null) : null,
    tags: node.tags,
    owner: dataset?.owner ?? null,
    license: dataset?.license ?? null,
    version: head?.version ?? null,
    rows: state?.rows ?? null,
    current_rows: node.kind === 'bronze' && state ? parts.reduce((sum, part) => sum + part.rows, 0) : null,
    bytes: state?.bytes ?? null,
    built_at: published?.at ?? null,
    built_by: published?.run ?? null,
    loads: [...new Set(parts.flatMap((part) => part.loads))].sort(),
    parts: parts.map(({ label, rows }) => ({ part: label, rows })),
    quarantined: state?.accounting?.quarantined ?? null,
    path: head ? path : null,
    columns: columnsOf(node, head),
  };
}

function columnsOf(node: GraphNode, head: TableHead | ViewHead | undefined): Described['columns'] {
  const said = new Map(
    (node.kind === 'bronze' ? [] : node.columns).map((column) => [column.name.toLowerCase(), column]),
  );
  const published = head?.state.columns ?? [...said.values()];
  return published.map(({ name, type }) => ({
    column: name,
    type,
    description: said.get(name.toLowerCase())?.description ?? null,
  }));
}

/** `package shootings-firearm-discharges at https://ckan0…`. */
function sourceText(
  graph: Graph,
  { portal, source }: Extract<GraphNode, { kind: 'bronze' }>['dataset'],
): string {
  const { url } = graph.portals[portal] ?? {};
  const what = Object.entries(source)
    .filter(([, value]) => value !== undefined && (typeof value === 'string' || Array.isArray(value)))
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(', ') : value}`)
    .join(', ');
  const members = source.family
    ? `${Object.keys(source.family.members).length} members by ${source.family.variable}`
    : '';
  return `${[what, members].filter(Boolean).join(', ')}${url ? ` at ${url}` : ''}`;
}
