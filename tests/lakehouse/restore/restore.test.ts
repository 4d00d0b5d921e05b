/** A table as it was: a version of now with the files and the state of then. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { versionBefore, versionBeside, versionsAt } from '../../../src/lakehouse/restore/find-version.js';
import { planRestoration, restoreVersion } from '../../../src/lakehouse/restore/restore-version.js';
import type { TableHead } from '../../../src/lakehouse/types.js';
import { vacuum } from '../../../src/lakehouse/vacuum/vacuum.js';
import { ForeignWriter } from '../support/foreign-writer.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';
import { bareState } from '../support/writer.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const table = 'gold.x';
const numbers = (from: number, to: number) => `select i::integer as id from range(${from}, ${to}) t(i)`;
const restore = async (version: number, run = 'back') =>
  restoreVersion(opened.lake.store, await planRestoration(opened.lake.store, table, version), run);

type Actions = readonly Record<string, Record<string, unknown>>[];
async function log(version: number): Promise<Actions> {
  const file = opened.at('gold/x/_delta_log', `${String(version).padStart(20, '0')}.json`);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
const of = (actions: Actions, kind: string): readonly Record<string, unknown>[] =>
  actions.flatMap((action) => (action[kind] ? [action[kind]] : []));

describe('a version that comes back', () => {
  test('is a new one with the files of then, whose statistics are those that they came with', async () => {
    const first = await opened.writer.write(table, numbers(0, 3));
    const second = await opened.writer.write(table, numbers(5, 9));
    const head = await restore(0);
    expect(head.version).toBe(2);
    expect(head.state.files).toEqual(first.state.files);
    expect(await opened.lake.head(table)).toEqual(head);
    const actions = await log(2);
    expect(of(actions, 'add')).toEqual([
      expect.objectContaining({
        path: first.state.files[0]!.path,
        dataChange: true,
        stats: of(await log(0), 'add')[0]!['stats'],
      }),
    ]);
    expect(of(actions, 'remove')).toEqual([
      expect.objectContaining({ path: second.state.files[0]!.path, dataChange: true }),
    ]);
    expect(of(actions, 'commitInfo')[0]).toMatchObject({
      operation: 'RESTORE',
      operationParameters: { version: '0', timestamp: null },
      operationMetrics: { numRestoredFiles: '1', numRemovedFiles: '1' },
      isBlindAppend: false,
    });
  });

  test('brings its state along: parts and cursors, fingerprint, inputs, and the data version that children count by', async () => {
    const parts = (cursor: string) => ({
      p: { label: 'p', variables: {}, loads: ['run-1'], cursor, validators: {}, rows: 3, sha256: cursor },
    });
    const then = { ...bareState, parts: parts('2026-01-01'), fingerprint: 'then', inputs: { 'silver.a': 4 } };
    await opened.writer.write(table, numbers(0, 3), { state: then });
    const now = { ...bareState, parts: parts('2026-02-01'), fingerprint: 'now', inputs: { 'silver.a': 5 } };
    await opened.writer.write(table, numbers(0, 4), { mode: 'append', state: now });
    const { state } = await restore(0);
    expect(state).toMatchObject({ ...then, run: 'back', version: 2, dataVersion: 0, rows: 3 });
  });

  test('brings its columns, partitions and descriptions along; a protocol is not lowered', async () => {
    await opened.writer.write(table, `select 1 as id, 'a' as place`, {
      partitionBy: ['place'],
      description: 'then',
    });
    await opened.writer.write(table, `select 1 as id, timestamp '2026-01-01' as at`, { description: 'now' });
    const head = await restore(0);
    expect(head.state.columns.map(({ name }) => name)).toEqual(['id', 'place']);
    const actions = await log(2);
    expect(of(actions, 'protocol')).toEqual([]);
    expect(of(actions, 'metaData')[0]).toMatchObject({ description: 'then', partitionColumns: ['place'] });
    expect((await opened.writer.write(table, 'select 2 as id')).version).toBe(3);
  });

  test('leaves columns that came later without their statistics, which would say that no value is NULL', async () => {
    await opened.writer.write(table, numbers(0, 3));
    await opened.writer.write(table, `select 9 as id, 'new' as word`, { mode: 'append' });
    await opened.writer.write(table, numbers(0, 1));
    await restore(1);
    const stats = of(await log(3), 'add').map(({ stats }) => JSON.parse(String(stats)));
    expect(stats).toEqual([
      { numRecords: 3 },
      expect.objectContaining({ numRecords: 1, nullCount: { id: 0, word: 0 } }),
    ]);
  });

  test('takes rows of other programs out, too', async () => {
    await opened.writer.write(table, numbers(0, 3));
    await new ForeignWriter(opened.at('gold/x'), opened.writer.connection).append(numbers(10, 12));
    const head = await restore(0);
    expect(head).toMatchObject({ version: 2, state: { rows: 3 } });
    expect(of(await log(2), 'remove')).toHaveLength(1);
    expect((await opened.lake.head(table))!.foreign).toBeUndefined();
  });
});

describe('is refused, and nothing is published', () => {
  const reason = (version: number) =>
    restore(version).then(String, (error) => `${error.code} ${error.message}`);

  test('where vacuum took files of it', async () => {
    await opened.writer.write(table, numbers(0, 3));
    await opened.writer.write(table, numbers(0, 4));
    await opened.lake.publishSet('run-1', { [table]: 1 }, {});
    const options = { run: 'vacuum', folder: '/p', since: Date.now() + 1000, sets: 1, dryRun: false };
    await vacuum(opened.lake.store, options);
    expect(await reason(0)).toBe(
      'LK6029 gold.x: version 0 cannot come back: 1 of its 1 files is gone, most likely deleted by `lake vacuum`',
    );
    expect((await opened.lake.head(table))!.version).toBe(1);
  });

  test('where there is no such version, and where another program wrote it', async () => {
    await opened.writer.write(table, numbers(0, 3));
    await new ForeignWriter(opened.at('gold/x'), opened.writer.connection).append(numbers(10, 12));
    expect(await reason(7)).toMatch(/^LK6024 gold.x has no version 7/);
    expect(await reason(1)).toBe('LK6029 gold.x: version 1 was written by delta-rs:py-1.6.6');
  });

  test('where somebody published meanwhile', async () => {
    await opened.writer.write(table, numbers(0, 3));
    await opened.writer.write(table, numbers(0, 4));
    const planned = await planRestoration(opened.lake.store, table, 0);
    await opened.writer.write(table, numbers(0, 5));
    await expect(restoreVersion(opened.lake.store, planned, 'late')).rejects.toMatchObject({
      code: 'LK6030',
    });
    expect((await opened.lake.head(table))!.state.rows).toBe(5);
  });
});

describe('which version is meant', () => {
  const versionOf = (head: TableHead) => versionBefore(opened.lake.store, head);

  test('without one: that of the rows before; asked again, further back', async () => {
    for (const rows of [1, 2, 3]) await opened.writer.write(table, numbers(0, rows));
    const { state } = (await opened.lake.head(table))!;
    const moved = await opened.writer.writeNothing(table, numbers(0, 1), { mode: 'state', state });
    expect(await versionOf(moved)).toBe(1);
    const back = await restore(1);
    expect(await versionOf(back)).toBe(0);
    await expect(versionOf(await restore(0))).rejects.toMatchObject({ code: 'LK6029' });
  });

  test('of several tables at a time: those of the set of then', async () => {
    await opened.writer.write(table, numbers(0, 1));
    await opened.lake.publishSet('a', { [table]: 0 }, {});
    const { at } = (await opened.lake.newestSet())!;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await opened.writer.write(table, numbers(0, 2));
    await opened.lake.publishSet('b', { [table]: 1 }, {});
    expect([...(await versionsAt(opened.lake.store, at, [table, 'gold.y']))]).toEqual([[table, 0]]);
  });

  test('of a companion: the newest when its table was published', async () => {
    const companion = 'gold.y';
    await opened.writer.write(companion, numbers(0, 1));
    const first = await opened.writer.write(table, numbers(0, 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await opened.writer.write(companion, numbers(0, 2));
    expect(await versionBeside(opened.lake.store, companion, first)).toBe(0);
  });
});
