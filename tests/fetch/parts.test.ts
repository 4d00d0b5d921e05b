import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { FetchProgress } from '../../src/fetch/types.js';
import type { RequestSpec } from '../../src/sources/types.js';
import { failure, part, request, scope, server, world } from './world.js';

describe('conditional requests', () => {
  const validators = { etag: '"e1"', lastModified: 'Sun, 27 Apr 2025 15:12:09 GMT' };

  it('304: nothing lands, the validators stay', async () => {
    const site = await server((incoming, response) => {
      response.writeHead(incoming.headers['if-none-match'] === '"e1"' ? 304 : 200).end();
    });
    const { fetcher } = await world(site.origin);
    const landed = await fetcher.fetchPart(
      scope,
      part([request(`${site.origin}/x`, { conditional: true })], { validators }),
    );
    expect(landed).toMatchObject({ notModified: true, missing: false, files: [], validators, requests: 1 });
    expect(site.seen[0]!.headers).toMatchObject({
      'if-none-match': '"e1"',
      'if-modified-since': validators.lastModified,
    });
  });

  it('a new body brings new validators', async () => {
    const site = await server((_, response) => {
      response.writeHead(200, { etag: '"e2"' }).end('id\n1\n');
    });
    const { fetcher } = await world(site.origin);
    const landed = await fetcher.fetchPart(
      scope,
      part([request(`${site.origin}/x`, { conditional: true })], { validators }),
    );
    expect(landed).toMatchObject({
      notModified: false,
      validators: { etag: '"e2"' },
      files: [{ validators: { etag: '"e2"' } }],
    });
  });

  it('validators are not sent where the request is not conditional, and a 304 is then a failure', async () => {
    const site = await server((_, response) => {
      response.writeHead(304).end();
    });
    const { fetcher } = await world(site.origin);
    expect(
      await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)], { validators }))),
    ).toMatchObject({ code: 'LK3102' });
    expect(site.seen[0]!.headers['if-none-match']).toBeUndefined();
  });
});

describe('missing files', () => {
  it('bring no rows where that is accepted', async () => {
    const site = await server((_, response) => {
      response.writeHead(404).end('404: Not Found');
    });
    const { fetcher } = await world(site.origin);
    const landed = await fetcher.fetchPart(scope, part([request(`${site.origin}/x`, { missingOk: true })]));
    expect(landed).toMatchObject({ missing: true, notModified: false, files: [], requests: 1 });
  });
});

describe('a part without requests', () => {
  it('is neither missing nor unchanged: it has nothing', async () => {
    const { fetcher } = await world('http://127.0.0.1:1');
    expect(await fetcher.fetchPart(scope, part([]))).toMatchObject({
      missing: false,
      notModified: false,
      files: [],
      requests: 0,
    });
  });
});

