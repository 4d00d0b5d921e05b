/** Real builds and vacuums on buckets are killed at seeded requests of theirs: LAKE_BUCKET_KILLS of them for each server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instants, randomFrom } from '../chaos/support/instants.js';
import type { Published } from '../chaos/support/published.js';
import { tell } from '../chaos/support/tell.js';
import { BucketStory } from './support/bucket-story.js';
import { kinds } from './support/in-buckets.js';

const kills = Number(process.env['LAKE_BUCKET_KILLS'] ?? 8);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_122);
const killsInARow = 3;

/** Steps of a commit in their order; which request begins an upload differs between the services. */
const FOREMOST =
  /^(table folder|_lake|_delta_log|_sets|views\.sql|checkpoint|last checkpoint|_locks): (PUT|POST)$/;

describe.each(kinds)('$name', (kind) => {
  let story: BucketStory;
  beforeAll(async () => {
    story = await BucketStory.open(kind);
  });
  afterAll(() => story.close());

  test(
    'F21: a build or a vacuum on a bucket that is killed at any request of publishing leaves one whole set, the next one completes it, and no object is left behind a vacuum',
    async () => {
      const random = randomFrom(seed);
      story.news();
      await story.begin();
      let before: Published = await story.expected();
      const build = await story.calm('build');
      expect(await story.read()).toEqual(before);
      const vacuum = await story.calm('vacuum');
      const foremost = Object.keys(build.changes).filter((change) => FOREMOST.test(change));
      expect(foremost.length).toBeGreaterThanOrEqual(8);
      const instants = {
        build: new Instants(build, random, foremost),
        vacuum: new Instants(vacuum, random, ['table folder: DELETE']),
      };
      const hit: string[] = [];
      while (hit.length < kills) {
        story.news();
        const after = await story.expected();
        const most = Math.min(killsInARow, kills - hit.length);
        for (const { command, instant } of await tell({ story, before, after, instants, random }, most))
          hit.push(
            `${command} ${instant.kind === 'disk' ? `${instant.when} ${instant.change}` : instant.kind}`,
          );
        before = after;
      }
      process.stdout.write(`${kind.name}: killed at ${hit.join(', ')}\n`);
    },
    100_000 + kills * 30_000,
  );
});
