/** The lines at the bottom of a terminal that change while a run goes on; everything else scrolls above them. */
import { createLogUpdate } from 'log-update';
import type { FetchNotice, FetchProgress } from '../../fetch/types.js';
import type { RunEvent } from '../../run/events.js';
import { bytes, count } from './format.js';
import { waitingText } from './node-lines.js';
import type { Paint } from './paint.js';

const FRAME_MS = 80;
const SHOWN = 4;
const BAR = 10;

/** The lines at the foot of a terminal that are drawn anew while nodes run. Its timer keeps no process alive. */
export class LiveArea {
  readonly #stream: NodeJS.WriteStream;
  readonly #paint: Paint;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #timer: NodeJS.Timeout;
  readonly #running = new Set<string>();
  readonly #fetching = new Map<string, Map<string, FetchProgress>>();
  /** Host → the wait that was told last, and when it ends in milliseconds of `performance.now()`. */
  readonly #waits = new Map<string, { readonly notice: FetchNotice; readonly until: number }>();
  #done = 0;
  #total = 0;
  #closed = false;

  constructor(stream: NodeJS.WriteStream, paint: Paint) {
    this.#stream = stream;
    this.#paint = paint;
    this.#update = createLogUpdate(stream);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#timer.unref();
  }

  onEvent(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        this.#total = event.nodes;
        break;
      case 'node_started':
        this.#running.add(event.id);
        break;
      case 'fetch_progress': {
        const { dataset, part } = event.progress;
        const parts = this.#fetching.get(dataset) ?? new Map<string, FetchProgress>();
        parts.set(part, event.progress);
        this.#fetching.set(dataset, parts);
        break;
      }
      case 'fetch_waiting':
        this.#waits.set(event.notice.host, {
          notice: event.notice,
          until: performance.now() + event.notice.waitMs,
        });
        break;
      case 'node_finished':
        this.#running.delete(event.result.id);
        this.#done += 1;
        break;
    }
  }

  /** Writes a line that stays, above the live area. */
  above(text: string): void {
    if (this.#closed) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#update.clear();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#update.clear();
    this.#update.done();
  }

  #draw(): void {
    if (this.#closed || this.#running.size === 0) return;
    const running = [...this.#running];
    const lines = running.slice(0, SHOWN).map((id) => this.#line(id));
    const more = running.length > SHOWN ? this.#paint.dim(`  and ${running.length - SHOWN} more`) : '';
    const head = this.#paint.dim(`  ${this.#done}/${this.#total} nodes`) + more;
    this.#update([head, ...lines, ...this.#waiting()].join('\n'));
  }

  /** A line for each host that makes us wait now, with what is left of the wait. */
  #waiting(): string[] {
    const now = performance.now();
    return [...this.#waits.values()]
      .filter(({ until }) => until > now)
      .slice(0, SHOWN)
      .map(({ notice, until }) =>
        this.#paint.yellow(`  … ${waitingText({ ...notice, waitMs: until - now })}`),
      );
  }

  #line(id: string): string {
    const parts = id.startsWith('bronze.') ? this.#fetching.get(id.slice('bronze.'.length)) : undefined;
    if (!parts) return `  ${id}`;
    const all = [...parts.values()];
    const sum = (pick: (p: FetchProgress) => number) => all.reduce((n, p) => n + pick(p), 0);
    const [done, total] = [
      sum((p) => p.requestsDone),
      Math.max(
        1,
        sum((p) => p.requestsTotal),
      ),
    ];
    const filled = Math.round((done / total) * BAR);
    const bar = this.#paint.cyan('▇'.repeat(filled)) + this.#paint.dim('░'.repeat(BAR - filled));
    return `  ${id.padEnd(34)} ${bar} ${count(done)}/${count(total)} requests · ${bytes(sum((p) => p.bytes))}`;
  }
}