describe('many requests', () => {
  const pages = (origin: string, count: number): RequestSpec[] =>
    Array.from({ length: count }, (_, page) =>
      request(`${origin}/rows?page=${page}`, {
        id: `p${String(page).padStart(5, '0')}`,
        offset: page * 10,
        limit: 10,
      }),
    );

  it('run at once within the host’s concurrency, which all datasets share; files keep the order of the requests', async () => {
    const site = await server((incoming, response) => {
      setTimeout(() => response.end(`page\n${incoming.url}\n`), Math.random() * 20);
    });
    const { fetcher } = await world(site.origin, { portal: { concurrency: 3 } });
    const [one, two] = await Promise.all([
      fetcher.fetchPart({ dataset: 'one', portal: 'city' }, part(pages(site.origin, 20))),
      fetcher.fetchPart({ dataset: 'two', portal: 'city' }, part(pages(site.origin, 20))),
    ]);
    expect(site.busiest()).toBe(3);
    expect(one.files.map(({ url }) => url)).toEqual(pages(site.origin, 20).map(({ url }) => url));
    expect(one.sha256).toBe(two.sha256);
    expect(one.sha256).toBe(
      createHash('sha256')
        .update(one.files.map(({ sha256 }) => sha256).join(''))
        .digest('hex'),
    );
    const bytes = await readFile(one.files[7]!.path);
    expect(one.files[7]!.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(fetcher.requestsMade).toBe(40);
  });

  it('start no faster than the host’s rate', async () => {
    const started = performance.now();
    const site = await server((incoming, response) => {
      response.end(`page\n${incoming.url}\n`);
    });
    const { fetcher } = await world(site.origin, { portal: { rate: 20 } });
    await fetcher.fetchPart(scope, part(pages(site.origin, 6)));
    expect(performance.now() - started).toBeGreaterThan(245);
  });

  it('stop when one of them fails', async () => {
    const site = await server((incoming, response) => {
      if (incoming.url!.endsWith('page=1')) response.writeHead(400).end();
      else setTimeout(() => response.end(`page\n${incoming.url}\n`), 30);
    });
    const { fetcher } = await world(site.origin, { portal: { concurrency: 2 } });
    expect(await failure(fetcher.fetchPart(scope, part(pages(site.origin, 50))))).toMatchObject({
      code: 'LK3102',
    });
    expect(site.seen.length).toBeLessThan(5);
  });

  it('F14: the same page for two offsets is refused', async () => {
    const site = await server((_, response) => {
      response.end('id\n1\n2\n');
    });
    const { fetcher } = await world(site.origin);
    expect(await failure(fetcher.fetchPart(scope, part(pages(site.origin, 3))))).toMatchObject({
      code: 'LK3119',
      message: expect.stringMatching(/^The portal sent the same page for rows from \d+ and from \d+$/),
    });
  });

  it('two empty pages are no fault', async () => {
    const site = await server((_, response) => {
      response.end('id\n');
    });
    const { fetcher } = await world(site.origin);
    expect((await fetcher.fetchPart(scope, part(pages(site.origin, 2)))).files).toHaveLength(2);
  });

  it('a thousand parts of one file each, over eight connections', async () => {
    const site = await server((incoming, response) => {
      setTimeout(() => response.end(`[{"path":"${incoming.url}"}]`), 2);
    });
    const { fetcher } = await world(site.origin, { portal: { concurrency: 8 } });
    const landed = await Promise.all(
      Array.from({ length: 1_000 }, (_, match) =>
        fetcher.fetchPart(
          scope,
          part([request(`${site.origin}/${match}.json`, { expect: 'json' })], {
            partId: `${match}`,
            label: `${match}`,
          }),
        ),
      ),
    );
    expect(new Set(landed.map(({ sha256 }) => sha256)).size).toBe(1_000);
    expect(site.busiest()).toBe(8);
    expect(site.connections()).toBe(8);
  });
});

describe('progress', () => {
  it('counts bytes and requests, once for a request that was retried', async () => {
    const body = `id\n${'x'.repeat(1_000_000)}\n`;
    const site = await server((_, response, before) => {
      if (before === 0)
        response
          .writeHead(200, { 'content-length': body.length })
          .write(body.slice(0, 500_000), () => response.destroy());
      else response.end(body);
    });
    const told: FetchProgress[] = [];
    const { fetcher } = await world(site.origin, { onProgress: (progress) => told.push(progress) });
    await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
    expect(told.at(-1)).toEqual({
      dataset: 'shootings',
      part: 'file.csv',
      bytes: body.length,
      requestsDone: 1,
      requestsTotal: 1,
    });
    expect(told.length).toBeGreaterThan(3);
  });
});

describe('stopping', () => {
  it('ends what runs and what waits, and closes connections', async () => {
    const stop = new AbortController();
    const site = await server((_, response, before) => {
      response.write('id\n');
      if (before === 0) setTimeout(() => stop.abort(), 20);
    });
    const { fetcher } = await world(site.origin, {
      signal: stop.signal,
      limits: { idleBodyMs: 60_000 },
      portal: { concurrency: 2 },
    });
    const all = ['a', 'b', 'c'].map((name) =>
      failure(
        fetcher.fetchPart({ dataset: name, portal: 'city' }, part([request(`${site.origin}/${name}`)])),
      ),
    );
    for (const error of await Promise.all(all))
      expect(error).toMatchObject({ code: 'LK3110', message: 'Fetching was stopped', transient: true });
    expect(site.seen).toHaveLength(2);
    expect(await failure(fetcher.client(scope).getJson(`${site.origin}/x`))).toMatchObject({
      code: 'LK3110',
    });
  });

  it('a wait before a retry ends too', async () => {
    const stop = new AbortController();
    const site = await server((_, response) => {
      response.writeHead(503, { 'retry-after': '100' }).end();
      setTimeout(() => stop.abort(), 20);
    });
    const { fetcher } = await world(site.origin, { signal: stop.signal });
    expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])))).toMatchObject({
      code: 'LK3110',
    });
  });
});

