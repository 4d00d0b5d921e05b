/** One child process of the engine, seen from the parent: starts at first use, again after a crash, and ends with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromErrorInfo, LakeError } from '../../errors/lake-error.js';
import { packageFile } from '../../package/package-file.js';
import { CANNOT_START, childEnvironment, spillDir } from './environment.js';
import type { Answer, ProcessSettings, Request, Work, WorkName } from './protocol.js';

/** The bundled program, also where this file runs from its sources. */
const program = () => fileURLToPath(packageFile('dist/bundle/engine.js'));
const STDERR_KEPT = 2_000;

interface InFlight {
  readonly label: string;
  readonly child: ChildProcess;
  readonly resolve: (result: Work[WorkName]['result']) => void;
  readonly reject: (error: LakeError) => void;
}

/** Tasks share the process; those in flight when it dies fail, and the next one starts it again. */
export class EngineChild {
  readonly #settings: ProcessSettings;
  readonly #inFlight = new Map<number, InFlight>();
  #process: ChildProcess | undefined;
  #exited: Promise<void> | undefined;
  #nextId = 1;
  #closed = false;
  started = false;

  constructor(settings: ProcessSettings) {
    this.#settings = settings;
  }

  /** @throws LakeError the task's own, or LK5001, LK5002 or LK5006 when the process cannot start, dies or is closed. */
  async request<Name extends WorkName>(
    work: Name,
    label: string,
    task: Work[Name]['task'],
  ): Promise<Work[Name]['result']> {
    if (this.#closed) throw closed(label);
    const child = this.#process ?? (await this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#inFlight.set(id, { label, child, resolve, reject });
      hold(child);
      const request: Request<Name> = { id, work, task };
      // A message that cannot be sent went to a dying process: its exit settles the task.
      child.send(request, () => {});
    }) as Promise<Work[Name]['result']>;
  }

  /**
   * Ends the process unless something runs in it: all of its memory is free again, and the next task starts another.
   * Tells whether it did.
   */
  retire(): boolean {
    const child = this.#process;
    if (!child || this.#inFlight.size > 0) return false;
    this.#process = undefined;
    hold(child);
    return child.kill('SIGKILL');
  }

  /** Ends the process at once; tasks in flight fail with LK5006. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [id, task] of this.#inFlight) {
      this.#inFlight.delete(id);
      task.reject(closed(task.label));
    }
    // Held, so that the parent waits for its end instead of running out of work.
    if (this.#process) hold(this.#process);
    this.#process?.kill('SIGKILL');
    await this.#exited;
  }

  async #start(): Promise<ChildProcess> {
    // Where it cannot be made the process says what it cannot do without it.
    await mkdir(this.#settings.tempDir, { recursive: true }).catch(() => undefined);
    // Another request may have started it meanwhile.
    if (this.#process) return this.#process;
    if (this.#closed) throw closed(this.#settings.kind);
    this.started = true;
    const child = fork(program(), {
      env: childEnvironment(this.#settings),
      execArgv: [],
      // A group of its own: Ctrl-C in a terminal reaches the parent alone, which decides what is drained.
      detached: true,
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process = child;
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    child.on('message', (answer: Answer) => this.#settle(child, answer));
    const exited = new Promise<void>((resolve) => {
      const ended = (code: number | null, signal: NodeJS.Signals | null) => {
        if (this.#process === child) this.#process = undefined;
        this.#failAll(child, code, signal, stderr);
        resolve(rm(spillDir(this.#settings.tempDir, child.pid), { recursive: true, force: true }));
      };
      child.once('exit', ended);
      child.once('error', (error) => {
        stderr += error.message;
        ended(CANNOT_START, null);
      });
    });
    this.#exited = Promise.all([this.#exited, exited]).then(() => undefined);
    letGo(child);
    return child;
  }

  #settle(child: ChildProcess, answer: Answer): void {
    const task = this.#inFlight.get(answer.id);
    if (!task) return;
    this.#inFlight.delete(answer.id);
    // It ends by itself: what comes next goes to another one.
    if ('error' in answer && answer.error.details?.['fatal'] === true && this.#process === child)
      this.#process = undefined;
    if (this.#inFlight.size === 0) letGo(child);
    if ('error' in answer) task.reject(fromErrorInfo(answer.error));
    else task.resolve(answer.result);
  }

  #failAll(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, stderr: string): void {
    for (const [id, task] of this.#inFlight) {
      if (task.child !== child) continue;
      this.#inFlight.delete(id);
      task.reject(crashed(task.label, code, signal, stderr));
    }
  }
}

/** An idle process does not keep its parent alive: who forgets to close the engine still ends. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
}

function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function closed(label: string): LakeError {
  return new LakeError('LK5006', `The engine was closed before ${label} was done`, {
    hint: 'the run was ending: run the same command again',
    transient: true,
  });
}

function crashed(label: string, code: number | null, signal: string | null, stderr: string): LakeError {
  const details = { label, code, signal, stderr };
  if (code === CANNOT_START) {
    return new LakeError('LK5001', stderr.trim().split('\n')[0] || 'The engine cannot start', {
      hint: 'see `threads` and `memory_limit` in profiles.yml; if DuckDB is missing, `npm ci` on this machine',
      details,
    });
  }
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  // The system's way of getting memory back is SIGKILL; other signals come out of the database itself.
  const memory = 'set a smaller `memory_limit` or fewer `threads` in profiles.yml';
  const hint =
    signal === 'SIGKILL' || signal === null
      ? `most often memory was short: ${memory}`
      : `its input or SQL broke the database: run it alone, with \`--select\`; if memory was short, ${memory}`;
  const message = `The engine's process ended ${how} while it worked on ${label}`;
  return new LakeError('LK5002', message, { hint, details });
}
