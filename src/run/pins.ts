/**
 * The versions that one run reads: every table and view as it was at the start, overlaid with the run's own commits. A table
 * that somebody else publishes meanwhile is not seen, so that all nodes of a run agree.
 */
import type { Graph, GraphNode } from '../compile/types.js';
import { LakeError } from '../errors/lake-error.js';
import type {
  Lake,
  RunSet,
  SetVersions,
  TableHead,
  TableId,
  TestRecord,
  ViewHead,
} from '../lakehouse/types.js';

export class Pins {
  readonly #lake: Lake;
  readonly #heads = new Map<TableId, TableHead | undefined>();
  readonly #views = new Map<TableId, ViewHead>();
  readonly #unreadable = new Map<TableId, LakeError>();

  private constructor(lake: Lake) {
    this.#lake = lake;
  }

  /**
   * Reads the newest version of every given table, and of what may be a view: no other name is looked up as one. A table that
   * cannot be read fails those who ask for it, and nobody else.
   */
  static async take(
    lake: Lake,
    tables: readonly TableId[],
    views: ReadonlySet<TableId> = new Set(),
  ): Promise<Pins> {
    const pins = new Pins(lake);
    const heads = await Promise.all(
      tables.map((table) =>
        lake.head(table).catch((error: unknown) => {
          if (!(error instanceof LakeError)) throw error;
          pins.#unreadable.set(table, error);
        }),
      ),
    );
    for (const [i, table] of tables.entries()) pins.#heads.set(table, heads[i] ?? undefined);
    for (const view of await Promise.all([...views].map((table) => lake.view(table))))
      if (view) pins.#views.set(view.table, view);
    return pins;
  }

  /** All that a project's nodes publish, and all that may be a view. @param set The newest one. */
  static ofGraph(lake: Lake, graph: Graph, set: RunSet | undefined): Promise<Pins> {
    return Pins.take(lake, graph.nodes.flatMap(tablesOf), possibleViews(graph, set));
  }

  /** The table of that name; where a view took its place, the last one before it. @throws LakeError LK602x where it cannot be read. */
  head(table: TableId): TableHead | undefined {
    const unreadable = this.#unreadable.get(table);
    if (unreadable) throw unreadable;
    return this.#heads.get(table);
  }

  /** Whether asking for the table fails. */
  isUnreadable(table: TableId): boolean {
    return this.#unreadable.has(table);
  }

  /** The view that stands under that name. */
  view(table: TableId): ViewHead | undefined {
    return this.#views.get(table);
  }

  /** Whether anything is published under that name. */
  has(table: TableId): boolean {
    return this.#views.has(table) || this.#heads.get(table) !== undefined || this.isUnreadable(table);
  }

  /** Columns as they are published; undefined when nothing is. */
  columns(table: TableId): TableHead['state']['columns'] | undefined {
    return (this.#views.get(table) ?? this.#heads.get(table))?.state.columns;
  }

  /** Takes over a commit of this run. */
  committed(head: TableHead): void {
    this.#heads.set(head.table, head);
    this.#views.delete(head.table);
  }

  /** Takes over a view that this run published. */
  publishedView(view: ViewHead): void {
    this.#views.set(view.table, view);
  }

  /** Versions of everything that exists, for the set. */
  versions(): Required<SetVersions> {
    const tables: Record<TableId, number> = {};
    const views: Record<TableId, number> = {};
    // Rows that other programs wrote belong to no set: the version is the one that lake published last.
    for (const [table, head] of this.#heads)
      if (head && !this.#views.has(table)) tables[table] = head.state.version;
    for (const [table, view] of this.#views) views[table] = view.version;
    return { tables, views };
  }

  /** Tables whose rows moved behind a set. */
  movedSince(set: RunSet | undefined): readonly TableHead[] {
    return [...this.#heads.values()].filter(
      (head) => head !== undefined && head.state.dataVersion > (set?.tables[head.table] ?? -1),
    ) as readonly TableHead[];
  }

  /** Passing test records that were published together with a table. */
  records(table: TableId): readonly TestRecord[] {
    return (this.#views.get(table) ?? this.#heads.get(table))?.state.tests ?? [];
  }

  get lake(): Lake {
    return this.#lake;
  }
}

/** The tables that a node may publish. */
export function tablesOf(node: GraphNode): readonly TableId[] {
  return node.kind === 'silver' ? [node.id, `${node.id}__quarantine`] : [node.id];
}

/** Names that may be views: those that the project calls so, and those that are views in the newest set. */
export function possibleViews(graph: Graph, set: RunSet | undefined): ReadonlySet<TableId> {
  const views = graph.nodes.filter((node) => node.kind === 'model' && node.materialized === 'view');
  return new Set([...views.map((node) => node.id), ...Object.keys(set?.views ?? {})]);
}
