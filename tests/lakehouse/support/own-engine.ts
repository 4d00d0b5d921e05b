/** An engine whose scratch folder goes with it. */
import { createEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';
import { temporaryFolder } from './temporary-folder.js';

export interface OwnEngine {
  readonly sql: Engine['sql'];
  close(): Promise<void>;
}

export async function ownEngine(): Promise<OwnEngine> {
  const scratch = await temporaryFolder();
  const engine = createEngine({ threads: 1, tempDir: scratch.path });
  return {
    sql: engine.sql,
    async close() {
      await engine.close();
      await scratch.remove();
    },
  };
}
