/** A task that asks several times: its steps find each other by a name of its own. */
import { randomUUID } from 'node:crypto';
import { mayBeOfAnother } from './neighbours.js';
import type { EngineChild } from './process/child.js';
import type { Engine, SqlTask, Statement } from './types.js';

const NOTHING_NEW = { relations: [], macros: [] } as const;

/** @throws what `work` throws; the process's own end and want of memory as they are, whatever `work` made of them. */
export async function inSteps<Result>(
  child: EngineChild,
  task: Omit<SqlTask, 'statements'>,
  work: (run: Parameters<Parameters<Engine['steps']>[1]>[0]) => Promise<Result>,
): Promise<Result> {
  const steps = randomUUID();
  let begun = false;
  let struck: unknown;
  try {
    return await work((statements: readonly Statement[]) => {
      const first = !begun;
      begun = true;
      const given = first ? task : { ...NOTHING_NEW, label: task.label };
      return child
        .request('step', task.label, { ...given, statements, steps, first })
        .catch((error: unknown) => {
          if (mayBeOfAnother(error)) struck = error;
          throw error;
        });
    });
  } catch (error) {
    throw struck ?? error;
  } finally {
    // Nobody waits for it: the next task is another.
    if (begun) child.request('endSteps', task.label, steps).catch(() => undefined);
  }
}
