import { join, resolve } from 'node:path';
import { createEngine } from '../engine/index.js';
import type { Engine } from '../engine/types.js';
import type { Target } from '../project/types.js';

/** A target's engine: nothing is started before it is used. Whoever asks for it closes it. */
export function engineOf(root: string, target: Target): Engine {
  return createEngine({
    threads: target.threads,
    memoryLimit: target.memoryLimit,
    tempDir: resolve(root, target.tempDirectory ?? join('target', 'spill')),
  });
}
