/** `<cache>/incoming/`: files that are being downloaded, each under a name of its own until it is whole. */
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A download writes its next piece within minutes or gives up (`RemoteLimits`): what nobody wrote to for so long is of a process that
 * was killed. Process ids would say nothing of machines and containers that share the folder. Milliseconds.
 */
const FORSAKEN = 60 * 60_000;

/** Absolute path for one more. */
export function newIncoming(folder: string): string {
  return join(folder, 'incoming', randomUUID());
}

/** Deletes what killed processes left. What cannot be deleted stands in nobody's way. */
export function sweepIncoming(folder: string): void {
  for (const path of incoming(folder)) {
    try {
      if (Date.now() - statSync(path).mtimeMs > FORSAKEN) rmSync(path);
    } catch {
      // Another process was quicker: it has ended, or it sweeps as well.
    }
  }
}

function incoming(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, 'incoming')).map((name) => join(folder, 'incoming', name));
  } catch {
    return [];
  }
}
