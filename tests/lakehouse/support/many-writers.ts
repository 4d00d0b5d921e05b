/** Many processes that publish versions of one table at once, on any store: no version may be lost, and none be there twice. */

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect } from 'vitest';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { LakeLocation } from '../../../src/project/types.js';
import { openedLake } from './opened-lake.js';

const program = fileURLToPath(new URL('./commit-many.mjs', import.meta.url));
const table = 'gold.x';

/** @param location Of an empty lake. */
export async function expectNoneLost(location: LakeLocation, processes: number, each: number): Promise<void> {
  const other = await openedLake();
  try {
    const select = `select i as id from range(20) t(i)`;
    const [file] = await other.writer.stage(table, select);
    const columns = await other.writer.columns(select);
    const stats = JSON.stringify({ rows: file!.rows, columnStats: file!.columnStats, columns });
    // All of them end before one's failure is told: the others still write to the lake.
    const ended = await Promise.allSettled(
      Array.from({ length: processes }, async (_, i) => {
        const args = [program, JSON.stringify(location), `run-${i}`, String(each), file!.path, stats];
        const { stdout } = await execa(process.execPath, args);
        return stdout.split('\n').map((line) => Number(line.replace('version ', '')));
      }),
    );
    const said = ended.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    const versions = said.flat().sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: processes * each }, (_, i) => i));
    await expectWhole(location, said, Math.ceil(each / 2) * processes);
  } finally {
    await other.remove();
  }
}

/** Every version is that of the run which says so, and the newest holds what all of them added. */
async function expectWhole(
  location: LakeLocation,
  said: readonly (readonly number[])[],
  files: number,
): Promise<void> {
  const lake = await openLake(location, '/');
  for (const [i, versions] of said.entries()) {
    for (const version of versions) expect((await lake.at(table, version)).state.run).toBe(`run-${i}`);
  }
  const { state } = (await lake.head(table))!;
  expect(state.files).toHaveLength(files);
  expect(new Set(state.files.map(({ path }) => path)).size).toBe(files);
  expect(state.rows).toBe(files * 20);
  expect(await lake.lostFiles(state)).toEqual([]);
}
