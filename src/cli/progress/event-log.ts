/**
 * `--log-format json`: what happens in a run as one JSON object a line on standard output, where dbt writes its own. `info`
 * says what, when and how bad in words, `data` holds the facts. Names and keys of both are stable; times are UTC.
 */
import type { NodeResult, RunEvent, RunResult } from '../../run/events.js';
import { bytes, counted, seconds } from './format.js';
import { holderText, waitingText } from './node-lines.js';
import type { Reporter } from './types.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly info: {
    /** Of the event: `run_started`, `node_finished`. */
    readonly name: string;
    readonly level: LogLevel;
    /** ISO 8601, UTC. */
    readonly ts: string;
    readonly msg: string;
    /** The run, once it has begun. */
    readonly invocation_id: string | null;
  };
  readonly data: Readonly<Record<string, unknown>>;
}

/** A dataset's progress is told at most this often. */
const PROGRESS_MS = 1_000;

export interface EventLogOptions {
  readonly command: string;
  readonly target: string;
  /** Errors and the end only. */
  readonly quiet: boolean;
  readonly write: (line: string) => void;
}

/** A reporter that writes lines of JSON. */
export function createEventLog({ command, target, quiet, write }: EventLogOptions): Reporter {
  let run: string | null = null;
  const told = new Map<string, number>();
  const log = (name: string, level: LogLevel, msg: string, data: LogLine['data']): void => {
    if (quiet && level !== 'error' && name !== 'run_finished') return;
    const line: LogLine = {
      info: { name, level, ts: new Date().toISOString(), msg, invocation_id: run },
      data,
    };
    write(`${JSON.stringify(line)}\n`);
  };
  return {
    begin: (nodes) => log('command_started', 'info', `lake ${command}`, { command, target, nodes }),
    say: (text) => log('message', 'info', text, {}),
    fail: (error) => log('command_failed', 'error', error.message, { ...error }),
    onEvent(event) {
      if (event.type === 'run_started') run = event.run;
      if (event.type === 'fetch_progress') {
        const now = performance.now();
        const { dataset } = event.progress;
        if (now - (told.get(dataset) ?? Number.NEGATIVE_INFINITY) < PROGRESS_MS) return;
        told.set(dataset, now);
      }
      log(event.type, levelOf(event), messageOf(event), dataOf(event));
    },
    async finish() {},
    close() {},
  };
}

/** The facts of an event. The nodes of a run that ended have been told one by one: it counts them. */
function dataOf(event: RunEvent): LogLine['data'] {
  switch (event.type) {
    case 'node_finished':
      return { ...event.result };
    case 'fetch_progress':
      return { ...event.progress };
    case 'fetch_waiting':
      return { ...event.notice };
    case 'run_finished': {
      const { nodes, ...rest } = event.result;
      const counts: Record<string, number> = {};
      for (const { status } of nodes) counts[status] = (counts[status] ?? 0) + 1;
      return { ...rest, nodes: counts };
    }
    default: {
      const { type: _, ...rest } = event;
      return rest;
    }
  }
}

function levelOf(event: RunEvent): LogLevel {
  switch (event.type) {
    case 'fetch_progress':
    case 'node_started':
      return 'debug';
    case 'fetch_waiting':
    case 'run_waiting':
      return 'warn';
    case 'node_finished':
      return levelOfNode(event.result);
    case 'run_finished':
      return event.result.exitCode === 0 ? 'info' : 'error';
    default:
      return 'info';
  }
}

function levelOfNode({ status, tests, notes = [] }: NodeResult): LogLevel {
  if (status === 'error') return 'error';
  const warned = status === 'skipped' || status === 'cancelled' || notes.length > 0;
  return warned || tests.some((test) => test.status === 'warn') ? 'warn' : 'info';
}

function messageOf(event: RunEvent): string {
  switch (event.type) {
    case 'run_waiting':
      return `Waiting: ${holderText(event.holder)}`;
    case 'run_started':
      return `run ${event.run} of ${counted(event.nodes, 'node')} in target ${event.target}`;
    case 'node_started':
      return `${event.id} begins`;
    case 'fetch_progress': {
      const { dataset, requestsDone, requestsTotal, bytes: size } = event.progress;
      return `${dataset}: ${requestsDone}/${requestsTotal} requests, ${bytes(size)}`;
    }
    case 'fetch_waiting':
      return `${event.notice.dataset}: ${waitingText(event.notice)}`;
    case 'node_finished': {
      const { id, status, reason } = event.result;
      return `${id} ${status}: ${reason}`;
    }
    case 'run_finished':
      return endOf(event.result);
  }
}

function endOf({ exitCode, seconds: took, requests }: RunResult): string {
  return `exit code ${exitCode} after ${seconds(took)} and ${counted(requests, 'request')}`;
}
