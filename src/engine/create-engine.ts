/** The engine: two child processes that start when they are first needed. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { decodeSlots } from './decode/slots.js';
import { EngineChild } from './process/child.js';
import type { ProcessKind } from './process/protocol.js';
import { takeTurns } from './turns.js';
import type { Engine, EngineSettings } from './types.js';

/** Once it has written so many bytes of Parquet, starting a decode process anew is nothing beside its work. */
const ENOUGH_WRITTEN = 64 << 20;
const NOTHING_NEW = { relations: [], macros: [] } as const;

/**
 * An engine that has started nothing yet. Each of its processes runs several tasks at once, is started again after a
 * crash, and ends with `close` or with this process. Decode tasks beyond `decodeSlots` wait for their turn.
 */
export function createEngine(settings: EngineSettings): Engine {
  const threads = settings.threads ?? availableParallelism();
  const slots = decodeSlots(threads, settings.memoryLimit);
  const child = (kind: ProcessKind, memoryLimit: string | undefined) =>
    new EngineChild({ ...settings, threads, memoryLimit, kind });
  const sql = child('sql', settings.memoryLimit);
  const decode = child('decode', slots.memoryLimit);
  const inTurn = takeTurns(slots.atOnce);
  let written = 0;
  return {
    sql: (task) => sql.request('sql', task.label, task),
    async steps(task, work) {
      const steps = randomUUID();
      let begun = false;
      try {
        return await work((statements) => {
          const first = !begun;
          begun = true;
          return sql.request('step', task.label, {
            ...(first ? task : { ...NOTHING_NEW, label: task.label }),
            statements,
            steps,
            first,
          });
        });
      } finally {
        // Nobody waits for it: the next task is another.
        if (begun) sql.request('endSteps', task.label, steps).catch(() => undefined);
      }
    },
    scan: (task) => sql.request('scan', task.label, task),
    async decode(task) {
      const result = await inTurn(() => decode.request('decode', task.label, task));
      written += result.files.reduce((sum, { bytes }) => sum + bytes, 0);
      // Silver comes next, most often: it need not share memory with a process that waits.
      if (written >= ENOUGH_WRITTEN && decode.retire()) written = 0;
      return result;
    },
    parse: (statements) => sql.request('parse', 'parsing SQL', statements),
    get started() {
      return sql.started || decode.started;
    },
    async close() {
      await Promise.all([sql.close(), decode.close()]);
    },
  };
}
