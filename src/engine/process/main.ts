/** The program of both child processes. It ends when its parent does, and leaves signals to the parent. */
import { rmSync } from 'node:fs';
import { errorInfo } from '../../errors/lake-error.js';
import { CANNOT_START, ownSettings, spillDir } from './environment.js';
import type { Answer, Request } from './protocol.js';
import { createWorker } from './worker.js';

// A terminal sends Ctrl-C to the whole group; whether work is drained or dropped is the parent's decision.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// Nothing here outlives the parent, and threads in the middle of a query must not delay the end.
process.on('disconnect', () => {
  rmSync(spillDir(ownSettings().tempDir, process.pid), { recursive: true, force: true });
  process.kill(process.pid, 'SIGKILL');
});

try {
  const worker = await createWorker(ownSettings());
  process.on('message', async ({ id, work, task }: Request) => {
    const answer: Answer = await worker(work, task).then(
      (result) => ({ id, result }),
      (error: unknown) => ({ id, error: errorInfo(error) }),
    );
    // A database that declared itself invalid answers nothing any more: the next task gets a new process.
    const broken = 'error' in answer && answer.error.details?.['fatal'] === true;
    process.send?.(answer, () => broken && process.exit(1));
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(CANNOT_START);
}