describe('the client for documents', () => {
  it('gives JSON with status and headers, also for statuses that the caller accepts', async () => {
    const site = await server((incoming, response) => {
      response.writeHead(incoming.url === '/gone' ? 404 : 200, { etag: '"x"' }).end('{"success":false}');
    });
    const { fetcher } = await world(site.origin);
    const client = fetcher.client(scope);
    expect(await client.getJson(`${site.origin}/there`)).toMatchObject({
      status: 200,
      headers: { etag: '"x"' },
      body: { success: false },
    });
    expect(await client.getJson(`${site.origin}/gone`, { accept: [200, 404] })).toMatchObject({
      status: 404,
      body: { success: false },
    });
    expect(await failure(client.getJson(`${site.origin}/gone`))).toMatchObject({ code: 'LK3103' });
  });

  it('says so when it gets a web page', async () => {
    const site = await server((_, response) => {
      response.end('<html><title>Welcome</title></html>');
    });
    const { fetcher } = await world(site.origin);
    expect(await failure(fetcher.client(scope).getJson(`${site.origin}/api`))).toMatchObject({
      message: `Expected JSON, got a web page ("Welcome") from ${site.origin}/api`,
      transient: true,
    });
    expect(site.seen).toHaveLength(2);
  });

  it('F10: a web page in place of metadata that is gone at the next try is no failure', async () => {
    const site = await server((_, response, before) => {
      response.end(before === 0 ? '<html><title>Welcome</title></html>' : '{"a":1}');
    });
    const { fetcher } = await world(site.origin);
    expect(await fetcher.client(scope).getJson(`${site.origin}/api`)).toMatchObject({ body: { a: 1 } });
  });

  it('B29: refuses JSON that is nested deeper than any document, and takes brackets in text for text', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}"${'[\\"{'.repeat(600)}"${']'.repeat(levels)}`;
    const site = await server((incoming, response) => {
      response.end(deep(incoming.url === '/deep' ? 501 : 500));
    });
    const { fetcher } = await world(site.origin);
    expect(await fetcher.client(scope).getJson(`${site.origin}/fine`)).toMatchObject({ status: 200 });
    expect(await failure(fetcher.client(scope).getJson(`${site.origin}/deep`))).toMatchObject({
      code: 'LK3005',
      message: `${site.origin}/deep answered with JSON nested deeper than 500 levels`,
    });
  });

  it('B29: takes no more than its bound', async () => {
    const site = await server((_, response) => {
      response.end(`["${'x'.repeat(2000)}"]`);
    });
    const { fetcher } = await world(site.origin, { limits: { maxDocumentBytes: 1000 } });
    expect(await failure(fetcher.client(scope).getJson(`${site.origin}/package`))).toMatchObject({
      code: 'LK3116',
      message: `The body of ${site.origin}/package is larger than 1,000 bytes`,
      hint: expect.stringContaining('resource'),
    });
  });

  it('HEAD: headers only, and every final status is an answer', async () => {
    const site = await server((incoming, response) => {
      if (incoming.url === '/moved') response.writeHead(301, { location: '/yes' }).end();
      else
        response
          .writeHead(incoming.url === '/no' ? 405 : 200, { etag: '"x"', 'content-encoding': 'br' })
          .end();
    });
    const { fetcher } = await world(site.origin);
    expect(await fetcher.client(scope).head(`${site.origin}/moved`)).toMatchObject({
      status: 200,
      headers: { etag: '"x"' },
    });
    expect(await fetcher.client(scope).head(`${site.origin}/no`)).toMatchObject({ status: 405 });
    expect(site.seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD']);
  });
});
