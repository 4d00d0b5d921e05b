/** Starts the local portal that a target names: the generated sample, or a folder of recorded files. */
import { join, resolve } from 'node:path';
import type { RunningPortal } from '../portal/types.js';

export type LocalPortal = Pick<RunningPortal, 'origins' | 'close'>;

/** The sample's first day. */
export const FIRST_DAY = 1;

/**
 * @param portal `sample`, or a folder with a `portal.yml`, relative to the project root.
 * @param day The sample's or recorded folder's day; undefined: day 1 of the sample, the newest of a folder.
 */
export async function openLocalPortal(
  root: string,
  portal: string,
  day: number | undefined,
): Promise<LocalPortal> {
  const { startPortal } = await import('../portal/index.js');
  if (portal !== 'sample') return startPortal({ folder: resolve(root, portal), day });
  const folder = await sampleFolder(root, day ?? FIRST_DAY);
  return startPortal({ folder });
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
