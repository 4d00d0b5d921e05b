import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dropTables } from '../../../src/lakehouse/sets/drop-tables.js';
import type { TableHead } from '../../../src/lakehouse/types.js';
import type { Garbage } from '../../../src/lakehouse/vacuum/find-garbage.js';
import { keptVersions } from '../../../src/lakehouse/vacuum/kept-versions.js';
import { type VacuumOptions, vacuum } from '../../../src/lakehouse/vacuum/vacuum.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(async () => {
  await opened.remove();
});

const TABLE = 'gold.x';

/** Versions 0 to n - 1 of one row each; a set for each of them. */
async function versions(count: number, partitionBy: readonly string[] = []): Promise<TableHead[]> {
  const heads: TableHead[] = [];
  for (let i = 0; i < count; i++) {
    heads.push(await opened.writer.write(TABLE, `select ${i} as id, 'a b' as place`, { partitionBy }));
    await opened.lake.publishSet(`run-${i}`, { [TABLE]: i }, {});
  }
  return heads;
}

async function clear(options: Partial<VacuumOptions> = {}): Promise<readonly Garbage[]> {
  // As every run does at its end.
  await opened.lake.unstage('run-1');
  return vacuum(opened.lake.store, {
    run: 'vacuum',
    folder: '/project',
    since: Date.now() + 1000,
    sets: 1,
    dryRun: false,
    ...options,
  });
}

const pathsOf = ({ state }: TableHead): string[] =>
  state.files.map(({ path }) => opened.at('gold', 'x', path));

async function readable(version: number): Promise<boolean> {
  const head = await opened.lake.at(TABLE, version);
  return (await opened.lake.lostFiles(head.state)).length === 0;
}

