/**
 * A disk that fills up while a real build fetches, converts and publishes: a small tmpfs with less room each time. Where no file system
 * may be mounted these are skipped; `ulimit -f` provokes the same in tests/fetch/spool.test.ts and tests/lakehouse/crash.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, readPublished } from '../chaos/support/published.js';
import { runLake } from '../support/run-lake.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { CITY, portalFiles } from './support/portal.js';

const mounted = (...args: readonly string[]): boolean => spawnSync('mount', args).status === 0;

/** Whether this process may mount a file system: asked once, with one that is gone again. */
const mayMount = ((): boolean => {
  const { root, remove } = tempProject({});
  const can = mounted('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root);
  if (can) spawnSync('umount', [root]);
  remove();
  return can;
})();

const TABLES = ['bronze.calls', 'silver.calls', 'gold.per_day'];
const FILES = {
  'datasets/calls.yml': `dataset: calls
portal: files
source: {url: calls.csv}
key: [id]
fields: {id: integer, day: date, words: varchar}
`,
  'models/gold/per_day.sql': `{{config partition_by='day'}}\nselect day, id, words from {{ref 'calls'}}\n`,
};

/** Words that nothing packs: a table is as large as its text. */
function calls(day: number): string {
  let state = day;
  const word = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  };
  const rows = Array.from(
    { length: 4_000 },
    (_, i) => `${i},2026-01-0${1 + (i % 3)},${word()}${word()}${word()}`,
  );
  return `id,day,words\n${rows.join('\n')}\n`;
}

describe.skipIf(!mayMount)('a small disk', () => {
  let outside: TempProject;
  let root: string;
  const ballast = () => join(root, 'ballast');

  beforeAll(async () => {
    outside = tempProject({});
    root = join(outside.root, 'project');
    mkdirSync(root);
    expect(mounted('-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', root)).toBe(true);
    const project = tempProject({ ...CITY, ...FILES, ...portalFiles({ files: { 'calls.csv': calls(1) } }) });
    spawnSync('cp', ['-a', `${project.root}/.`, root]);
    project.remove();
    const first = await runLake(root, ['build']);
    expect(first.exitCode, first.stdout).toBe(0);
    for (const [path, text] of Object.entries(portalFiles({ files: { 'calls.csv': calls(2) } })))
      writeFileSync(join(root, path), text);
  }, 120_000);
  afterAll(() => {
    spawnSync('umount', ['-l', root]);
    outside.remove();
  });

  /** Leaves so many bytes of the disk. */
  function leave(bytes: number): void {
    rmSync(ballast(), { force: true });
    const { bavail, bsize } = statfsSync(root);
    writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  }

  const temporaries = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.tmp$|_staging\/.*\.parquet$/.test(path) && !path.startsWith('target/spool'),
    );

  test('F23: wherever a build finds the disk full it says so with path or setting, publishes all of a version or nothing, and goes on when there is room', async () => {
    const before = await readPublished(root, TABLES);
    const codes = new Set<string>();
    let built = false;
    for (let room = 4_096; !built; room *= 2) {
      leave(room);
      const { exitCode, stdout, stderr } = await runLake(root, ['build']);
      const said = `${room} bytes left\n${stdout}${stderr}`;
      expect(await faultsOf(root), said).toEqual([]);
      const published = await readPublished(root, TABLES);
      built = exitCode === 0;
      if (built) break;
      expect([1, 75], said).toContain(exitCode);
      // One of what a disk that is full is called, by whoever met it; never a stack.
      expect(said).toMatch(/disk is full|no space left|No space left|write .* bytes/);
      expect(said).not.toMatch(/\n\s+at .*\.js:\d+/);
      for (const [code] of said.matchAll(/\bLK\d{4}\b/g)) codes.add(code);
      for (const table of TABLES) expect(published[table], `${table}: ${said}`).toBeDefined();
      expect(temporaries(), said).toEqual([]);
      // What was not rebuilt is as it was.
      if (published['silver.calls'] === before['silver.calls'])
        expect(published['gold.per_day']).toEqual(before['gold.per_day']);
    }
    const after = await readPublished(root, TABLES);
    for (const table of TABLES) expect(after[table]).not.toEqual(before[table]);
    // In the spool, in the engine's files and in the lake's own.
    expect([...codes]).toEqual(expect.arrayContaining(['LK3117', 'LK5003']));
    rmSync(ballast());
    const again = await runLake(root, ['build']);
    expect(again.stdout + again.stderr).toContain('Nothing changed');
  }, 300_000);

  test('F24: a lake on a disk that is read-only is read, and a build says that it cannot be written, and changes nothing', async () => {
    const before = await readPublished(root, TABLES);
    expect(mounted('-o', 'remount,ro', root)).toBe(true);
    try {
      const asked = await runLake(root, ['query', 'select count(*) as n from gold.per_day', '-o', 'json']);
      expect(asked.exitCode, asked.stderr).toBe(0);
      expect(JSON.parse(asked.stdout)).toEqual([{ n: 4_000 }]);
      const { exitCode, stderr, stdout } = await runLake(root, ['build']);
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toMatch(/LK6002.*the file system is read-only/s);
      expect(stdout + stderr).not.toMatch(/\n\s+at .*\.js:\d+/);
    } finally {
      expect(mounted('-o', 'remount,rw', root)).toBe(true);
    }
    expect(await readPublished(root, TABLES)).toEqual(before);
    expect(existsSync(join(root, 'lake'))).toBe(true);
  }, 120_000);
});
