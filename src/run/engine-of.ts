import { join, resolve } from 'node:path';
import { createEngine } from '../engine/index.js';
import type { Engine } from '../engine/types.js';
import type { Target } from '../project/types.js';

/**
 * A target's engine: nothing is started before it is used. Whoever asks for it closes it. Its SQL reaches the project, the lake and
 * what is kept on this machine of a lake elsewhere, and no other file, whatever a model, a hook, a test or a question says.
 */
export function engineOf(root: string, target: Target): Engine {
  const { lake } = target;
  const outside = [lake.type === 'local' ? lake.path : undefined, lake.cache?.path];
  return createEngine({
    threads: target.threads,
    memoryLimit: target.memoryLimit,
    tempDir: resolve(root, target.tempDirectory ?? join('target', 'spill')),
    onlyFolders: [root, ...outside.flatMap((path) => (path === undefined ? [] : [resolve(root, path)]))],
  });
}
