/** Many objects, and large ones. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../../src/lakehouse/in-parallel.js';
import type { ByteRange } from '../../src/lakehouse/stores/store.js';
import { type FaultProxy, faultProxy } from '../support/fault-proxy.js';
import { kinds } from './support/in-buckets.js';
import { type At, openedOnce } from './support/opened.js';
import { type Server, s3Keys } from './support/servers.js';

Object.assign(process.env, s3Keys);

describe.each(kinds)('$name', ({ type, start, extra }) => {
  let server: Server;
  let proxy: FaultProxy;
  let at: At;
  beforeAll(async () => {
    server = await start();
    await server.makeBucket('lake-test');
    proxy = await faultProxy(server.origin);
    at = { type, bucket: 'lake-test', endpoint: proxy.origin, ...extra };
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });

  test('1,500 keys are listed, from any of them on, measured and deleted, page by page', async () => {
    const { store, close } = await openedOnce(at);
    const names = Array.from({ length: 1_500 }, (_, i) => `${String(i).padStart(20, '0')}.json`);
    await inParallel(16, names, (name) => store.put(`t/_delta_log/${name}`, Buffer.from(name)));
    expect(await store.list('t/_delta_log')).toEqual(names);
    proxy.forget();
    expect(await store.list('t/_delta_log', names[1_489])).toEqual(names.slice(1_490));
    // The tail of a long log is one small answer.
    expect(proxy.seen).toHaveLength(1);
    expect(await store.list('t')).toEqual(['_delta_log/']);
    const sizes = await store.sizesOf('t', [...names.map((name) => `_delta_log/${name}`), 'none']);
    expect(sizes).toEqual([...names.map((name) => name.length), undefined]);
    await store.deleteFolder('t');
    expect(await store.list('')).toEqual([]);
    await close();
  });

  test('100 MB are uploaded in pieces, read by ranges, and brought to another machine, in little memory', async () => {
    const { store, close } = await openedOnce(at, { answer: 60_000, idle: 20_000 });
    const reader = await openedOnce(
      { ...at, prefix: store.address.split('lake-test/')[1]! },
      { idle: 20_000 },
    );
    const content = randomBytes(100_000_000);
    const from = join(await store.scratchFolder('_staging/x'), 'large');
    await writeFile(from, content);
    const key = 'silver/calls/day=a b/part-é.parquet';
    const before = process.memoryUsage.rss();
    await store.adopt([{ from, key }]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(250_000_000);
    expect(await stat(store.localPath(key))).toMatchObject({ size: content.length });
    const ranges: readonly (readonly [ByteRange, Buffer])[] = [
      [{ from: 0, to: 999 }, content.subarray(0, 1_000)],
      [{ from: 50_000_001, to: 50_100_000 }, content.subarray(50_000_001, 50_100_001)],
      [{ last: 8 }, content.subarray(-8)],
    ];
    for (const [range, expected] of ranges)
      expect((await reader.store.get(key, range))?.equals(expected)).toBe(true);
    const path = reader.store.localPath(key);
    proxy.forget();
    (await reader.store.hold([path]))();
    expect(proxy.seen).toHaveLength(1);
    let at0 = 0;
    for await (const piece of createReadStream(path)) {
      expect(content.compare(piece, 0, piece.length, at0, at0 + piece.length)).toBe(0);
      at0 += piece.length;
    }
    expect(at0).toBe(content.length);
    (await reader.store.hold([path]))();
    expect(proxy.seen).toHaveLength(1);
    await Promise.all([close(), reader.close()]);
  });

  test('a copy on this machine that is cut is brought anew; an object that is gone is told', async () => {
    const { store, close } = await openedOnce(at);
    const from = join(await store.scratchFolder('_staging/x'), 'file');
    await writeFile(from, 'content');
    await store.adopt([{ from, key: 't/part.parquet' }]);
    const path = store.localPath('t/part.parquet');
    await writeFile(path, 'cont');
    (await store.hold([path]))();
    expect(await readFile(path, 'utf8')).toBe('content');
    store.expect('t/part.parquet', 8);
    await expect(store.hold([path])).rejects.toMatchObject({ code: 'LK6019' });
    await store.delete('t/part.parquet');
    await expect(store.hold([path])).rejects.toMatchObject({
      code: 'LK6019',
      message: expect.stringContaining('is gone'),
      hint: expect.stringContaining('--full-refresh'),
    });
    await close();
  });
});
