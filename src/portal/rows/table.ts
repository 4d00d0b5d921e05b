/** A served table: counts and columns without touching its rows where that is possible, rows when they are asked for. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import type { ServedColumn, TableSpec } from '../types.js';
import { loadRows } from './load-rows.js';
import { matchColumn } from './match-column.js';
import type { RowStore } from './row-store.js';

/** A table whose files have been read. */
export interface OpenTable {
  readonly store: RowStore;
  readonly columns: readonly ServedColumn[];
  /** Position of each served column in the store. */
  readonly positions: readonly number[];
}

/** Opens its files with the first request that needs rows, once. */
export class Table {
  /** Changes when a file's size, a column or the portal's own date does: what ETags are made of. */
  readonly version: string;
  private opened: Promise<OpenTable> | undefined;

  /** @param reserved columns of the file that the portal makes itself (`_id`) or serves as system fields (`:id`). */
  constructor(
    readonly spec: TableSpec,
    private readonly reserved: (column: string) => boolean,
    private readonly textType: string,
  ) {
    const facts = [
      spec.files.map((file) => [path.basename(file.path), file.bytes]),
      spec.columns,
      spec.updatedAt,
    ];
    this.version = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24);
  }

  /** Rows in all: as counted when the folder was written, else by reading the files. */
  async count(): Promise<number> {
    return this.spec.rows ?? (await this.open()).store.count;
  }

  async columns(): Promise<readonly ServedColumn[]> {
    return this.spec.columns ?? (await this.open()).columns;
  }

  /** @throws LakeError LK7103 when the files cannot be read as a table or lack a served column. */
  open(): Promise<OpenTable> {
    this.opened ??= this.load();
    return this.opened;
  }

  private async load(): Promise<OpenTable> {
    const store = await loadRows(this.spec);
    const columns: readonly ServedColumn[] =
      this.spec.columns ??
      store.columns
        .filter((name) => !this.spec.drop.includes(name) && !this.reserved(name))
        .map((name) => ({ name, type: this.textType }));
    const positions = columns.map((column) => matchColumn(column, store.columns));
    const absent = columns.filter((_, i) => positions[i] === -1);
    if (absent.length > 0) {
      const names = absent.map((column) => `"${column.from ?? column.name}"`).join(', ');
      throw new LakeError('LK7103', `${this.spec.files[0]?.path} has no column ${names}`, {
        hint: `It has ${store.columns.join(', ')}.`,
      });
    }
    return { store, columns, positions };
  }
}
