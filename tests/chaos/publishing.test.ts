/**
 * Real builds and vacuums are killed at seeded instants of publishing, and run to their end at last. `LAKE_PUBLISHING_KILLS` says
 * how often: 30 times with the other tests, 1,000 times in `npm run test:chaos`; `LAKE_SEED`, at which instants.
 */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Instants, randomFrom } from './support/instants.js';
import { killInLanes, kindOf } from './support/lanes.js';
import { PublishingStory } from './support/publishing.js';
import { type Lane, tell } from './support/tell.js';

const kills = Number(process.env['LAKE_PUBLISHING_KILLS'] ?? 30);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_122);
const laneCount = Number(process.env['LAKE_LANES'] ?? Math.min(2, availableParallelism()));
/** A story is killed at most so often before it is let to its end. */
const killsInARow = 4;

/** Where it matters most: few kills meet these as well. */
const FOREMOST = [
  ...['_staging: mkdir', '_lake: writeFile', '_delta_log: link', '_view: link', '_sets: link'],
  ...['views.sql: rename', 'datapackage: rename', 'checkpoint: rename', 'last checkpoint: rename'],
  ...['cleaned commits: rename', '_delta_log: rm', '_staging: rm', '_locks: link'],
];

/** Stories told one after the other, beside those of the other lanes. */
interface LocalLane extends Lane {
  readonly story: PublishingStory;
  readonly kinds: readonly string[];
}

let lanes: readonly LocalLane[] = [];

async function openLane(random: () => number): Promise<LocalLane> {
  const story = await PublishingStory.open();
  const before = await story.read();
  const build = await story.calm('build');
  const after = await story.read();
  const vacuum = await story.calm('vacuum');
  expect(await story.read()).toEqual(after);
  expect(Object.keys(build.changes)).toEqual(expect.arrayContaining(FOREMOST));
  return {
    story,
    before,
    after,
    instants: {
      build: new Instants(build, random, FOREMOST),
      vacuum: new Instants(vacuum, random, ['table folder: rm']),
    },
    kinds: Object.keys(build.changes),
    random,
  };
}

beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: laneCount }, (_, i) => openLane(randomFrom(seed + i))));
}, 300_000);
afterAll(() => {
  for (const { story } of lanes) story.close();
});

test(
  'F21: a build or a vacuum that is killed at any step of publishing leaves one whole set, the next one completes it, and no file is left behind a vacuum',
  async () => {
    const hit = await killInLanes({
      lanes,
      kills,
      inARow: killsInARow,
      what: 'kills of publishing',
      story: async (lane, most) =>
        (await tell(lane, most)).map(({ command, instant }) => `${command} ${kindOf(instant)}`),
    });
    const kinds = new Set(lanes.flatMap((one) => one.kinds.map((kind) => `build ${kind}`)));
    if (kills > 5 * kinds.size) expect([...hit.keys()]).toEqual(expect.arrayContaining([...kinds]));
  },
  kills * 20_000,
);
