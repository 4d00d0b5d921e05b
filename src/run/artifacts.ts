/**
 * `target/run_results.json`, and beside it `run_results.ndjson`: what was asked in its first line, then a line for each node
 * as it ends, so that a killed run leaves what it had done.
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeResult, RunEvent, RunResult } from './events.js';
import { type Invocation, SCRATCH } from './invocation.js';

export interface Artifacts {
  onEvent(event: RunEvent): void;
  finish(result: RunResult): Promise<void>;
}

/**
 * @param root Project root; files go to its `target/`, of a sample to `target/samples/` and of `--empty` to `target/empty/`: `lake retry` is
 * about the run before these.
 */
export function writeArtifacts(root: string, invocation: Invocation): Artifacts {
  const { limit } = invocation;
  const scratch = limit === undefined ? '' : limit === 0 ? SCRATCH.empty : SCRATCH.sample;
  const folder = join(root, 'target', scratch);
  const lines = join(folder, LINES);
  mkdirSync(folder, { recursive: true });
  let file: number | undefined;
  const write = (line: unknown): void => {
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(line)}\n`);
  };
  return {
    onEvent(event) {
      // A run that gives way to another one leaves the other's lines alone.
      if (event.type === 'run_started') {
        file = openSync(lines, 'w');
        write({ run: event.run, invocation });
      }
      if (event.type === 'node_finished') write(event.result);
      if (event.type === 'run_finished' && file !== undefined) {
        closeSync(file);
        file = undefined;
      }
    },
    async finish(result) {
      const path = join(folder, 'run_results.json');
      const { run, ...rest } = result;
      await writeFile(`${path}.new`, `${JSON.stringify({ format: 1, run, invocation, ...rest }, null, 2)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

/** The last run of a project, however it ended. */
export interface LastRun {
  readonly run: string;
  readonly invocation: Invocation;
  /** Nodes that ended. */
  readonly ended: readonly Pick<NodeResult, 'id' | 'kind' | 'of' | 'status' | 'reason' | 'tests'>[];
}

/** Undefined when nothing was run yet, or what was written cannot be read. */
export async function readLastRun(root: string): Promise<LastRun | undefined> {
  const text = await readFile(join(root, 'target', LINES), 'utf8').catch(() => '');
  const [head, ...rest] = text.split('\n').flatMap((line) => parsed(line) ?? []);
  const { run, invocation } = (head ?? {}) as { run?: string; invocation?: Invocation };
  if (run === undefined || invocation === undefined) return undefined;
  return { run, invocation, ended: rest as unknown as LastRun['ended'] };
}

/** The last run, where it was killed before it wrote its result, and when it last wrote anything; ISO 8601. */
export async function interruptedRun(
  root: string,
): Promise<{ readonly run: string; readonly at: string } | undefined> {
  const folder = join(root, 'target');
  const [lines, results] = await Promise.all(
    [LINES, 'run_results.json'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  const { run, invocation } = parsed(lines!.slice(0, lines!.indexOf('\n'))) ?? {};
  if (typeof run !== 'string' || invocation === undefined || finishedRun(results!) === run) return undefined;
  const { mtime } = await stat(join(folder, LINES));
  return { run, at: mtime.toISOString() };
}

const LINES = 'run_results.ndjson';

/** The run's name stands in front: who wants it alone need not parse what a thousand nodes came to. */
function finishedRun(text: string): unknown {
  const start = /^\{\s*"format": 1,\s*"run": "([\w.-]+)",/.exec(text);
  return start ? start[1] : parsed(text)?.['run'];
}

/** The last line of a killed run may be torn. */
function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
