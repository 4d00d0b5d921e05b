/**
 * The versions that one run reads: every table as it was at the start, overlaid with the run's own commits. A table
 * that somebody else publishes meanwhile is not seen, so that all nodes of a run agree.
 */
import type { Lake, TableHead, TableId, TestRecord } from '../lakehouse/types.js';

export class Pins {
  readonly #lake: Lake;
  readonly #heads = new Map<TableId, TableHead | undefined>();
  readonly #committed = new Map<TableId, number>();

  private constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** Reads the newest version of every given table. */
  static async take(lake: Lake, tables: readonly TableId[]): Promise<Pins> {
    const pins = new Pins(lake);
    const heads = await Promise.all(tables.map((table) => lake.head(table)));
    for (const [i, table] of tables.entries()) pins.#heads.set(table, heads[i]);
    return pins;
  }

  head(table: TableId): TableHead | undefined {
    return this.#heads.get(table);
  }

  /** The data version that children of the table count by. */
  dataVersion(table: TableId): number | undefined {
    return this.#heads.get(table)?.state.dataVersion;
  }

  /** Takes over a commit of this run. */
  committed(head: TableHead): void {
    this.#heads.set(head.table, head);
    this.#committed.set(head.table, head.version);
  }

  /** Table → version of everything that exists, for the set. */
  versions(): Record<TableId, number> {
    const versions: Record<TableId, number> = {};
    for (const [table, head] of this.#heads) if (head) versions[table] = head.version;
    return versions;
  }

  get anyCommitted(): boolean {
    return this.#committed.size > 0;
  }

  /** Passing test records that were published together with a table. */
  records(table: TableId): readonly TestRecord[] {
    return this.#heads.get(table)?.state.tests ?? [];
  }

  get lake(): Lake {
    return this.#lake;
  }
}
