/** The engine: two child processes that start when they are first needed. */
import { availableParallelism } from 'node:os';
import { EngineChild } from './process/child.js';
import type { ProcessKind } from './process/protocol.js';
import type { Engine, EngineSettings } from './types.js';

/**
 * An engine that has started nothing yet. Each of its processes runs several tasks at once, is started again after a
 * crash, and ends with `close` or with this process.
 */
export function createEngine(settings: EngineSettings): Engine {
  const threads = settings.threads ?? availableParallelism();
  const child = (kind: ProcessKind) => new EngineChild({ ...settings, threads, kind });
  const sql = child('sql');
  const decode = child('decode');
  return {
    sql: (task) => sql.request('sql', task.label, task),
    decode: (task) => decode.request('decode', task.label, task),
    parse: (statements) => sql.request('parse', 'parsing SQL', statements),
    get started() {
      return sql.started || decode.started;
    },
    async close() {
      await Promise.all([sql.close(), decode.close()]);
    },
  };
}
