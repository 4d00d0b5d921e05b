/** Commits as other programs write them: their own order of lines, `null` members, encoded paths. */
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

export interface ForeignAdd {
  readonly path: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly partition?: Readonly<Record<string, string | null>>;
  readonly dataChange?: boolean;
  readonly more?: object;
}

export class ForeignWriter {
  constructor(
    /** Absolute path of the table's folder. */
    readonly folder: string,
    readonly connection: DuckDBConnection,
    readonly engineInfo = 'delta-rs:py-1.6.6',
  ) {}

  /** Number of the next version. */
  next(): number {
    const names = readdirSync(join(this.folder, '_delta_log')).filter((name) => /^\d{20}\./.test(name));
    return Math.max(...names.map((name) => Number(name.slice(0, 20)))) + 1;
  }

  /** The rows of a SELECT as a file that no version names yet. */
  async file(select: string, name = `part-00000-${randomUUID()}-c000.snappy.parquet`): Promise<ForeignAdd> {
    await this.connection.run(`copy (${select}) to '${join(this.folder, name)}' (format parquet)`);
    const counted = await this.connection.runAndReadAll(`select count(*)::integer from (${select})`);
    return { path: name, rows: Number(counted.getRows()[0]![0]) };
  }

  /** @returns The version. */
  async append(select: string): Promise<number> {
    return this.commit('WRITE', [add(await this.file(select), this.folder)]);
  }

  /** What Delta calls `OPTIMIZE`: these files become one. */
  async compact(select: string, removed: readonly string[]): Promise<number> {
    const file = add({ ...(await this.file(select)), dataChange: false }, this.folder);
    return this.commit('OPTIMIZE', [file, ...removed.map((path) => remove(path, false))]);
  }

  delete(...paths: readonly string[]): number {
    return this.commit(
      'DELETE',
      paths.map((path) => remove(path)),
    );
  }

  /** delta-rs writes its `commitInfo` last. */
  commit(operation: string, actions: readonly object[]): number {
    const version = this.next();
    const commitInfo = { timestamp: Date.now(), operation, clientVersion: this.engineInfo };
    const lines = [...actions, { commitInfo }].map((action) => `${JSON.stringify(action)}\n`);
    writeFileSync(
      join(this.folder, '_delta_log', `${String(version).padStart(20, '0')}.json`),
      lines.join(''),
      {
        flag: 'wx',
      },
    );
    return version;
  }
}

export function add(
  { path, rows, bytes, partition, dataChange = true, more }: ForeignAdd,
  folder: string,
): object {
  return {
    add: {
      path,
      partitionValues: partition ?? {},
      size: bytes ?? statSync(join(folder, decodeURIComponent(path))).size,
      modificationTime: Date.now(),
      dataChange,
      stats: rows === undefined ? null : JSON.stringify({ numRecords: rows, minValues: {}, maxValues: {} }),
      tags: null,
      deletionVector: null,
      baseRowId: null,
      ...more,
    },
  };
}

export function remove(path: string, dataChange = true): object {
  return {
    remove: { path, dataChange, deletionTimestamp: Date.now(), extendedFileMetadata: null, tags: null },
  };
}
