/** What publications that were killed had in `target/publish/`: rows on their way to a target. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No publication is under way for so long. Milliseconds. */
const FORGOTTEN = 86_400_000;

/** @param folder Absolute; it may not be there. Nothing hangs on it: what cannot be deleted stays. */
export async function sweepScratch(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > FORGOTTEN)
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
