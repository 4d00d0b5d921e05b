/** `lake compile --watch`: the work again whenever a file of the project changes, until Ctrl-C. */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps: changes within this time are one. Milliseconds. */
const SETTLES_MS = 150;
/** Folders and files that make a project. */
const WATCHED = ['datasets', 'models', 'macros', 'tests', 'seeds', 'snapshots'];
const FILES = /^(project|profiles)\.ya?ml$/;

/**
 * Does the work once, then after each change. Never two at a time; changes meanwhile lead to one more. Resolves after SIGINT or
 * SIGTERM, when what has begun has ended.
 * @param root Absolute project root.
 * @param work Given the files that changed, relative to the root; never throws.
 * @returns The exit code: 130, or 143 for SIGTERM.
 */
export async function watchProject(
  root: string,
  work: (changed: readonly string[]) => Promise<void>,
): Promise<number> {
  const changed = new Set<string>();
  const watchers = new Map<string, FSWatcher>();
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let code: number | undefined;
  const note = (file: string): void => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => wake?.(), SETTLES_MS);
  };
  const stop = (name: NodeJS.Signals): void => {
    code = name === 'SIGTERM' ? 143 : 130;
    wake?.();
  };
  const follow = (folder: string): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(join(root, folder), { recursive: true }, (_, file) => {
        if (file !== null && !/(^|[\\/])\.|~$/.test(file)) note(join(folder, file).replaceAll('\\', '/'));
      });
      // A folder that is removed is watched again once it is back.
      watcher.on('error', () => unfollow(folder));
      watchers.set(folder, watcher);
    } catch {
      // Not there yet.
    }
  };
  const unfollow = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const top = watch(root, (_, file) => {
    if (file === null) return;
    if (WATCHED.includes(file)) {
      follow(file);
      note(file);
    } else if (FILES.test(file)) note(file);
  });
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    for (const folder of WATCHED) follow(folder);
    for (let files: readonly string[] = []; code === undefined; ) {
      await work(files);
      if (code === undefined && changed.size === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      files = [...changed].sort();
      changed.clear();
    }
    return code;
  } finally {
    clearTimeout(timer);
    top.close();
    for (const folder of [...watchers.keys()]) unfollow(folder);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
