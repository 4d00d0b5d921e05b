/** What a child process gets to know: its settings, and no secret of its parent's environment. */
import { join } from 'node:path';
import { type ProcessSettings, SETTINGS_VARIABLE } from './protocol.js';

/** Needed to start Node, find libraries and write temporary files on the supported systems. */
const PASSED_ON = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

/** The environment of a child process: a few of the parent's variables, the time zone UTC, and its settings as JSON. */
export function childEnvironment(settings: ProcessSettings): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    // Every running statement occupies one of libuv's threads. Read once, before the first one is used.
    UV_THREADPOOL_SIZE: String(threadsOf(settings)),
    TZ: 'UTC',
    [SETTINGS_VARIABLE]: JSON.stringify(settings),
  };
}

/** Statements of tasks wait for each other, and each thread that runs some has its own memory to warm up; decoding reads files, too. */
function threadsOf({ kind, threads }: ProcessSettings): number {
  return kind === 'sql' ? Math.max(2, threads) : Math.max(4, threads + 2);
}

/** The settings that the parent gave this process. */
export function ownSettings(): ProcessSettings {
  return JSON.parse(process.env[SETTINGS_VARIABLE] ?? '') as ProcessSettings;
}

/** Where a process may spill: a folder of its own in the engine's, so that the parent can clear it after a crash. */
export function spillDir(tempDir: string, pid: number | undefined): string {
  return join(tempDir, `engine-${pid}`);
}

/** Exit code with which the program says that it could not start. */
export const CANNOT_START = 70;
