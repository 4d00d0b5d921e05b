/**
 * Whatever happens at a portal, and to the builds that read it, a lake that follows it day by day holds what one holds that
 * asks for everything today. Each kind of dataset is a property of random histories of the sample portal's tables: rows come, late ones
 * too, change, are withdrawn and numbered anew; builds are skipped, killed, made under the portal's faults, asked for a
 * time again or for everything. `LAKE_HISTORIES` sets how many of each kind, `LAKE_SEED` which, `LAKE_KINDS` of which kinds; what
 * fails is shrunk.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Followers } from './support/histories/follow.js';
import { EVENT_NAMES, history, RUN_NAMES } from './support/histories/history.js';
import { KINDS, type Kind } from './support/histories/kinds.js';

const numRuns = Number(process.env['LAKE_HISTORIES'] ?? 1);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_121);
const DAYS = 4;
/** After this time a history that failed is shrunk no further; one that did not come to its end fails. */
const MOST_MS = numRuns * 120_000 + 240_000;

const kinds = (process.env['LAKE_KINDS']?.split(',') ?? Object.keys(KINDS)) as Kind[];
const followers = new Followers(kinds.length);

/** An incremental load equals a full one, on every day of histories of this kind. */
const property = (kind: Kind) =>
  fc.asyncProperty(history(kind, DAYS), async (one) => {
    expect(await followers.follow(one)).toBeUndefined();
  });

describe(`an incremental load equals a full one (seed ${seed}, ${numRuns} histories of each kind)`, () => {
  const asserted = new Map<Kind, Promise<void>>();
  beforeAll(() => {
    // All kinds at once, for they share their builds: each test waits for its own.
    for (const kind of kinds) {
      // Of one seed all kinds would draw alike.
      const own = seed + Object.keys(KINDS).indexOf(kind);
      const all = fc.assert(property(kind), {
        seed: own,
        numRuns,
        interruptAfterTimeLimit: MOST_MS,
        markInterruptAsFailure: true,
      });
      all.catch(() => {}).finally(() => followers.leave());
      asserted.set(kind, all);
    }
  });
  test.each(kinds)('%s', (kind) => asserted.get(kind), 2 * MOST_MS);

  test.runIf(numRuns >= 10 && kinds.length === Object.keys(KINDS).length)(
    'they met all that can happen',
    () => {
      const { tally } = followers;
      process.stdout.write(`${JSON.stringify(Object.fromEntries(tally), null, 1)}\n`);
      expect([...tally.keys()]).toEqual(
        expect.arrayContaining([...EVENT_NAMES, ...RUN_NAMES, 'killed indeed']),
      );
    },
  );
});
