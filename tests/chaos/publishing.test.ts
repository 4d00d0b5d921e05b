/**
 * Real builds and vacuums are killed at seeded instants of publishing, and run to their end at last. `LAKE_PUBLISHING_KILLS` says
 * how often: 30 times with the other tests, 1,000 times in `npm run test:chaos`; `LAKE_SEED`, at which instants.
 */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Instant } from './support/harness.js';
import { Instants, randomFrom } from './support/instants.js';
import { faultsOf, type Published } from './support/published.js';
import { type Command, PublishingStory } from './support/publishing.js';
import { falseLogs, lostVersions, strays } from './support/strays.js';

const kills = Number(process.env['LAKE_PUBLISHING_KILLS'] ?? 30);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_122);
const many = kills > 100;
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
interface Lane {
  readonly story: PublishingStory;
  readonly before: Published;
  readonly after: Published;
  readonly instants: Readonly<Record<Command, Instants>>;
  readonly kinds: readonly string[];
  readonly random: () => number;
}

let lanes: readonly Lane[] = [];

async function openLane(random: () => number): Promise<Lane> {
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

interface Killed {
  readonly command: Command;
  readonly instant: Instant;
}

/** One story, killed at most `most` times. @returns where it was killed. */
async function tell(
  { story, before, after, instants, random }: Lane,
  most: number,
): Promise<readonly Killed[]> {
  story.begin();
  const tried: Killed[] = [];
  const killed: Killed[] = [];
  let output = '';
  const told = () => `${tried.map((one) => JSON.stringify(one)).join(', ')}\n${output}`;
  const run = async (command: Command, most: number): Promise<void> => {
    for (let tries = 0; ; tries++) {
      const instant = tries < most ? instants[command].next(tries === 0) : undefined;
      if (instant) tried.push({ command, instant });
      const ended = await story.run(command, instant);
      output = ended.output;
      expect(await faultsOf(story.root), told()).toEqual([]);
      expect(await falseLogs(story.root), told()).toEqual([]);
      if (command === 'build') expect(await lostVersions(story.root), told()).toEqual([]);
      // All of the set before, or all of the next one: no mix of the two.
      const published = await story.read();
      expect([before, after], told()).toContainEqual(published);
      if (command === 'vacuum' || !ended.killed) expect(published, told()).toEqual(after);
      if (!ended.killed) {
        expect(ended.code, told()).toBe(0);
        if (instant && tries > 0) instants[command].missed(instant);
        return;
      }
      killed.push({ command, instant: instant! });
    }
  };
  const ofVacuum = Math.floor(random() * Math.min(2, most));
  await run('build', most - ofVacuum);
  await run('vacuum', ofVacuum);
  expect(await strays(story.root), told()).toEqual([]);
  return killed;
}

test(
  'F21: a build or a vacuum that is killed at any step of publishing leaves one whole set, the next one completes it, and no file is left behind a vacuum',
  async () => {
    const hit = new Map<string, number>();
    const started = performance.now();
    let killed = 0;
    let failed = false;
    const lane = async (one: Lane) => {
      while (killed < kills && !failed) {
        for (const { command, instant } of await tell(one, Math.min(killsInARow, kills - killed))) {
          const kind = instant.kind === 'disk' ? instant.change : instant.kind;
          hit.set(`${command} ${kind}`, (hit.get(`${command} ${kind}`) ?? 0) + 1);
          killed += 1;
          if (many && killed % 50 === 0)
            process.stdout.write(
              `${killed} of ${kills} kills of publishing in ${Math.round((performance.now() - started) / 1000)} s\n`,
            );
        }
      }
    };
    await Promise.all(
      lanes.map((one) =>
        lane(one).catch((error) => {
          failed = true;
          throw error;
        }),
      ),
    );
    if (many) process.stdout.write(`${JSON.stringify(Object.fromEntries(hit), null, 1)}\n`);
    const kinds = new Set(lanes.flatMap((one) => one.kinds.map((kind) => `build ${kind}`)));
    if (kills > 5 * kinds.size) expect([...hit.keys()]).toEqual(expect.arrayContaining([...kinds]));
  },
  kills * 20_000,
);
