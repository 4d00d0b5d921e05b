/** What every store must do. A new kind of store passes this suite, run against a real server. */
import { createHash, randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ByteRange, Store } from '../../../src/lakehouse/stores/store.js';

export interface OpenedStore {
  /** A store that nothing was ever written to. */
  readonly store: Store;
  /** A second one on the same place, as another process would open it. */
  readonly other: Store;
  close(): Promise<void>;
}

const bytes = (text: string): Buffer => Buffer.from(text);

export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} is a store`, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    test('an object that is not there is undefined, a folder that is not there is empty', async () => {
      expect(await store.get('bronze/x/none.json')).toBeUndefined();
      expect(await store.list('bronze/x')).toEqual([]);
      expect(await store.list('')).toEqual([]);
    });

    test('put replaces, and gives back the same bytes', async () => {
      const binary = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
      await store.put('a/b.bin', bytes('old'));
      await store.put('a/b.bin', binary);
      expect((await opened.other.get('a/b.bin'))?.equals(binary)).toBe(true);
      await store.put('a/empty', bytes(''));
      expect(await store.get('a/empty')).toEqual(bytes(''));
    });

    test('replace puts a file or some content in place of what is there, and leaves nothing unfinished', async () => {
      const from = join(await store.scratchFolder('_staging/run-1'), 'file');
      const large = randomBytes(17 << 20);
      for (const content of [bytes('first'), large, bytes('last')]) {
        await writeFile(from, content);
        await store.replace({ from, key: 'a/b.csv' }, 'text/csv');
        expect((await opened.other.get('a/b.csv'))?.equals(content)).toBe(true);
      }
      await store.replace({ key: 'a/b.csv', content: bytes('{}') }, 'application/json');
      expect(await opened.other.get('a/b.csv')).toEqual(bytes('{}'));
      expect(await store.unfinished()).toEqual([]);
      await expect(store.replace({ from: `${from}-none`, key: 'a/b.csv' })).rejects.toMatchObject({
        code: expect.stringMatching(/^LK60/),
      });
      expect(await opened.other.get('a/b.csv')).toEqual(bytes('{}'));
    });

    test('what is written to its end is not unfinished', async () => {
      expect(await store.unfinished()).toEqual([]);
      await store.put('a/b', bytes('x'));
      await store.putIfAbsent('a/b', bytes('y'));
      expect(await store.unfinished()).toEqual([]);
      await store.discard({ key: 'a/b', bytes: 1, since: 0 });
      expect(await opened.other.get('a/b')).toEqual(bytes('x'));
    });

    test('putIfAbsent writes once and leaves what is there', async () => {
      expect(await store.putIfAbsent('log/0.json', bytes('first'))).toBe(true);
      expect(await opened.other.putIfAbsent('log/0.json', bytes('second'))).toBe(false);
      expect(await store.get('log/0.json')).toEqual(bytes('first'));
    });

    test('of 50 at once exactly one wins, and its bytes are whole', async () => {
      for (let round = 0; round < 5; round++) {
        const contents = Array.from({ length: 50 }, (_, i) => Buffer.alloc(20_000, `${round}-${i};`));
        const won = await Promise.all(
          contents.map((content, i) =>
            (i % 2 ? store : opened.other).putIfAbsent(`log/${round}.json`, content),
          ),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await store.get(`log/${round}.json`))?.equals(contents[won.indexOf(true)]!)).toBe(true);
      }
      expect(await store.list('log')).toHaveLength(5);
    });

    test('a reader beside a writer sees the old or the new object, never a part', async () => {
      const versions = ['x', 'y'].map((letter) => Buffer.alloc(200_000, letter));
      await store.put('views.sql', versions[0]!);
      let writing = true;
      const writer = (async () => {
        for (let i = 0; i < 20; i++) await store.put('views.sql', versions[i % 2]!);
        writing = false;
      })();
      while (writing) {
        const seen = await opened.other.get('views.sql');
        expect(versions.some((version) => seen?.equals(version))).toBe(true);
        // A store may read without ever waiting: the writer wants its turn.
        await setImmediate();
      }
      await writer;
    });

    test('list names what lies directly below, sorted, folders with a slash', async () => {
      for (const key of ['t/b.json', 't/a.json', 't/_delta_log/0.json', 't/x/y/z', 'u']) {
        await store.put(key, bytes(key));
      }
      expect(await store.list('t')).toEqual(['_delta_log/', 'a.json', 'b.json', 'x/']);
      expect(await store.list('')).toEqual(['t/', 'u']);
    });

    test('list goes on behind a name', async () => {
      for (const n of [0, 1, 2, 3]) await store.put(`log/${n}.json`, bytes(''));
      await store.put('log/x/y', bytes(''));
      expect(await store.list('log', '1.json')).toEqual(['2.json', '3.json', 'x/']);
      expect(await store.list('log', 'x/')).toEqual([]);
      expect(await store.list('', 'log/')).toEqual([]);
    });

    test('a range of bytes is read, as far as the object has them', async () => {
      await store.put('t/digits', bytes('0123456789'));
      const read = async (range: ByteRange) => String(await store.get('t/digits', range));
      expect(await read({ from: 2, to: 4 })).toBe('234');
      expect(await read({ from: 7 })).toBe('789');
      expect(await read({ from: 8, to: 100 })).toBe('89');
      expect(await read({ last: 3 })).toBe('789');
      expect(await read({ last: 30 })).toBe('0123456789');
      expect(await read({ from: 10 })).toBe('');
      expect(await store.get('t/none', { last: 8 })).toBeUndefined();
    });

    test('what is never written anew is read whole, wherever a copy of it lies', async () => {
      const content = randomBytes(3_000);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await store.adopt([{ key: 't/_lake/0-x.json', content }]);
      await opened.other.putIfAbsent('t/_delta_log/0.json', bytes('first'));
      for (const reader of [store, opened.other, store]) {
        expect((await reader.getFixed('t/_lake/0-x.json', sha256))?.equals(content)).toBe(true);
        expect(await reader.list('t/_delta_log')).toEqual(['0.json']);
        expect(await reader.getFixed('t/_delta_log/0.json')).toEqual(bytes('first'));
      }
      // The folder of the table was moved away and the table built again.
      await store.deleteFolder('t');
      await store.putIfAbsent('t/_delta_log/0.json', bytes('second'));
      await opened.other.list('t/_delta_log');
      expect(await opened.other.getFixed('t/_delta_log/0.json')).toEqual(bytes('second'));
      expect(await opened.other.getFixed('t/none', sha256)).toBeUndefined();
    });

    test('sizes are told without reading, in the order asked', async () => {
      await store.put('t/a', bytes('12'));
      await store.put('t/y=1/b c', bytes('123'));
      await store.put('t/y=1/empty', bytes(''));
      expect(await store.sizesOf('t', ['y=1/b c', 'none', 'a', 'y=1/empty'])).toEqual([3, undefined, 2, 0]);
      expect(await store.sizesOf('nowhere', ['a'])).toEqual([undefined]);
      await store.put('top', bytes('12345'));
      expect(await store.sizesOf('', ['top', 't/a', 'none', 'a', 'b'])).toEqual([
        5,
        2,
        undefined,
        undefined,
        undefined,
      ]);
    });

    test('delete and deleteFolder, also of what is not there', async () => {
      await store.put('t/a', bytes('a'));
      await store.put('t/f/b', bytes('b'));
      await store.put('t/f/g/c', bytes('c'));
      await store.delete('t/a');
      await store.deleteFolder('t/f');
      await store.delete('t/a');
      await store.deleteFolder('t/f');
      await store.delete('nowhere/at/all');
      expect(await store.get('t/a')).toBeUndefined();
      expect(await store.list('t')).toEqual([]);
    });

    test('publish takes new objects over, and then writes the last one', async () => {
      const scratch = await store.scratchFolder('_staging/run-1');
      const files = ['one', 'two'].map((name) => ({
        from: join(scratch, name),
        key: `t/y=1/${name}.parquet`,
      }));
      for (const { from } of files) await writeFile(from, `content of ${from}`);
      const state = { key: 't/_lake/0.json', content: bytes('state') };
      const last = { key: 't/log/0.json', content: bytes('log') };
      expect(await store.publish([...files, state], last)).toBe(true);
      for (const { from, key } of files) {
        expect(await opened.other.get(key)).toEqual(bytes(`content of ${from}`));
        await expect(stat(from)).rejects.toThrow('ENOENT');
      }
      expect(await opened.other.get(state.key)).toEqual(state.content);
      expect(await opened.other.get(last.key)).toEqual(last.content);
      expect(await store.list('t/log')).toEqual(['0.json']);
    });

    test('publish leaves the last object of another, and what cannot be taken over leaves it unwritten', async () => {
      await store.putIfAbsent('log/0.json', bytes('first'));
      const lost = { key: 't/lost.json', content: bytes('lost') };
      expect(await store.publish([lost], { key: 'log/0.json', content: bytes('second') })).toBe(false);
      expect(await opened.other.get('log/0.json')).toEqual(bytes('first'));
      const missing = { key: 't/x.parquet', from: join(await store.scratchFolder('_staging/run-1'), 'none') };
      await expect(
        store.publish([missing], { key: 'log/1.json', content: bytes('third') }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^LK60/) });
      expect(await store.list('log')).toEqual(['0.json']);
    });

    test('a folder that holds nothing any more is not listed', async () => {
      await store.put('t/f/g/a', bytes('a'));
      await store.put('t/b', bytes('b'));
      await store.deleteFolder('t/f/g');
      expect(await store.list('t')).toEqual(['b']);
      await store.put('t/f/g/a', bytes('again'));
      expect(await store.get('t/f/g/a')).toEqual(bytes('again'));
    });

    test.each(['a b', 'x,y', 'é', '100%', 'area=a%20b', "it's", 'q"q', 'emoji 🙂', 'x'.repeat(200)])(
      'keeps the odd name %j',
      async (odd) => {
        await store.put(`t/${odd}/${odd}`, bytes(odd));
        expect(await store.list('t')).toEqual([`${odd}/`]);
        expect(await store.get(`t/${odd}/${odd}`)).toEqual(bytes(odd));
      },
    );

    test.each([
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a//b',
      'a/',
      '',
      '.',
      'a/./b',
      '.hidden',
      'a\\b',
      'a\0b',
    ])('B20: refuses the key %j', async (key) => {
      const refused = { code: 'LK6006' };
      await expect(store.put(key, bytes(''))).rejects.toMatchObject(refused);
      await expect(store.putIfAbsent(key, bytes(''))).rejects.toMatchObject(refused);
      await expect(store.get(key)).rejects.toMatchObject(refused);
      await expect(store.delete(key)).rejects.toMatchObject(refused);
      await expect(store.deleteFolder(key)).rejects.toMatchObject(refused);
      await expect(store.scratchFolder(key)).rejects.toMatchObject(refused);
    });
  });
}
