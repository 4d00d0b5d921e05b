/** F29: a request that failed may have arrived all the same. */
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LakeError } from '../../src/errors/lake-error.js';
import { lakeOn } from '../../src/lakehouse/open-lake.js';
import { LocalStore } from '../../src/lakehouse/stores/local.js';
import type { NewObject, WholeObject } from '../../src/lakehouse/stores/store.js';
import type { TableHead } from '../../src/lakehouse/types.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { bareState } from './support/writer.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const table = 'silver.x';
const lost = () => new LakeError('LK6007', 'the connection was lost', { transient: true });

type Publish = (objects: readonly NewObject[], last: WholeObject) => Promise<boolean>;

/** A store on the real one, whose commits go another way. */
function storeThat(publish: (real: Publish) => Publish): LocalStore {
  const store = new LocalStore(opened.lake.root);
  const real = store.publish.bind(store);
  store.publish = publish(real);
  return store;
}

async function commit(store: LocalStore, base = -1): Promise<TableHead> {
  const select = 'select i as id from range(3) t(i)';
  return lakeOn(store, opened.lake.root).commit({
    table,
    base,
    mode: 'overwrite',
    columns: await opened.writer.columns(select),
    partitionBy: [],
    files: await opened.writer.stage(table, select),
    state: bareState,
  });
}

const dataFiles = async () =>
  (await readdir(opened.at('silver/x')).catch(() => [])).filter((name) => name.endsWith('.parquet'));

/** The version is whole: its files lie where it says, and nothing else does. */
async function expectWhole(head: TableHead): Promise<void> {
  expect(await opened.lake.head(table)).toEqual(head);
  expect(await opened.lake.lostFiles(head.state)).toEqual([]);
  expect(await dataFiles()).toEqual(head.state.files.map(({ path }) => path));
  expect(await readdir(opened.at('silver/x/_lake'))).toEqual([`${head.version}-${head.state.txnId}.json`]);
}

describe('the answer to a commit is lost', () => {
  test('F29: after all of it arrived, it is found to be published', async () => {
    const store = storeThat((real) => async (objects, last) => {
      await real(objects, last);
      throw lost();
    });
    await expectWhole(await commit(store));
  });

  test('F29: after the store repeated it by itself and found it there, it is found to be its own', async () => {
    const store = storeThat((real) => async (objects, last) => {
      await real(objects, last);
      return false;
    });
    await expectWhole(await commit(store));
  });

  test('F29: after the files arrived and before the log did, only the rest is sent again', async () => {
    const sent: string[][] = [];
    const store = storeThat((real) => async (objects, last) => {
      sent.push(objects.flatMap((object) => ('from' in object ? ['file'] : ['state'])));
      if (sent.length > 1) return real(objects, last);
      await store.adopt(objects);
      throw lost();
    });
    await expectWhole(await commit(store));
    expect(sent).toEqual([['file', 'state'], []]);
  });

  test('F29: a commit that arrives after it was given up is needed, and nothing of it is deleted', async () => {
    let arrive = async (): Promise<void> => {};
    const store = storeThat((real) => async (objects, last) => {
      await store.adopt(objects);
      arrive = async () => {
        await real([], last);
      };
      throw lost();
    });
    await expect(commit(store)).rejects.toMatchObject({
      message: 'the connection was lost',
      transient: true,
    });
    expect(await opened.lake.head(table)).toBeUndefined();
    await arrive();
    const head = (await opened.lake.head(table))!;
    await expectWhole(head);
  });

  test('F29: a commit that arrives between two tries is found to be its own', async () => {
    let tries = 0;
    const store = storeThat((real) => async (objects, last) => {
      tries += 1;
      if (tries === 1) {
        await store.adopt(objects);
        setTimeout(() => void real([], last), 50);
        throw lost();
      }
      return real(objects, last);
    });
    await expectWhole(await commit(store));
  });

  test('F29: another one got there first meanwhile: it is told, and nothing is left behind', async () => {
    const store = storeThat(() => async (objects) => {
      await store.adopt(objects);
      await opened.writer.write(table, 'select 1 as id', { state: { ...bareState, run: 'other' } });
      throw lost();
    });
    await expect(commit(store)).rejects.toMatchObject({
      code: 'LK6030',
      message: expect.stringContaining('version 0 was published by run other'),
    });
    await expectWhole((await opened.lake.head(table))!);
  });

  test('F29: where nobody can tell, nothing is deleted that readers may need', async () => {
    const store = storeThat((real) => async (objects, last) => {
      await real(objects, last);
      store.get = async () => {
        throw lost();
      };
      throw lost();
    });
    await expect(commit(store)).rejects.toMatchObject({ message: 'the connection was lost' });
    await expectWhole((await opened.lake.head(table))!);
  });

  test('a store that refuses leaves nothing behind', async () => {
    const store = storeThat(() => async (objects) => {
      await store.adopt(objects);
      throw new LakeError('LK6001', 'the disk is full');
    });
    await expect(commit(store)).rejects.toMatchObject({ code: 'LK6001' });
    expect(await dataFiles()).toEqual([]);
    expect(await opened.lake.head(table)).toBeUndefined();
  });
});
