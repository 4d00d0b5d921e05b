/** What can befall a request on its way to an object store and back; every fault happens on a real socket in front of a real server. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RemoteStore } from '../../src/lakehouse/stores/remote/remote-store.js';
import { vacuum } from '../../src/lakehouse/vacuum/vacuum.js';
import { type Fault, type FaultProxy, faultProxy, type SeenRequest } from '../support/fault-proxy.js';
import { kinds } from './support/in-buckets.js';
import { type At, type OpenedOnce, openedOnce } from './support/opened.js';
import { type Server, s3Keys } from './support/servers.js';

Object.assign(process.env, s3Keys);

const bytes = (text: string): Buffer => Buffer.from(text);
const megabyte = 1024 * 1024;

describe.each(kinds)('$name', ({ type, start, extra }) => {
  let server: Server;
  let proxy: FaultProxy;
  let at: At;
  let opened: OpenedOnce;
  let store: RemoteStore;
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
  beforeEach(async () => {
    proxy.befalls(() => undefined);
    proxy.forget();
    opened = await openedOnce(at);
    store = opened.store;
  });
  afterEach(() => opened.close());

  /** These befall the next requests that are asked about, one each. */
  function next(faults: readonly Fault[], which: (request: SeenRequest) => boolean = () => true): void {
    const left = [...faults];
    proxy.befalls((request) => (which(request) ? left.shift() : undefined));
  }

  async function staged(content: Buffer, key = 't/part.parquet') {
    const from = join(await store.scratchFolder(`_staging/${randomUUID()}`), 'file');
    await writeFile(from, content);
    return { from, key };
  }

  const isWrite = ({ method }: SeenRequest): boolean => method === 'PUT' || method === 'POST';

  test('F29: a write whose answer is lost is known for the own one, and nobody else wins', async () => {
    next([{ kind: 'lost_answer' }], isWrite);
    expect(await store.putIfAbsent('log/0.json', bytes('mine'))).toBe(true);
    expect(await store.putIfAbsent('log/0.json', bytes('other'))).toBe(false);
    expect(await store.get('log/0.json')).toEqual(bytes('mine'));
  });

  test('F29: a write that another one was quicker than does not take the other for its own', async () => {
    const other = await openedOnce({ ...at, prefix: store.address.replace(/^\w+:\/\/lake-test\//, '') });
    let meanwhile: Promise<unknown> | undefined;
    proxy.befalls((request) => {
      if (!isWrite(request) || meanwhile) return undefined;
      // The first try does not reach the server; before the second one somebody else has written.
      meanwhile = other.store.putIfAbsent('log/1.json', bytes('theirs'));
      return { kind: 'status', status: 503, after: meanwhile };
    });
    expect(await store.putIfAbsent('log/1.json', bytes('mine'))).toBe(false);
    await meanwhile;
    expect(await store.get('log/1.json')).toEqual(bytes('theirs'));
    await other.close();
  });

  test.each<[string, Fault]>([
    ['503', { kind: 'status', status: 503 }],
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['500 with a web page', { kind: 'status', status: 500, body: '<html>sorry</html>' }],
    ['a reset', { kind: 'reset' }],
    ['a lost answer', { kind: 'lost_answer' }],
  ])('F28: each operation survives %s, twice in a row', async (_, fault) => {
    const twice = [fault, fault];
    await store.put('t/old', bytes('old'));
    await store.put('t/gone/a', bytes('a'));
    await store.put('t/gone/b', bytes('b'));
    next(twice);
    expect(await store.putIfAbsent('t/new', bytes('new'))).toBe(true);
    next(twice);
    await store.put('t/old', bytes('newer'));
    next(twice);
    expect(await store.get('t/old')).toEqual(bytes('newer'));
    next(twice);
    expect(await store.list('t')).toEqual(['gone/', 'new', 'old']);
    next(twice);
    expect(await store.sizesOf('t', ['old'])).toEqual([5]);
    next(twice);
    await store.delete('t/new');
    next(twice);
    await store.deleteFolder('t/gone');
    const file = await staged(bytes('adopted'));
    next(twice);
    await store.adopt([file]);
    expect(await store.list('t')).toEqual(['old', 'part.parquet']);
    const reader = await openedOnce({ ...at, prefix: store.address.split('lake-test/')[1]! });
    const path = reader.store.localPath(file.key);
    next(twice);
    (await reader.store.hold([path]))();
    expect(await readFile(path)).toEqual(bytes('adopted'));
    await reader.close();
  });

  test.each<[string, Fault]>([
    ['ends early', { kind: 'cut', after: 5_000 }],
    ['falls silent', { kind: 'stall', after: 5_000 }],
    ['has another byte', { kind: 'corrupt', at: 5_000 }],
  ])('F28: a body that %s is read again', async (_, fault) => {
    const content = randomBytes(20_000);
    await store.put('t/state.json', content);
    next([fault, fault], ({ method }) => method === 'GET');
    expect((await store.get('t/state.json'))?.equals(content)).toBe(true);
  });

  test('F28: what stays damaged is refused, never used', async () => {
    await store.put('t/state.json', randomBytes(1_000));
    proxy.befalls(() => ({ kind: 'corrupt', at: 17 }));
    await expect(store.get('t/state.json')).rejects.toMatchObject({ code: 'LK6017', transient: true });
  });

  test('F28: an upload that is changed on its way is never visible', async () => {
    const content = randomBytes(50_000);
    let seenBetween: Buffer | undefined = bytes('nobody looked');
    let tries = 0;
    proxy.befalls((request) => {
      if (!isWrite(request)) return undefined;
      tries += 1;
      return tries === 1 ? { kind: 'corrupt_request', at: 30_000 } : undefined;
    });
    const written = store.putIfAbsent('t/checked', content);
    const direct = await openedOnce({
      ...at,
      endpoint: server.origin,
      prefix: store.address.split('lake-test/')[1]!,
    });
    while (tries < 2) seenBetween = await direct.store.get('t/checked');
    expect(await written).toBe(true);
    expect(seenBetween === undefined || seenBetween.equals(content)).toBe(true);
    expect((await store.get('t/checked'))?.equals(content)).toBe(true);
    await direct.close();
  });

  test('F28: a large upload goes on behind the pieces that have arrived', async () => {
    const content = randomBytes(40 * megabyte);
    const file = await staged(content);
    let pieces = 0;
    let arrived = 0;
    proxy.befalls(({ method, headers }) => {
      if (method !== 'PUT') return undefined;
      const range = /^bytes (?:\*|\d+-(\d+))\//.exec(String(headers['content-range'] ?? ''));
      // The emulator takes the question how far it came for the end; the service answers like this.
      if (range && range[1] === undefined)
        return { kind: 'status', status: 308, headers: { range: `bytes=0-${arrived}` } };
      pieces += 1;
      if (pieces === 2) return { kind: 'reset' };
      arrived = Number(range?.[1]);
      return pieces === 3 ? { kind: 'lost_answer' } : undefined;
    });
    await store.adopt([file]);
    const sent = proxy.seen.filter(({ method }) => method === 'PUT');
    const bytesSent = sent.reduce((sum, { headers }) => sum + Number(headers['content-length'] ?? 0), 0);
    // What was reset is sent again; what was lost only where the store cannot be asked.
    expect(bytesSent).toBe(content.length + (type === 'gcs' ? 8 : 32) * megabyte);
    expect(await store.sizesOf('t', ['part.parquet'])).toEqual([content.length]);
    expect(await stat(store.localPath(file.key))).toMatchObject({ size: content.length });
    const tail = await store.get(file.key, { last: 1_000 });
    expect(tail?.equals(content.subarray(-1_000))).toBe(true);
  });

  test('F28: an upload whose session is forgotten begins anew', async () => {
    const content = randomBytes(40 * megabyte);
    const file = await staged(content);
    const gone: Fault =
      type === 'gcs'
        ? { kind: 'status', status: 410 }
        : { kind: 'status', status: 404, body: '<Error><Code>NoSuchUpload</Code></Error>' };
    let pieces = 0;
    proxy.befalls(({ method }) => {
      if (method !== 'PUT') return undefined;
      pieces += 1;
      return pieces === 2 ? gone : undefined;
    });
    await store.adopt([file]);
    expect(await store.sizesOf('t', ['part.parquet'])).toEqual([content.length]);
  });

  test.runIf(type === 's3')('F28: an upload whose writer died is let go of by a vacuum', async () => {
    const file = await staged(randomBytes(40 * megabyte));
    let pieces = 0;
    proxy.befalls(({ method }) => {
      // The writer hears of nothing after its second piece, and cannot clear up either.
      if (method === 'PUT') pieces += 1;
      return pieces > 2 ? { kind: 'status', status: 503 } : undefined;
    });
    await expect(store.adopt([file])).rejects.toMatchObject({ transient: true });
    proxy.befalls(() => undefined);
    const other = await openedOnce(at);
    expect(await other.store.unfinished()).toEqual([]);
    await other.close();
    const begun = await store.unfinished();
    expect(begun).toMatchObject([{ key: file.key, upload: expect.stringMatching(/./) }]);
    expect(Math.abs(begun[0]!.since - Date.now())).toBeLessThan(60_000);
    const options = { run: 'vacuum', folder: '/project', since: Date.now(), sets: 1, dryRun: false };
    expect(await vacuum(store, options)).toMatchObject([
      { key: file.key, reason: 'was begun by a run that has ended' },
    ]);
    expect(await store.unfinished()).toEqual([]);
    await store.discard(begun[0]!);
  });

  test.runIf(type === 'gcs')('F28: an upload of which the store keeps a part only is made anew', async () => {
    const content = randomBytes(20 * megabyte);
    const file = await staged(content);
    // Asked how far it came the emulator ends the object with what it has.
    next([{ kind: 'reset' }], ({ headers }) => /^bytes 8388608-/.test(String(headers['content-range'])));
    await store.adopt([file]);
    expect(await store.sizesOf('t', ['part.parquet'])).toEqual([content.length]);
    const direct = await openedOnce({ ...at, prefix: store.address.split('lake-test/')[1]! });
    const path = direct.store.localPath(file.key);
    (await direct.store.hold([path]))();
    expect((await readFile(path)).equals(content)).toBe(true);
    await direct.close();
  });

  test('F29: a large upload whose last answer is lost is known for the own one', async () => {
    const content = randomBytes(33 * megabyte);
    const file = await staged(content);
    const isLast = ({ method, path, headers }: SeenRequest): boolean =>
      type === 'gcs'
        ? String(headers['content-range'] ?? '').endsWith(`-${content.length - 1}/${content.length}`)
        : method === 'POST' && /uploadId=/.test(path);
    next([{ kind: 'lost_answer' }], isLast);
    await store.adopt([file]);
    expect(await store.sizesOf('t', ['part.parquet'])).toEqual([content.length]);
  });

  test('F28: a large download goes on where it broke off', async () => {
    const content = randomBytes(12 * megabyte);
    const file = await staged(content);
    await store.adopt([file]);
    const reader = await openedOnce({ ...at, prefix: store.address.split('lake-test/')[1]! });
    proxy.forget();
    next(
      [
        { kind: 'cut', after: 5 * megabyte },
        { kind: 'stall', after: 2 * megabyte },
        { kind: 'status', status: 503 },
      ],
      ({ method }) => method === 'GET',
    );
    const path = reader.store.localPath(file.key);
    (await reader.store.hold([path]))();
    expect((await readFile(path)).equals(content)).toBe(true);
    const begins = proxy.seen.map(({ headers }) =>
      Number(/bytes=(\d+)/.exec(String(headers['range']))?.[1] ?? 0),
    );
    expect(begins).toHaveLength(4);
    expect(begins[1]).toBeGreaterThan(megabyte);
    expect(begins[2]).toBeGreaterThan(begins[1]!);
    await reader.close();
  });

  test('F16: a download of an object that is another one meanwhile begins anew', async () => {
    const first = randomBytes(6 * megabyte);
    const second = randomBytes(6 * megabyte);
    await store.put('t/replaced', first);
    let cut = false;
    let replaced: Promise<void> | undefined;
    proxy.befalls(({ method }) => {
      if (method !== 'GET' || cut) return undefined;
      cut = true;
      const direct = openedOnce({
        ...at,
        endpoint: server.origin,
        prefix: store.address.split('lake-test/')[1]!,
      });
      replaced = direct.then(async (other) => {
        await other.store.put('t/replaced', second);
        await other.close();
      });
      return { kind: 'cut', after: 3 * megabyte };
    });
    const path = store.localPath('t/replaced');
    (await store.hold([path]))();
    await replaced;
    const came = await readFile(path);
    expect(came.equals(first) || came.equals(second)).toBe(true);
  });

  test('F28: a store that fails for good is told as transient, and what was there is as it was', async () => {
    await store.put('t/kept', bytes('kept'));
    proxy.befalls(() => ({ kind: 'status', status: 503 }));
    const failed = { code: 'LK6016', transient: true, message: expect.stringContaining('status 503') };
    await expect(store.put('t/kept', bytes('new'))).rejects.toMatchObject(failed);
    await expect(store.putIfAbsent('t/other', bytes('new'))).rejects.toMatchObject(failed);
    await expect(store.list('t')).rejects.toMatchObject(failed);
    await expect(store.adopt([await staged(bytes('x'))])).rejects.toMatchObject(failed);
    proxy.befalls(() => undefined);
    expect(await store.list('t')).toEqual(['kept']);
    expect(await store.get('t/kept')).toEqual(bytes('kept'));
  });

  test('F28: an answer that never comes is not waited for', async () => {
    const impatient = await openedOnce(at, { answer: 300, tries: 2 });
    proxy.befalls(() => ({ kind: 'silence' }));
    const failed = { code: 'LK6016', transient: true };
    await expect(impatient.store.get('t/x')).rejects.toMatchObject(failed);
    await expect(impatient.store.put('t/x', bytes('x'))).rejects.toMatchObject(failed);
    await expect(impatient.store.list('t')).rejects.toMatchObject(failed);
    await impatient.close();
  });
});
