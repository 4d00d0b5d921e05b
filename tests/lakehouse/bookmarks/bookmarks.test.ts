import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bookmarkedVersions,
  moveBookmark,
  readBookmark,
  removeBookmark,
} from '../../../src/lakehouse/bookmarks/bookmarks.js';
import { vacuum } from '../../../src/lakehouse/vacuum/vacuum.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const clear = () =>
  vacuum(opened.lake.store, { run: 'v', folder: '/p', since: Date.now() + 1000, sets: 1, dryRun: false });

async function keptOf(table: string, versions: number): Promise<number[]> {
  const kept: number[] = [];
  for (let version = 0; version < versions; version++) {
    const { state } = await opened.lake.at(table, version);
    if ((await opened.lake.lostFiles(state)).length === 0) kept.push(version);
  }
  return kept;
}

describe('what a publish target holds', () => {
  test('is kept by a vacuum, whatever its age, until the target holds another version', async () => {
    const table = 'gold.x';
    for (let i = 0; i < 4; i++) await opened.writer.write(table, `select ${i} as id`);
    await opened.lake.publishSet('run-1', { [table]: 3 }, {});
    await moveBookmark(opened.lake, 'warehouse', { run: 'run-1', tables: { [table]: 1 } });
    await moveBookmark(opened.lake, 'open-data', { run: 'run-1', tables: { [table]: 2 } });
    await clear();
    expect(await keptOf(table, 4)).toEqual([1, 2, 3]);
    await moveBookmark(opened.lake, 'warehouse', { run: 'run-2', tables: { [table]: 3 } });
    await removeBookmark(opened.lake, 'open-data');
    await clear();
    expect(await keptOf(table, 4)).toEqual([3]);
  });

  test('of some tables moves alone', async () => {
    await moveBookmark(opened.lake, 'warehouse', { run: 'a', tables: { 'gold.x': 1, 'gold.y': 4 } });
    await moveBookmark(opened.lake, 'warehouse', { run: 'b', tables: { 'gold.x': 2 } });
    expect(await readBookmark(opened.lake, 'warehouse')).toMatchObject({
      run: 'b',
      tables: { 'gold.x': 2, 'gold.y': 4 },
    });
    await moveBookmark(opened.lake, 'files', { run: 'b', tables: { 'gold.x': 1 } });
    expect(await bookmarkedVersions(opened.lake)).toEqual({ 'gold.x': [1, 2], 'gold.y': [4] });
    expect(await readBookmark(opened.lake, 'other')).toBeUndefined();
  });

  test('cannot be read: nothing is deleted', async () => {
    for (let i = 0; i < 2; i++) await opened.writer.write('gold.x', `select ${i} as id`);
    await moveBookmark(opened.lake, 'warehouse', { run: 'a', tables: { 'gold.x': 0 } });
    await writeFile(opened.at('_bookmarks/warehouse.json'), '{"format":1,');
    await expect(clear()).rejects.toMatchObject({ code: 'LK6021' });
    expect(await keptOf('gold.x', 2)).toEqual([0, 1]);
  });

  test('has a name that is a file’s', async () => {
    const move = moveBookmark(opened.lake, '../x', { run: 'a', tables: {} });
    await expect(move).rejects.toMatchObject({ code: 'LK6010' });
  });
});
