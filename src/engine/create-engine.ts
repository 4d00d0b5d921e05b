/** The engine: two child processes that start when they are first needed. */
import { availableParallelism } from 'node:os';
import { decodeSlots } from './decode/slots.js';
import { Neighbours } from './neighbours.js';
import { EngineChild } from './process/child.js';
import type { ProcessKind } from './process/protocol.js';
import { inSteps } from './steps.js';
import { streamed } from './streamed.js';
import { takeTurns } from './turns.js';
import type { Engine, EngineSettings } from './types.js';

/** Once it has written so many bytes of Parquet, starting a decode process anew is nothing beside its work. */
const ENOUGH_WRITTEN = 64 << 20;

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
  const [ofSql, ofDecode] = [new Neighbours(), new Neighbours()];
  let written = 0;
  return {
    sql: (task) => ofSql.run(() => sql.request('sql', task.label, task)),
    steps: (task, work) => ofSql.run(() => inSteps(sql, task, work)),
    stream: (task, signal) => streamed(sql, task, signal),
    scan: (task) => ofSql.run(() => sql.request('scan', task.label, task)),
    async decode(task) {
      const result = await inTurn(() => ofDecode.run(() => decode.request('decode', task.label, task)));
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
