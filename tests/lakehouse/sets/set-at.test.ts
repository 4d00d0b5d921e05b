import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeJson } from '../../../src/lakehouse/json-file.js';
import { readSetAt } from '../../../src/lakehouse/sets/set-at.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
  // Numbers may be missing: sets are forgotten some day.
  for (const [number, at] of [
    [2, '2026-01-01T10:00:00.000Z'],
    [3, '2026-01-02T10:00:00.000Z'],
    [7, '2026-01-03T10:00:00.000Z'],
  ] as const)
    await opened.lake.store.put(
      `_sets/${number}.json`,
      encodeJson({
        format: 1,
        number,
        run: 'r',
        at,
        tables: { 'silver.x': number },
        views: { 'gold.v': 1 },
        tests: {},
      }),
    );
});
afterEach(() => opened.remove());

test.each([
  ['2026-01-01T10:00:00Z', 2],
  ['2026-01-02', 2],
  ['2026-01-02 10:00', 3],
  ['2026-01-02T12:00:00+01:00', 3],
  ['2026-01-02T10:30:00+01:00', 2],
  ['2026-01-03T09:59:59.999Z', 3],
  ['2026-05-05', 7],
  ['3', 3],
])('%s is set %d', async (at, number) => {
  expect((await readSetAt(opened.lake.store, at)).number).toBe(number);
});

test.each(['2026-01-01', '4', 'x=y', '2026-13-01', 'now'])('%s is none', async (at) => {
  await expect(readSetAt(opened.lake.store, at)).rejects.toMatchObject({ code: 'LK6027' });
});

test('a table at a version stands beside the others of the newest set, where a view of its name was as well', async () => {
  await opened.writer.write('gold.v', 'select 1 as a');
  await opened.writer.write('gold.v', 'select 2 as a');
  const set = await readSetAt(opened.lake.store, 'gold.v=0');
  expect(set).toMatchObject({ number: 7, tables: { 'silver.x': 7, 'gold.v': 0 }, views: {} });
  await expect(readSetAt(opened.lake.store, 'gold.v=2')).rejects.toMatchObject({ code: 'LK6024' });
});

test('F32: a set that a machine with a slow clock publishes is not found before the one that it follows', async () => {
  const ahead = '2099-01-01T00:00:00.000Z';
  const set = { format: 1, number: 8, run: 'ahead', at: ahead, tables: { 'silver.x': 8 }, tests: {} };
  await opened.lake.store.put('_sets/8.json', encodeJson(set));
  const next = await opened.lake.publishSet('behind', { 'silver.x': 9 }, {});
  expect(next).toMatchObject({ number: 9, at: ahead });
  expect((await readSetAt(opened.lake.store, '2098-01-01')).number).toBe(7);
  expect((await readSetAt(opened.lake.store, '2099-01-02')).number).toBe(9);
});
