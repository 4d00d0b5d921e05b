/** Opens an in-memory DuckDB with everything set that must not be left to defaults, and locks it. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LakeError } from '../../errors/lake-error.js';
import { quoteText, quoteTextList } from '../../sql/quote.js';
import { readReport } from '../sql/duckdb-error.js';

export interface DatabaseOptions {
  readonly threads: number;
  /** DuckDB's notation, such as `4GB`; undefined: 80 % of the machine's memory. */
  readonly memoryLimit?: string;
  /** Absolute folder for spilling. */
  readonly spill: string;
  /** Absolute folders that SQL may read and write; undefined: all that the user may. */
  readonly onlyFolders?: readonly string[];
}

/**
 * No extension is ever installed or loaded: what the driver brings (parquet, json, icu) is all there is. Errors come
 * as JSON, for their positions. `search_path` stays changeable, for each task sets its own.
 * Source: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
 */
export async function openDatabase(options: DatabaseOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    preserve_insertion_order: 'false',
    errors_as_json: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  });
  const connection = await instance.connect();
  try {
    if (options.memoryLimit !== undefined) await limitMemory(connection, options.memoryLimit);
    await connection.run(`SET GLOBAL temp_directory = ${quoteText(options.spill)}`);
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
    // A file is looked at when its view is made and again by every statement; files never change.
    await connection.run('SET GLOBAL parquet_metadata_cache = true');
    // Their bytes are in the system's cache: a second copy of thousands of tables was half of this process.
    await connection.run('SET GLOBAL enable_external_file_cache = false');
    if (options.onlyFolders) {
      await connection.run(`SET GLOBAL allowed_directories = ${quoteTextList(options.onlyFolders)}`);
      await connection.run('SET GLOBAL enable_external_access = false');
    }
    await connection.run(`SET GLOBAL allowed_configs = ['search_path']`);
    await connection.run('SET GLOBAL lock_configuration = true');
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  } finally {
    connection.disconnectSync();
  }
}

/** Set by SQL and not on creation, where the driver does not say what is wrong with it. */
async function limitMemory(connection: DuckDBConnection, limit: string): Promise<void> {
  try {
    await connection.run(`SET GLOBAL memory_limit = ${quoteText(limit)}`);
  } catch (error) {
    throw new LakeError('LK5001', `The engine cannot start: ${readReport(String(error)).message}`, {
      hint: 'correct `memory_limit` (such as 4GB) in profiles.yml',
    });
  }
}
