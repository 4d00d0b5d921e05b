/**
 * Real builds are killed at seeded instants, again and again, and run to their end at last. `LAKE_KILLS` says how often:
 * 20 times with the other tests, 500 times in `npm run test:chaos`; `LAKE_SEED`, at which instants; `LAKE_LANES`, how many
 * builds at once.
 */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, Harness, type Instant, type Story, type Undisturbed } from './support/harness.js';
import { Instants, randomFrom } from './support/instants.js';
import { killInLanes, kindOf } from './support/lanes.js';
import { enteredUrls, faultsOf, leftovers, type Published, readPublished } from './support/published.js';
import { TABLES } from './support/transit.js';

const kills = Number(process.env['LAKE_KILLS'] ?? 20);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_121);
const many = kills > 100;
const laneCount = Number(process.env['LAKE_LANES'] ?? (many ? availableParallelism() : 1));
/** A run is killed at most so often before one is let to its end. */
const killsInARow = 4;

/** Stories that are told one after the other, beside those of the other lanes: with portals, folders and instants of its own. */
interface Lane {
  readonly harness: Harness;
  readonly calm: Readonly<Record<Story, Undisturbed>>;
  readonly instants: Readonly<Record<Story, Instants>>;
}

let lanes: readonly Lane[] = [];

async function openLane(random: () => number): Promise<Lane> {
  const harness = await Harness.open();
  const first = await harness.undisturbed('first');
  const calm = { first, next: await harness.undisturbed('next') };
  const instants = { first: new Instants(calm.first, random), next: new Instants(calm.next, random) };
  return { harness, calm, instants };
}

beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: laneCount }, (_, i) => openLane(randomFrom(seed + i))));
}, 300_000);
afterAll(() => Promise.all(lanes.map(({ harness }) => harness.close())));

/** A table holds its rows of before, or those of the whole run: nothing in between. */
function halfVersions(published: Published, { before, published: after }: Undisturbed): readonly string[] {
  return TABLES.filter((table) => ![before[table], after[table]].includes(published[table]));
}

/** Tells what a chain of killed runs did, when something is wrong with it. */
const told = (story: Story, instants: readonly Instant[], ended: Ended) =>
  `${story}: ${instants.map((one) => JSON.stringify(one)).join(', ')}\n${ended.output}`;

/** One story, killed at most `most` times, then let to its end. @returns the instants at which it was killed. */
async function tell(
  { harness, calm, instants }: Lane,
  story: Story,
  most: number,
): Promise<readonly Instant[]> {
  harness.begin(story);
  const tried: Instant[] = [];
  const killed: Instant[] = [];
  const entered = new Set<string>();
  for (;;) {
    const instant = tried.length < most ? instants[story].next(tried.length === 0) : undefined;
    if (instant) tried.push(instant);
    const ended = await harness.run(instant);
    const again = harness.front.answered.filter(({ url, status }) => status === 200 && entered.has(url));
    expect(again, told(story, tried, ended)).toEqual([]);
    expect(await faultsOf(harness.root), told(story, tried, ended)).toEqual([]);
    const published = await readPublished(harness.root, TABLES);
    expect(halfVersions(published, calm[story]), told(story, tried, ended)).toEqual([]);
    if (!ended.killed) {
      if (instant && tried.length > 1) instants[story].missed(instant);
      expect(ended.code, told(story, tried, ended)).toBe(0);
      expect(published, told(story, tried, ended)).toEqual(calm[story].published);
      expect(leftovers(harness.root), told(story, tried, ended)).toEqual([]);
      return killed;
    }
    killed.push(instant!);
    for (const url of enteredUrls(harness.root)) entered.add(url);
  }
}

test(
  'F21: a build that is killed, whatever it is doing, is completed by the next: the same rows, nothing asked for twice, no half version',
  async () => {
    const hit = await killInLanes({
      lanes,
      kills,
      inARow: killsInARow,
      what: 'kills',
      story: async (lane, most, number) =>
        (await tell(lane, number % 3 === 2 ? 'next' : 'first', most)).map(kindOf),
    });
    const kinds = new Set(
      lanes.flatMap(({ calm }) => Object.values(calm).flatMap((one) => Object.keys(one.changes))),
    );
    if (kills > 5 * kinds.size) expect([...hit.keys()]).toEqual(expect.arrayContaining([...kinds]));
  },
  kills * 20_000,
);
