/** The frame of every story of publishing: a build and a vacuum are killed and started again until both end; after each nothing may be broken. */
import { expect } from 'vitest';
import type { Ended, Instant } from './harness.js';
import type { Instants } from './instants.js';
import type { Published } from './published.js';

/** `build`, or a vacuum that lets go of all but what is published. */
export type Command = 'build' | 'vacuum';

/** A project and its lake, on any store. */
export interface Story {
  /** The project as it is before a build with news. */
  begin(): void | Promise<void>;
  /** One command, killed at the instant if it gets there. */
  run(command: Command, instant?: Instant): Promise<Ended>;
  /** What a reader sees. */
  read(): Promise<Published>;
  /** What is broken for whoever reads now, after this command. */
  faults(command: Command): Promise<readonly string[]>;
  /** Files that nothing leads to. */
  strays(): Promise<readonly string[]>;
}

export interface Lane {
  readonly story: Story;
  readonly before: Published;
  readonly after: Published;
  readonly instants: Readonly<Record<Command, Instants>>;
  readonly random: () => number;
}

export interface Killed {
  readonly command: Command;
  readonly instant: Instant;
}

/** One story, killed at most `most` times. @returns where it was killed. */
export async function tell(
  { story, before, after, instants, random }: Lane,
  most: number,
): Promise<readonly Killed[]> {
  await story.begin();
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
      expect(await story.faults(command), told()).toEqual([]);
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
  expect(await story.strays(), told()).toEqual([]);
  return killed;
}
