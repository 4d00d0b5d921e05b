/** Writes real Parquet files with DuckDB and publishes them, as a run does. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { CommitRequest, Lake, StagedFile, TableHead, TableId } from '../../../src/lakehouse/types.js';

export const bareState: CommitRequest['state'] = { run: 'run-1', inputs: {}, tests: [], audited: true };

export async function connect(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`set timezone = 'UTC'`);
  return connection;
}

export type WriteOptions = Partial<Omit<CommitRequest, 'table' | 'columns' | 'files'>>;

export class Writer {
  private constructor(
    readonly lake: Lake,
    readonly connection: DuckDBConnection,
  ) {}

  static async on(lake: Lake): Promise<Writer> {
    return new Writer(lake, await connect());
  }

  async columns(select: string): Promise<{ name: string; type: string }[]> {
    const described = await this.connection.runAndReadAll(`describe ${select}`);
    return described
      .getRowObjects()
      .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
  }

  /** Files of a SELECT in the table's staging folder. */
  async stage(
    table: TableId,
    select: string,
    partitionBy: readonly string[] = [],
    run = 'run-1',
  ): Promise<StagedFile[]> {
    const folder = await this.lake.stage(table, run);
    const by = partitionBy.map((column) => `"${column}"`).join(', ');
    const target =
      by === ''
        ? `'${folder}/part-0.parquet' (format parquet, return_stats)`
        : `'${folder}' (format parquet, return_stats, partition_by (${by}), filename_pattern 'part-{uuid}', overwrite_or_ignore)`;
    const written = await this.connection.runAndReadAll(`copy (${select}) to ${target}`);
    return written.getRowObjectsJson().map((row) => stagedFile(row, partitionBy.length > 0));
  }

  /** Publishes the rows of a SELECT on top of the newest version. */
  async write(table: TableId, select: string, options: WriteOptions = {}): Promise<TableHead> {
    const partitionBy = options.partitionBy ?? [];
    const state = options.state ?? bareState;
    const files = await this.stage(table, select, partitionBy, state.run);
    const columns = await this.columns(select);
    return this.lake.commit({ mode: 'overwrite', ...(await this.next(table, options)), columns, files });
  }

  /** Publishes a version without files: an empty table, or moved state. */
  async writeNothing(table: TableId, select: string, options: WriteOptions = {}): Promise<TableHead> {
    const columns = await this.columns(select);
    return this.lake.commit({ mode: 'overwrite', ...(await this.next(table, options)), columns, files: [] });
  }

  private async next(table: TableId, options: WriteOptions) {
    const base = options.base ?? (await this.lake.head(table))?.version ?? -1;
    return { partitionBy: [], state: bareState, ...options, table, base };
  }
}

type Entries = { key: string; value: unknown }[];

function stagedFile(row: Record<string, unknown>, partitioned: boolean): StagedFile {
  const stats = (row['column_statistics'] as Entries).map(({ key, value }) => [
    key,
    fromEntries(value as Entries),
  ]);
  return {
    path: String(row['filename']),
    rows: Number(row['count']),
    bytes: Number(row['file_size_bytes']),
    columnStats: Object.fromEntries(stats),
    ...(partitioned && {
      partition: fromEntries(row['partition_keys'] as Entries) as Record<string, string | null>,
    }),
  };
}

const fromEntries = (entries: Entries) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value])) as Record<string, string>;
