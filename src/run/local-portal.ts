/** Starts the local portal that a target names: the generated sample, or a folder of recorded files. */
import { join, resolve } from 'node:path';
import type { RunningPortal } from '../portal/types.js';

export type LocalPortal = Pick<RunningPortal, 'origins' | 'faults' | 'asOf' | 'close'>;

/** What a run asks of its target's local portal. */
export interface LocalPortalOptions {
  /** Day of the sample or of a recorded folder; undefined: day 1 of the sample, the newest of a folder. */
  readonly day?: number;
  /** Seeded faults that it injects, `status429=0.1,cut=0.02`; undefined: those of the folder's portal.yml. */
  readonly faults?: string;
  /** What their draws begin from. */
  readonly seed?: number;
}

/** The sample's first day. */
export const FIRST_DAY = 1;

/**
 * Starts it in this process.
 * @param portal `sample`, or a folder with a `portal.yml`, relative to the project root.
 * @throws LakeError LK71xx when it cannot be served.
 */
export async function openLocalPortal(
  root: string,
  portal: string,
  { day, faults, seed }: LocalPortalOptions,
): Promise<LocalPortal> {
  const { startPortal } = await import('../portal/index.js');
  if (portal !== 'sample') return startPortal({ folder: resolve(root, portal), day, faults, seed });
  const folder = await sampleFolder(root, day ?? FIRST_DAY);
  return startPortal({ folder, faults, seed });
}

/**
 * The generated sample of one day, made when it is not there yet.
 * @param at Absolute or relative to `root`; `target/sample-portal/day-<n>` by default.
 */
export async function sampleFolder(root: string, day: number, at?: string): Promise<string> {
  const { ensureSample } = await import('../portal/index.js');
  const folder = resolve(root, at ?? join('target', 'sample-portal', `day-${day}`));
  await ensureSample(folder, { day, seed: 1 });
  return folder;
}
