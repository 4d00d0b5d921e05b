/** What a person sees of a run: lines as nodes end, a live area on a terminal, a summary. With JSON: one array. */
import type { CompiledProject } from '../../api/load-and-compile.js';
import { useColor } from '../output/color.js';
import { type OutputFormat, renderRows } from '../output/print-rows.js';
import type { CarriedFlags } from './carried-flags.js';
import { counted } from './format.js';
import type { LiveArea } from './live-area.js';
import { holderText, nodeLines, waitingText } from './node-lines.js';
import { type Paint, paints } from './paint.js';
import { resultRows } from './result-rows.js';
import { summary } from './summary.js';
import type { Reporter } from './types.js';

export interface ReporterOptions {
  readonly opened: CompiledProject;
  readonly command: string;
  readonly format: OutputFormat;
  /** `json`: events, `text`: lines that begin with their time; undefined: for a person, with a live area on a terminal. */
  readonly logFormat?: 'text' | 'json';
  readonly quiet: boolean;
  /** Every test that passed has a line, too. */
  readonly testsNamed: boolean;
  /** Flags that the suggested next commands repeat. */
  readonly carried: CarriedFlags;
}

/** Longer names push the rest of their own line to the right, and of no other. */
const WIDEST_NAME = 40;
/** What follows a name in most lines: `  33,959 rows · 5 requests · 9.5 MB · 5.2 s · first load`. */
const BEHIND_NAMES = 57;
const NARROWEST_NAME = 20;

/**
 * Prints to standard output with `format` table, else all but the rows to standard error. `quiet`: failures and the
 * summary alone.
 */
export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { opened, command, format, logFormat, quiet, testsNamed, carried } = options;
  if (logFormat === 'json') {
    const { createEventLog } = await import('./event-log.js');
    const write = (line: string) => void process.stdout.write(line);
    return createEventLog({ command, target: opened.project.target.name, quiet, write });
  }
  // Where rows go to standard output, everything for people goes to standard error.
  const stream = format === 'table' ? process.stdout : process.stderr;
  const paint = paints(useColor(stream) && logFormat === undefined);
  const live = stream.isTTY && !quiet && logFormat === undefined ? await liveArea(stream, paint) : undefined;
  const line = stream.isTTY ? stream.columns : undefined;
  const name = Math.min(
    line === undefined ? WIDEST_NAME : Math.min(WIDEST_NAME, Math.max(NARROWEST_NAME, line - BEHIND_NAMES)),
    Math.max(...opened.graph.nodes.map((node) => node.id.length)),
  );
  const width = { name, line };
  const write = (text: string): void => {
    if (live) live.above(text);
    else stream.write(`${logFormat === 'text' ? timed(text) : text}\n`);
  };
  return {
    begin(nodes) {
      if (!quiet)
        write(
          paint.dim(`lake ${command} · target ${opened.project.target.name} · ${counted(nodes, 'node')}`),
        );
    },
    say: write,
    onEvent(event) {
      live?.onEvent(event);
      switch (event.type) {
        case 'run_waiting':
          write(paint.yellow(`Waiting: ${holderText(event.holder)}`));
          break;
        case 'fetch_waiting':
          // A terminal shows waits where they pass, in the live area; a log keeps a line of each.
          if (!live) write(paint.yellow(`… ${event.notice.dataset}: ${waitingText(event.notice)}`));
          break;
        case 'node_finished': {
          const failed = event.result.status === 'error' || event.result.status === 'skipped';
          if (quiet && !failed) break;
          for (const line of nodeLines(event.result, paint, opened.sources, width, testsNamed)) write(line);
          break;
        }
      }
    },
    fail() {},
    async finish(result) {
      live?.close();
      stream.write(await summary(result, opened, paint, carried));
      if (format !== 'table') process.stdout.write(await renderRows(resultRows(result), format, false));
    },
    close() {
      live?.close();
    },
  };
}

/** Each line with its time before it, as logs of CI servers want them. */
function timed(text: string): string {
  const time = new Date().toISOString().slice(0, 19);
  return text.replace(/^/gm, `${time}Z  `);
}

/** Loaded on a terminal alone. */
async function liveArea(stream: NodeJS.WriteStream, paint: Paint): Promise<LiveArea> {
  const { LiveArea } = await import('./live-area.js');
  return new LiveArea(stream, paint);
}
