/**
 * Real builds are killed at seeded instants, again and again, and run to their end at last. `LAKE_KILLS` says how often:
 * 20 times with the other tests, 500 times in `npm run test:chaos`.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, Harness, type Instant, type Story, type Undisturbed } from './support/harness.js';
import { enteredUrls, faultsOf, leftovers, type Published, readPublished } from './support/published.js';
import { TABLES } from './support/transit.js';

const kills = Number(process.env['LAKE_KILLS'] ?? 20);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_121);
/** A run is killed at most so often before one is let to its end. */
const killsInARow = 4;

let harness: Harness;
let calm: Record<Story, Undisturbed>;

beforeAll(async () => {
  harness = await Harness.open();
  const first = await harness.undisturbed('first');
  calm = { first, next: await harness.undisturbed('next') };
});
afterAll(() => harness?.close());

/** Even numbers between 0 and 1 from a seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where it matters most: these come first, so that few kills meet them as well. */
const foremost = ['request', 'answer', 'body: write', 'body: sync', 'ledger: appendFile', 'ledger: datasync'];
const publishing = [
  '_lake: rename',
  '_delta_log: link',
  '_sets: link',
  'views.sql: rename',
  'spool folder: rm',
];

/** Instants of every kind in turn, so that each kind of change to the disk is hit; which of its kind is chance. */
class Instants {
  readonly #random: () => number;
  readonly #kinds: readonly string[];
  readonly #calm: Undisturbed;
  readonly #missed: Instant[] = [];
  #turn = 0;

  constructor(calm: Undisturbed, random: () => number) {
    this.#calm = calm;
    this.#random = random;
    const others = Object.keys(calm.changes).filter((kind) => ![...foremost, ...publishing].includes(kind));
    this.#kinds = [...this.#shuffled([...foremost, ...publishing]), ...this.#shuffled([...others, 'time'])];
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

/** A table holds its rows of before, or those of the whole run: nothing in between. */
function halfVersions(published: Published, { before, published: after }: Undisturbed): readonly string[] {
  return TABLES.filter((table) => ![before[table], after[table]].includes(published[table]));
}

/** Tells what a chain of killed runs did, when something is wrong with it. */
const told = (story: Story, instants: readonly Instant[], ended: Ended) =>
  `${story}: ${instants.map((one) => JSON.stringify(one)).join(', ')}\n${ended.output}`;

test(
  'F21: a build that is killed, whatever it is doing, is completed by the next: the same rows, nothing asked for twice, no half version',
  async () => {
    const random = randomFrom(seed);
    const instants = { first: new Instants(calm.first, random), next: new Instants(calm.next, random) };
    const hit = new Map<string, number>();
    let killed = 0;
    for (let chain = 0; killed < kills; chain++) {
      const story: Story = chain % 3 === 2 ? 'next' : 'first';
      harness.begin(story);
      const tried: Instant[] = [];
      const entered = new Set<string>();
      let ended: Ended = { killed: true, code: null, output: '' };
      while (ended.killed) {
        const instant =
          tried.length < killsInARow && killed < kills ? instants[story].next(tried.length === 0) : undefined;
        if (instant) tried.push(instant);
        ended = await harness.run(instant);
        const again = harness.front.answered.filter(({ url, status }) => status === 200 && entered.has(url));
        expect(again, told(story, tried, ended)).toEqual([]);
        expect(await faultsOf(harness.root), told(story, tried, ended)).toEqual([]);
        const published = await readPublished(harness.root, TABLES);
        expect(halfVersions(published, calm[story]), told(story, tried, ended)).toEqual([]);
        if (!ended.killed) {
          if (instant && tried.length > 1) instants[story].missed(instant);
          break;
        }
        killed += 1;
        const kind = instant?.kind === 'disk' ? instant.change : String(instant?.kind);
        hit.set(kind, (hit.get(kind) ?? 0) + 1);
        for (const url of enteredUrls(harness.root)) entered.add(url);
      }
      expect(ended.code, told(story, tried, ended)).toBe(0);
      expect(await readPublished(harness.root, TABLES), told(story, tried, ended)).toEqual(
        calm[story].published,
      );
      expect(leftovers(harness.root), told(story, tried, ended)).toEqual([]);
    }
    if (kills > 100) process.stdout.write(`${JSON.stringify(Object.fromEntries(hit), null, 1)}\n`);
    const kinds = new Set([...Object.keys(calm.first.changes), ...Object.keys(calm.next.changes)]);
    if (kills > 5 * kinds.size) expect([...hit.keys()]).toEqual(expect.arrayContaining([...kinds]));
  },
  kills * 20_000,
);
