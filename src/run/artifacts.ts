/** `target/run_results.json`, and beside it one line per ended node, so that a killed run leaves what it had done. */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, RunResult } from './events.js';

export interface Artifacts {
  onEvent(event: RunEvent): void;
  finish(result: RunResult): Promise<void>;
}

/** @param root Project root; files go to its `target/`. */
export function writeArtifacts(root: string): Artifacts {
  const folder = join(root, 'target');
  const lines = join(folder, 'run_results.ndjson');
  mkdirSync(folder, { recursive: true });
  rmSync(lines, { force: true });
  return {
    onEvent(event) {
      if (event.type === 'node_finished') appendFileSync(lines, `${JSON.stringify(event.result)}\n`);
    },
    async finish(result) {
      const path = join(folder, 'run_results.json');
      await writeFile(`${path}.new`, `${JSON.stringify({ format: 1, ...result }, null, 2)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}
