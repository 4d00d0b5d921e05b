/** Tasks in several steps: the catalog of the first stays open until the task is ended, or a step fails. */
import { LakeError } from '../../errors/lake-error.js';
import type { ResultSet, SqlStep } from '../types.js';
import { closeTask, type OpenTask, openTask, runStatements } from './run-sql.js';
import type { SqlDatabase } from './sql-database.js';

export interface SqlSteps {
  /** @throws LakeError as `runSql`; LK5002 where a task was begun in a process that died. */
  run(step: SqlStep): Promise<readonly ResultSet[]>;
  end(steps: string): Promise<null>;
}

export function sqlSteps(database: SqlDatabase): SqlSteps {
  const tasks = new Map<string, OpenTask>();
  const end = async (steps: string): Promise<null> => {
    const open = tasks.get(steps);
    tasks.delete(steps);
    if (open) await closeTask(database, open);
    return null;
  };
  return {
    async run(step) {
      const { steps, label, first } = step;
      const open = first ? await openTask(database, step) : tasks.get(steps);
      if (!open) throw lost(label);
      tasks.set(steps, open);
      try {
        return await runStatements(open, step);
      } catch (error) {
        await end(steps);
        throw error;
      }
    },
    end,
  };
}

function lost(label: string): LakeError {
  return new LakeError('LK5002', `The engine's process ended while it worked on ${label}`, {
    hint: 'run the same command again',
    transient: true,
  });
}
