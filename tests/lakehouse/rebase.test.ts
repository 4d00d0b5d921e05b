/** Who comes second goes on top of the winner where that changed no rows, and is told who won where it did. */
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lakeOn } from '../../src/lakehouse/open-lake.js';
import { LocalStore } from '../../src/lakehouse/stores/local.js';
import type { CommitRequest, PartState, TableHead } from '../../src/lakehouse/types.js';
import { ForeignWriter } from './support/foreign-writer.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { bareState } from './support/writer.js';

let opened: OpenedLake;
let first: TableHead;
beforeEach(async () => {
  opened = await openedLake();
  first = await opened.writer.write(table, numbers(0, 3), {
    state: { ...bareState, parts: { p: part('a') } },
  });
});
afterEach(() => opened.remove());

const table = 'silver.x';
const numbers = (from: number, to: number) => `select i::integer as id from range(${from}, ${to}) t(i)`;
const part = (sha256: string): PartState => ({
  label: 'p',
  variables: {},
  loads: ['run-1'],
  validators: {},
  rows: 3,
  sha256,
});

/** A commit that was prepared on the first version. */
async function prepared(
  mode: CommitRequest['mode'],
  more: Partial<CommitRequest> = {},
): Promise<CommitRequest> {
  const files = mode === 'state' ? [] : await opened.writer.stage(table, numbers(5, 9));
  const columns = await opened.writer.columns(numbers(0, 1));
  const state = { ...first.state, run: 'second' };
  return { table, base: 0, mode, columns, partitionBy: [], files, state, ...more };
}

/** The winner: another state of the same rows. */
const moveState = (state: object = {}) =>
  opened.writer.writeNothing(table, numbers(0, 1), {
    mode: 'state',
    state: { ...first.state, run: 'winner', ...state },
  });

const foreign = () => new ForeignWriter(opened.at('silver/x'), opened.writer.connection);
const compact = () =>
  foreign().compact(
    numbers(0, 3),
    first.state.files.map(({ path }) => path),
  );

describe('on top of a version that moved state alone', () => {
  test.each(['overwrite', 'append', 'state'] as const)('%s is published', async (mode) => {
    const late = await prepared(mode);
    await moveState({ fingerprint: 'moved' });
    const head = await opened.lake.commit(late);
    expect(head).toMatchObject({
      version: 2,
      state: { run: 'second', dataVersion: mode === 'state' ? 0 : 2 },
    });
    expect(head.state.rows).toBe({ overwrite: 4, append: 7, state: 3 }[mode]);
    expect(await opened.lake.head(table)).toEqual(head);
  });

  test('of several as well, and nothing is left behind', async () => {
    const late = await prepared('overwrite');
    for (let i = 0; i < 3; i++) await moveState({ fingerprint: `moved ${i}` });
    const head = await opened.lake.commit(late);
    expect(head.version).toBe(4);
    expect(await readdir(opened.at('silver/x/_lake'))).toHaveLength(5);
    expect((await readdir(opened.at('silver/x'))).filter((name) => name.endsWith('.parquet'))).toHaveLength(
      2,
    );
  });

  test('that came at the last moment, too: the files are taken over once, and no state is left behind', async () => {
    const store = new LocalStore(opened.lake.root);
    const real = store.publish.bind(store);
    let winners = 2;
    store.publish = async (objects, last) => {
      if (winners-- > 0) await moveState({ fingerprint: `moved ${winners}` });
      return real(objects, last);
    };
    const head = await lakeOn(store, opened.lake.root).commit(await prepared('append'));
    expect(head).toMatchObject({ version: 3, state: { rows: 7 } });
    expect(await opened.lake.head(table)).toEqual(head);
    expect(await opened.lake.lostFiles(head.state)).toEqual([]);
    expect(await readdir(opened.at('silver/x/_lake'))).toHaveLength(4);
  });

  test('not where a portal’s parts moved, nor where loads were taken back', async () => {
    for (const state of [
      { parts: { p: part('b') } },
      { rejected: { loadIds: [], guards: [], reason: '', hash: '' } },
    ]) {
      const { version } = (await opened.lake.head(table))!;
      const late = await prepared('append', { base: version });
      await moveState(state);
      await expect(opened.lake.commit(late)).rejects.toMatchObject({
        code: 'LK6030',
        message: expect.stringContaining(`version ${version + 1} was published by run winner`),
      });
    }
  });
});

describe('on top of a version that another program rearranged', () => {
  test.each(['overwrite', 'append', 'state'] as const)('%s is published', async (mode) => {
    const late = await prepared(mode);
    await compact();
    const head = await opened.lake.commit(late);
    expect(head.version).toBe(2);
    expect(head.state.rows).toBe({ overwrite: 4, append: 7, state: 3 }[mode]);
    const files = (await opened.lake.at(table, 2)).state.files;
    expect(files.some(({ path }) => path === first.state.files[0]!.path)).toBe(false);
  });

  test('not where a file leaves the table that is one with others now', async () => {
    const late = await prepared('append', { without: first.state.files.map(({ path }) => path) });
    await compact();
    await expect(opened.lake.commit(late)).rejects.toMatchObject({ code: 'LK6030' });
  });
});

test('rows of another program are a conflict that names it', async () => {
  const late = await prepared('overwrite');
  await foreign().append(numbers(7, 8));
  await expect(opened.lake.commit(late)).rejects.toMatchObject({
    code: 'LK6030',
    message: expect.stringMatching(
      /version 1 was published by delta-rs:py-1.6.6 at .*, while this run was working/,
    ),
  });
});

test('a table that somebody else made first is a conflict', async () => {
  const late = await prepared('overwrite', { base: -1 });
  await expect(opened.lake.commit(late)).rejects.toMatchObject({ code: 'LK6030' });
});
