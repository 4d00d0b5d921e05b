/** What a child process can do, depending on its kind. The database driver is loaded here and nowhere earlier. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runDecode } from '../decode/run-decode.js';
import { parseStatements } from '../sql/parse-statements.js';
import { runSql } from '../sql/run-sql.js';
import { smallTasks } from '../sql/small-tasks.js';
import { openSqlDatabase, type SqlDatabase } from '../sql/sql-database.js';
import { sqlSteps } from '../sql/sql-steps.js';
import { sqlStreams } from '../sql/sql-streams.js';
import type { DecodeTask, ScanTask, SqlStep, SqlTask } from '../types.js';
import { spillDir } from './environment.js';
import type { ProcessSettings, Work, WorkName } from './protocol.js';

export type Worker = (work: WorkName, task: Work[WorkName]['task']) => Promise<Work[WorkName]['result']>;

/** @throws when DuckDB cannot be loaded on this machine. */
export async function createWorker(settings: ProcessSettings): Promise<Worker> {
  const spill = spillDir(settings.tempDir, process.pid);
  // A lake on a disk that is read-only can still be asked: only what spills needs the folder.
  await mkdir(spill, { recursive: true }).catch((error: unknown) => {
    if (settings.kind !== 'sql') throw error;
  });
  if (settings.kind === 'decode') return (_work, task) => runDecode(task as DecodeTask, settings, spill);

  const database = await openSqlDatabase(settings, spill);
  const steps = sqlSteps(database);
  const streams = sqlStreams(database);
  let single: Promise<SqlDatabase> | undefined;
  const small = smallTasks(() => {
    single ??= openSqlDatabase({ ...settings, threads: 1 }, join(spill, 'small'));
    return single;
  }, database);
  return async (work, task) => {
    switch (work) {
      case 'parse':
        return parseStatements(database, task as readonly string[]);
      case 'step':
        return steps.run(task as SqlStep);
      case 'endSteps':
        return steps.end(task as string);
      case 'openStream':
        return streams.open(task as Work['openStream']['task']);
      case 'nextPiece':
        return streams.next(task as string);
      case 'endStream':
        return streams.end(task as string);
      case 'scan':
        return small.scan(task as ScanTask);
      default:
        return (await small.run(task as SqlTask)) ?? runSql(database, task as SqlTask);
    }
  };
}