describe('vacuum', () => {
  test('deletes what only replaced versions need; the newest stays, whatever the retention', async () => {
    const [first, second, third] = await versions(3);
    const garbage = await clear();
    const told = garbage.map(({ key, bytes, reason }) => [key, bytes, reason]);
    const fileOf = ({ state, version }: TableHead) => [
      `gold/x/${state.files[0]!.path}`,
      state.files[0]!.bytes,
      `came with version ${version}, which nothing needs any more`,
    ];
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([fileOf(first!), fileOf(second!)]));
    expect([first!, second!, third!].map((head) => pathsOf(head).every(existsSync))).toEqual([
      false,
      false,
      true,
    ]);
    expect(await clear()).toEqual([]);
    expect(await readable(2)).toBe(true);
  });

  test('versions that were current in the retention, of the newest sets, or with a bookmark stay', async () => {
    const heads = await versions(6);
    expect(await clear({ since: 0 })).toEqual([]);
    expect(await clear({ since: Date.parse(heads[4]!.state.at) - 0.5, dryRun: true })).toHaveLength(3);
    await clear({ sets: 2, bookmarks: { [TABLE]: [1] } });
    expect(await Promise.all(heads.map((_, version) => readable(version)))).toEqual([
      false,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  test('F32: a version that came while the clock was a day behind does not make the one before it old', async () => {
    await versions(2);
    const { now } = Date;
    Date.now = () => now() - 86_400_000;
    try {
      await opened.writer.write(TABLE, 'select 2 as id');
    } finally {
      Date.now = now;
    }
    await opened.lake.publishSet('run-2', { [TABLE]: 2 }, {});
    expect(await clear({ since: now() - 3_600_000 })).toEqual([]);
    expect(await Promise.all([0, 1, 2].map(readable))).toEqual([true, true, true]);
  });

  test('a dry run tells the same, and deletes nothing', async () => {
    const heads = await versions(2);
    const told = await clear({ dryRun: true });
    expect(pathsOf(heads[0]!).every(existsSync)).toBe(true);
    expect(await clear()).toEqual(told);
  });

  test('files in folders of partitions are found under their names', async () => {
    const [first, second] = await versions(2, ['place']);
    expect(first!.state.files[0]!.path).toMatch(/^place=a%20b\/part-/);
    expect(await clear()).toHaveLength(1);
    expect(pathsOf(second!).every(existsSync)).toBe(true);
  });

  test('files that several versions share stay as long as one of these does', async () => {
    await opened.writer.write(TABLE, 'select 1 as id');
    await opened.writer.write(TABLE, 'select 2 as id', { mode: 'append' });
    await opened.lake.publishSet('run-1', { [TABLE]: 1 }, {});
    expect(await clear()).toEqual([]);
  });

  test('F27: what a killed writer left is deleted: staged files, data files and states without a commit', async () => {
    const [head] = await versions(1);
    const lost = '00000000-0000-4000-8000-000000000000';
    const content = await readFile(pathsOf(head!)[0]!);
    await writeFile(opened.at('gold', 'x', `part-00000-${lost}.parquet`), content);
    await writeFile(opened.at('gold', 'x', '_lake', `1-${lost}.json`), '{}');
    await writeFile(opened.at('gold', 'x', '_lake', `0-${lost}.json`), '{}');
    await opened.writer.stage(TABLE, 'select 1', [], 'killed');
    const reasons = (await clear()).map(({ key, reason }) => `${key}: ${reason}`);
    expect(reasons).toEqual([
      `gold/x/part-00000-${lost}.parquet: was never published`,
      `gold/x/_lake/0-${lost}.json: was never published`,
      `gold/x/_lake/1-${lost}.json: was never published`,
      '_staging/killed: was staged by a run that has ended',
    ]);
    expect(existsSync(opened.at('_staging', 'killed'))).toBe(false);
    expect(await readable(0)).toBe(true);
    expect(await clear()).toEqual([]);
  });

  test('F27: what a killed writer had begun to write is deleted; a lease that is being written just now is left', async () => {
    await versions(1);
    await opened.lake.store.put(
      '_locks/1.json',
      Buffer.from('{"released": true, "folder": "", "tables": []}'),
    );
    const name = (n: number) => `.00000000-0000-4000-8000-00000000000${n}.tmp`;
    const begun = [
      ['gold', 'x', '_delta_log', name(1)],
      ['gold', 'x', name(2)],
      ['_sets', name(3)],
      [name(4)],
      ['_locks', name(5)],
    ].map((names) => opened.at(...names));
    const [justNow, theirs] = [opened.at('_locks', name(6)), opened.at('gold', 'x', '.crc.tmp')];
    for (const path of [...begun, justNow, theirs]) await writeFile(path, 'half');
    await utimes(begun[4]!, 0, 0);
    const told = (await clear()).map(({ key, bytes, reason }) => `${key}: ${bytes}, ${reason}`);
    expect(told.sort()).toEqual(
      ['', '_locks/', '_sets/', 'gold/x/', 'gold/x/_delta_log/'].map(
        (folder, i) => `${folder}${name([4, 5, 3, 2, 1][i]!)}: 4, was begun by a run that has ended`,
      ),
    );
    expect([...begun, justNow, theirs].map(existsSync)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('files that another program wrote are left to it', async () => {
    const [head] = await versions(1);
    const theirs = opened.at('gold', 'x', '0-f00.parquet');
    await writeFile(theirs, await readFile(pathsOf(head!)[0]!));
    expect(await clear()).toEqual([]);
    expect(existsSync(theirs)).toBe(true);
  });

  test('of some tables only; what runs staged is left then', async () => {
    await versions(2);
    await opened.writer.stage(TABLE, 'select 1', [], 'killed');
    expect(await clear({ tables: ['gold.other'] })).toEqual([]);
    expect(await clear({ tables: [TABLE] })).toHaveLength(1);
  });

  test('a dropped table goes as a whole, once it was dropped for longer than the retention and no kept set has it', async () => {
    await versions(2);
    await opened.writer.write('gold.y', 'select 1 as id');
    await opened.lake.publishSet('run-y', { 'gold.y': 0 }, {});
    const { at } = await dropTables(opened.lake, { names: [TABLE], run: 'drop', folder: '/project' });
    const wholeTable = async (options: Partial<VacuumOptions>) =>
      (await clear({ ...options, dryRun: true })).filter(({ folder }) => folder);
    expect(await wholeTable({ since: Date.parse(at) })).toEqual([]);
    expect(await wholeTable({ sets: 2 })).toEqual([]);
    expect(await wholeTable({ bookmarks: { [TABLE]: [1] } })).toEqual([]);
    expect(await wholeTable({})).toMatchObject([{ table: TABLE, key: 'gold/x', reason: 'was dropped' }]);
    await clear();
    expect(existsSync(opened.at('gold', 'x'))).toBe(false);
    expect((await opened.lake.head('gold.y'))?.version).toBe(0);
    expect(await clear()).toEqual([]);
  });

  test('a vacuum that was killed in the middle of a dropped table is gone on with by the next', async () => {
    await versions(1);
    await dropTables(opened.lake, { names: [TABLE], run: 'drop', folder: '/project' });
    await opened.lake.store.deleteFolder('gold/x/_delta_log');
    await clear();
    expect(existsSync(opened.at('gold', 'x'))).toBe(false);
  });

  test('a table in which something was published after it was dropped stays', async () => {
    await versions(1);
    await dropTables(opened.lake, { names: [TABLE], run: 'drop', folder: '/project' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await opened.writer.write(TABLE, 'select 7 as id');
    expect((await clear()).filter(({ folder }) => folder)).toEqual([]);
    expect(await readable(1)).toBe(true);
  });

  test('commits of a table are read several at once, and no more than 16', async () => {
    await versions(20);
    const { store } = opened.lake;
    const [now, most] = [{ reads: 0 }, { reads: 0 }];
    const counting = new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name !== 'getFixed') return typeof value === 'function' ? value.bind(target) : value;
        return async (key: string) => {
          now.reads += 1;
          most.reads = Math.max(most.reads, now.reads);
          await new Promise((resolve) => setTimeout(resolve, 5));
          now.reads -= 1;
          return target.getFixed(key);
        };
      },
    });
    expect(await keptVersions(counting, TABLE, [], { since: Date.now() + 1000, sets: 1 })).toEqual([19]);
    expect(most.reads).toBe(16);
  });

  test('while a run works it fails, naming the run', async () => {
    const { withRunLease } = await import('../../../src/lakehouse/leases/run-lease.js');
    await versions(1);
    await withRunLease(
      opened.lake,
      { run: 'at-work', tables: [TABLE], folder: '/elsewhere' },
      async () => {
        await expect(clear()).rejects.toMatchObject({ code: 'LK6040', details: { run: 'at-work' } });
      },
      { ifRunning: 'fail' },
    );
  });
});
