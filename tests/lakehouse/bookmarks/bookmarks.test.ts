import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bookmarkedVersions,
  readBookmarks,
  removeBookmark,
  writeBookmark,
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

function holds(publication: string, table: string, versions: readonly number[]): Promise<void> {
  const target = publication.slice(0, publication.indexOf('/'));
  return writeBookmark(opened.lake, {
    target,
    publication,
    table,
    versions,
    definition: 'd',
    dataVersion: 0,
    run: 'r',
    at: '',
  });
}

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
    await holds('warehouse/x', table, [1]);
    await holds('open-data/x.csv', table, [2]);
    await clear();
    expect(await keptOf(table, 4)).toEqual([1, 2, 3]);
    await holds('warehouse/x', table, [3]);
    await removeBookmark(opened.lake, { target: 'open-data', publication: 'open-data/x.csv' });
    await clear();
    expect(await keptOf(table, 4)).toEqual([3]);
  });

  test('while it is being published: both versions are kept, for the target may have either', async () => {
    const table = 'gold.x';
    for (let i = 0; i < 4; i++) await opened.writer.write(table, `select ${i} as id`);
    await opened.lake.publishSet('run-1', { [table]: 3 }, {});
    await holds('warehouse/x', table, [0, 2]);
    await clear();
    expect(await keptOf(table, 4)).toEqual([0, 2, 3]);
  });

  test('is noted for each publication, however its name is spelled', async () => {
    await holds('warehouse/public.x', 'gold.x', [1]);
    await holds('warehouse/public-x', 'gold.y', [4]);
    await holds('files/a b/ü.csv', 'gold.x', [2]);
    await holds('warehouse/public.x', 'gold.x', [3]);
    const all = await readBookmarks(opened.lake);
    expect(all.map(({ publication }) => publication).sort()).toEqual([
      'files/a b/ü.csv',
      'warehouse/public-x',
      'warehouse/public.x',
    ]);
    expect(await bookmarkedVersions(opened.lake)).toEqual({ 'gold.x': [2, 3], 'gold.y': [4] });
  });

  test('cannot be read: nothing is deleted', async () => {
    for (let i = 0; i < 2; i++) await opened.writer.write('gold.x', `select ${i} as id`);
    await holds('warehouse/x', 'gold.x', [0]);
    await writeFile(opened.at('_bookmarks/warehouse.y-0.json'), '{"format":1,');
    await expect(clear()).rejects.toMatchObject({ code: 'LK6021' });
    expect(await keptOf('gold.x', 2)).toEqual([0, 1]);
  });

  test('has a name that is a file’s', async () => {
    await expect(holds('../x', 'gold.x', [1])).rejects.toMatchObject({ code: 'LK6010' });
  });
});
