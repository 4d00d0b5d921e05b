/**
 * `target/run_results.json`, and beside it `run_results.ndjson`: what was asked in its first line, then a line for each node
 * as it ends, so that a killed run leaves what it had done.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeResult, RunEvent, RunResult } from './events.js';
import type { Invocation } from './invocation.js';

export interface Artifacts {
  onEvent(event: RunEvent): void;
  finish(result: RunResult): Promise<void>;
}

/** @param root Project root; files go to its `target/`. */
export function writeArtifacts(root: string, invocation: Invocation): Artifacts {
  const folder = join(root, 'target');
  const lines = join(folder, LINES);
  mkdirSync(folder, { recursive: true });
  return {
    onEvent(event) {
      // A run that gives way to another one leaves the other's lines alone.
      if (event.type === 'run_started') {
        writeFileSync(lines, `${JSON.stringify({ run: event.run, invocation })}\n`);
      }
      if (event.type === 'node_finished') appendFileSync(lines, `${JSON.stringify(event.result)}\n`);
    },
    async finish(result) {
      const path = join(folder, 'run_results.json');
      await writeFile(`${path}.new`, `${JSON.stringify({ format: 1, invocation, ...result }, null, 2)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

/** The last run of a project, however it ended. */
export interface LastRun {
  readonly run: string;
  readonly invocation: Invocation;
  /** Nodes that ended. */
  readonly ended: readonly Pick<NodeResult, 'id' | 'kind' | 'status' | 'reason'>[];
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
  const last = await readLastRun(root);
  if (last === undefined) return undefined;
  const folder = join(root, 'target');
  const text = await readFile(join(folder, 'run_results.json'), 'utf8').catch(() => '');
  if (parsed(text)?.['run'] === last.run) return undefined;
  const { mtime } = await stat(join(folder, LINES));
  return { run: last.run, at: mtime.toISOString() };
}

const LINES = 'run_results.ndjson';

/** The last line of a killed run may be torn. */
function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
