/** A real `lake build` that is killed at one of its changes to the disk. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Run } from './history.js';

const BIN = fileURLToPath(new URL('../../../../bin/lake.js', import.meta.url));
const DIE_AT = fileURLToPath(new URL('../../../chaos/support/die-at.mjs', import.meta.url));

/** @returns whether it came so far: a build with less to do ends by itself. */
export async function killedBuild(
  root: string,
  select: readonly string[],
  day: number,
  { nth, when }: Extract<Run, { how: 'killed' }>,
): Promise<boolean> {
  const { signal } = await execa(
    process.execPath,
    ['--import', DIE_AT, BIN, 'build', '--select', ...select, '--day', String(day)],
    {
      cwd: root,
      reject: false,
      env: { NO_COLOR: '1', LAKE_DIE: JSON.stringify({ kind: 'any', nth, when }) },
      stdin: 'ignore',
    },
  );
  return signal === 'SIGKILL';
}
