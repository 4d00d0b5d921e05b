/** Kills in lanes: each lane tells its stories one after the other, beside the others, until all together have killed often enough. */
import type { Instant } from './harness.js';

/** Kills that many take long: how far they are is printed. */
const MANY = 100;

export interface Killing<Lane> {
  readonly lanes: readonly Lane[];
  /** How often, in all lanes. */
  readonly kills: number;
  /** Of one story at most. */
  readonly inARow: number;
  /** For what is printed: `500 kills of publishing`. */
  readonly what: string;
  /** One story: killed at most `most` times, then let to its end. @returns by what each kill is counted. */
  readonly story: (lane: Lane, most: number, number: number) => Promise<readonly string[]>;
}

/** Kind of kill → how often. @throws what failed in a lane; the others begin no further story then. */
export async function killInLanes<Lane>(killing: Killing<Lane>): Promise<ReadonlyMap<string, number>> {
  const { lanes, kills, inARow, what, story } = killing;
  const hit = new Map<string, number>();
  const started = performance.now();
  let killed = 0;
  let failed = false;
  const work = async (lane: Lane) => {
    for (let number = 0; killed < kills && !failed; number++) {
      for (const kind of await story(lane, Math.min(inARow, kills - killed), number)) {
        hit.set(kind, (hit.get(kind) ?? 0) + 1);
        killed += 1;
        if (kills > MANY && killed % 50 === 0)
          process.stdout.write(
            `${killed} of ${kills} ${what} in ${Math.round((performance.now() - started) / 1000)} s\n`,
          );
      }
    }
  };
  await Promise.all(
    lanes.map((lane) =>
      work(lane).catch((error) => {
        failed = true;
        throw error;
      }),
    ),
  );
  if (kills > MANY) process.stdout.write(`${JSON.stringify(Object.fromEntries(hit), null, 1)}\n`);
  return hit;
}

/** What a kill is counted by: the change of the disk before which it came, else what was waited for. */
export function kindOf(instant: Instant): string {
  return instant.kind === 'disk' ? instant.change : instant.kind;
}
