/** Chooses when builds are killed: seeded, and of every kind in turn. */
import type { Instant, Undisturbed } from './harness.js';

/** Even numbers between 0 and 1 from a seed (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where it matters most in a build that fetches: these come first, so that few kills meet them as well. */
const FETCHING = [
  ...['request', 'answer', 'body: write', 'body: sync', 'ledger: appendFile', 'ledger: datasync'],
  ...['_lake: rename', '_delta_log: link', '_sets: link', 'views.sql: rename', 'spool folder: rm'],
];

/** What was counted in a run that nobody disturbed. */
type Calm = Pick<Undisturbed, 'changes' | 'requests' | 'answers' | 'ms'>;

/** Instants of every kind in turn, so that each kind of change to the disk is hit; which of its kind is chance. */
export class Instants {
  readonly #random: () => number;
  readonly #kinds: readonly string[];
  readonly #calm: Calm;
  readonly #missed: Instant[] = [];
  #turn = 0;

  /** @param foremost Kinds whose turn comes first. */
  constructor(calm: Calm, random: () => number, foremost: readonly string[] = FETCHING) {
    this.#calm = calm;
    this.#random = random;
    const others = Object.keys(calm.changes).filter((kind) => !foremost.includes(kind));
    this.#kinds = [...this.#shuffled([...foremost]), ...this.#shuffled([...others, 'time'])];
  }

  /** @param fresh True for a story that nobody has begun: there, every instant comes. */
  next(fresh: boolean): Instant {
    const missed = fresh ? this.#missed.shift() : undefined;
    return missed ?? this.#ofKind(this.#kinds[this.#turn++ % this.#kinds.length]!);
  }

  /** Notes an instant that a run did not come to, because an earlier one had done that work. */
  missed(instant: Instant): void {
    this.#missed.push(instant);
  }

  #ofKind(kind: string): Instant {
    const { changes, requests, answers, ms } = this.#calm;
    if (kind === 'time') return { kind, ms: this.#random() * ms };
    if (kind === 'request') return { kind, nth: this.#upTo(requests) };
    if (kind === 'answer') return { kind, nth: this.#upTo(answers) };
    const when = ['before', 'torn', 'after'][this.#upTo(3) - 1]!;
    return { kind: 'disk', change: kind, nth: this.#upTo(changes[kind]!), when };
  }

  #upTo(count: number): number {
    return 1 + Math.floor(this.#random() * count);
  }

  #shuffled(kinds: string[]): readonly string[] {
    const keyed = kinds.sort().map((kind) => [this.#random(), kind] as const);
    return keyed.sort(([a], [b]) => a - b).map(([, kind]) => kind);
  }
}
