/** The `sql` process's one database: it holds lake's macros; tasks bring their own catalogs. */
import type { DuckDBInstance } from '@duckdb/node-api';
import { engineMacros } from '../macros/index.js';
import { memoryKeeper } from '../process/give-back.js';
import { openDatabase } from '../process/open-database.js';
import type { ProcessSettings } from '../process/protocol.js';
import type { SqlTask } from '../types.js';

/** Where lake's macros live: the default catalog of an in-memory DuckDB, second in every task's search path. */
export const SHARED_CATALOG = 'memory';

export interface SqlDatabase {
  readonly instance: DuckDBInstance;
  /** Makes the functions known that the task's text mentions: `lake_*` macros and, with h3-js, `h3_*`. */
  provideFunctions(task: SqlTask): Promise<void>;
  /** Gives back to the system what statements that are done left behind, where it is much. */
  giveBack(): Promise<void>;
}

/**
 * Opens it without any function of lake's yet. `spill`: absolute folder. @throws LakeError LK5001 for a wrong
 * `memory_limit`.
 */
export async function openSqlDatabase(settings: ProcessSettings, spill: string): Promise<SqlDatabase> {
  const instance = await openDatabase({
    threads: settings.threads,
    memoryLimit: settings.memoryLimit,
    spill,
    ...(settings.onlyFolders && { onlyFolders: [...settings.onlyFolders, settings.tempDir] }),
  });
  const macros = once(async () => {
    const connection = await instance.connect();
    await connection.run(engineMacros);
    connection.disconnectSync();
  });
  const h3 = once(async () => {
    const { registerH3 } = await import('../h3/register.js');
    const connection = await instance.connect();
    await registerH3(connection);
    connection.disconnectSync();
  });
  return {
    instance,
    giveBack: memoryKeeper(),
    async provideFunctions(task) {
      if (mentions(task, /\blake_/i)) await macros();
      if (mentions(task, /\bh3_/i)) await h3();
    },
  };
}

function mentions(task: SqlTask, word: RegExp): boolean {
  return (
    task.statements.some(({ sql }) => word.test(sql)) ||
    task.macros.some((macro) => word.test(macro)) ||
    task.relations.some(
      ({ scans, view }) =>
        scans.some(({ select, where }) => word.test(select) || word.test(where ?? '')) ||
        (view !== undefined && word.test(view.sql)),
    )
  );
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
