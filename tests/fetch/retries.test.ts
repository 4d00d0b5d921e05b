import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { FetchLimits } from '../../src/fetch/limits.js';
import { freePort } from './serve.js';
import { failure, part, request, scope, server, world } from './world.js';

const csv = `id,name\n${Array.from({ length: 5_000 }, (_, row) => `${row},name ${row}`).join('\n')}\n`;

/** A fetcher against a server whose first answers are spoilt; the body must be whole in the end. */
async function recovers(spoil: Parameters<typeof server>[0], times = 1, limits: Partial<FetchLimits> = {}) {
  const site = await server((incoming, response, before) => {
    if (before < times) return spoil(incoming, response, before);
    response.end(csv);
  });
  const { fetcher, notices } = await world(site.origin, { limits });
  const landed = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
  expect(await readFile(landed.files[0]!.path, 'utf8')).toBe(csv);
  expect(landed.requests).toBe(times + 1);
  expect(site.seen).toHaveLength(times + 1);
  return notices;
}

describe('a fault that passes is retried, and every wait is told', () => {
  it('F1: a refused connection is tried five times with growing random waits, then fails as transient', async () => {
    const port = await freePort();
    const { fetcher, notices } = await world(`http://127.0.0.1:${port}`);
    const error = await failure(
      fetcher.fetchPart(scope, part([request(`http://127.0.0.1:${port}/file.csv`)])),
    );
    expect(error).toMatchObject({
      code: 'LK3101',
      transient: true,
      hint: 'The portal may be down or busy: run the same command again',
    });
    expect(error.message.replace(/[\d.]+ s$/, '0.0 s')).toBe(
      `Could not fetch http://127.0.0.1:${port}/file.csv: connection refused (ECONNREFUSED); 5 attempts in 0.0 s`,
    );
    expect(
      notices.map(({ dataset, host, attempt, attempts }) => ({ dataset, host, attempt, attempts })),
    ).toEqual(
      [1, 2, 3, 4].map((attempt) => ({
        dataset: 'shootings',
        host: `127.0.0.1:${port}`,
        attempt,
        attempts: 5,
      })),
    );
  });

  it('F1: a name that cannot be resolved is retried, then fails as transient', async () => {
    const { fetcher } = await world('http://portal.invalid', { limits: { attempts: 2 } });
    const error = await failure(fetcher.fetchPart(scope, part([request('http://portal.invalid/file.csv')])));
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(error.message).toMatch(/(host name not found|name could not be resolved)/);
  });

  it('F2: a body that is reset in the middle is asked for again', async () => {
    const notices = await recovers((_, response) => {
      response.writeHead(200, { 'content-length': csv.length });
      response.write(csv.slice(0, 20_000), () => response.socket!.resetAndDestroy());
    });
    expect(notices[0]!.reason).toMatch(/connection (reset|closed)/);
  });

  it('F3: a body shorter than its Content-Length is asked for again', async () => {
    const notices = await recovers((_, response) => {
      response.writeHead(200, { 'content-length': csv.length });
      response.write(csv.slice(0, 20_000), () => response.socket!.end());
    });
    expect(notices[0]!.reason).toMatch(/before the body was complete/);
  });

  it.each(['keep-alive', 'close'])(
    'F4: a chunked body without its end is an error, not a short file, and asked for again: connection %s',
    async (connection) => {
      const notices = await recovers((_, response) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked', connection });
        response.write(csv.slice(0, 20_000), () => response.socket!.end());
      });
      expect(notices[0]!.reason).toMatch(/before the body was complete/);
    },
  );

  it('F5: headers that never come are waited for no longer than their deadline, then asked for again', async () => {
    const notices = await recovers(() => {});
    expect(notices[0]!.reason).toBe('no answer in time (UND_ERR_HEADERS_TIMEOUT)');
  });

  it('F5: a portal whose timeout is longer is waited for longer', async () => {
    const site = await server((_, response) => {
      setTimeout(() => response.write('id\n'), 600);
      setTimeout(() => response.end('1\n'), 1_200);
    });
    const { fetcher } = await world(site.origin, {
      portal: { timeout: { count: 1, unit: 'minute' } },
      limits: { slowWindowMs: 300 },
    });
    expect((await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]))).requests).toBe(1);
  });

  it('F5: a body that stalls is given up after its idle time and asked for again', async () => {
    const notices = await recovers((_, response) => {
      response.write(csv.slice(0, 20_000));
    });
    expect(notices[0]!.reason).toBe('the body stalled (UND_ERR_BODY_TIMEOUT)');
  });

  const drip = (response: ServerResponse, text: string) => {
    const timer = setInterval(() => response.write(text), 20);
    response.once('close', () => clearInterval(timer));
  };

  it('F6: a body that trickles is given up when it stays below the least speed for a whole window', async () => {
    const notices = await recovers((_, response) => drip(response, 'x'), 1, { slowWindowMs: 300 });
    expect(notices[0]!.reason).toMatch(/^too slow \(\d+ bytes a second for 0.3 s\)$/);
  });

  it('F6: a body that is slow but moves lands', async () => {
    const site = await server((_, response) => {
      response.write('id\n');
      let line = 0;
      const timer = setInterval(() => {
        response.write(`${line}\n`.padStart(20, '0'));
        line += 1;
        if (line === 50) response.end();
      }, 15);
      response.once('close', () => clearInterval(timer));
    });
    const { fetcher } = await world(site.origin, { limits: { slowWindowMs: 300 } });
    expect((await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]))).requests).toBe(1);
  });

  it('F6: a body that trickles for ever ends with the deadline of one try', async () => {
    const site = await server((_, response) => drip(response, 'x'.repeat(500)));
    const { fetcher } = await world(site.origin, { limits: { attempts: 2, totalMs: 150 } });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)])));
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(error.message).toContain('too slow (not finished after 0.15 s); 2 attempts');
  });

  it('F6: headers that come byte by byte end with their deadline', async () => {
    const site = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      });
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const { fetcher } = await world(origin, { limits: { attempts: 2, connectMs: 100, headersMs: 200 } });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${origin}/x`)])));
    site.close();
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(error.message).toMatch(/(headers not complete after 0.3 s|UND_ERR_HEADERS_TIMEOUT)/);
  });

  it.each([
    [
      503,
      { 'content-type': 'text/html' },
      '<html><head><title>Under maintenance</title></head></html>',
      'HTTP 503: Under maintenance',
    ],
    [500, {}, '{"error":true,"message":"Internal error","status":500}', 'HTTP 500: Internal error'],
    [408, {}, '', 'HTTP 408'],
    [429, {}, '', 'HTTP 429'],
    [202, {}, '', 'HTTP 202'],
    [
      403,
      { 'x-ratelimit-remaining': '0' },
      '{"message":"API rate limit exceeded"}',
      'HTTP 403: API rate limit exceeded',
    ],
  ])(
    'F8: status %i is waited for, and told with the portal’s own words',
    async (status, headers, body, reason) => {
      const notices = await recovers((_, response) => {
        response.writeHead(status, headers).end(body);
      }, 2);
      expect(notices.map((notice) => notice.reason)).toEqual([reason, reason]);
    },
  );
});

describe('Retry-After', () => {
  it.each([
    ['seconds', '1', 5_000, 1000],
    ['an HTTP date', () => new Date(Date.now() + 1_900).toUTCString(), 5_000, 900],
    ['an absurd value, cut to the cap', '1000000000', 300, 300],
  ])('F7: Retry-After is obeyed: %s', async (_, value, maxRetryAfterMs, least) => {
    const started = performance.now();
    const site = await server((_request, response, before) => {
      if (before === 0)
        response.writeHead(429, { 'retry-after': typeof value === 'string' ? value : value() }).end();
      else response.end(csv);
    });
    const { fetcher, notices } = await world(site.origin, { limits: { maxRetryAfterMs } });
    await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
    expect(performance.now() - started).toBeGreaterThan(least - 5);
    expect(notices[0]!.waitMs).toBeGreaterThan(least - 5);
    expect(notices[0]!.waitMs).toBeLessThanOrEqual(1900);
  });

  it.each(['-5', 'Thu, 01 Jan 1970 00:00:00 GMT', 'soon'])(
    'F7: Retry-After "%s" counts as none',
    async (value) => {
      const notices = await recovers((_, response) => {
        response.writeHead(503, { 'retry-after': value }).end();
      });
      expect(notices[0]!.waitMs).toBeLessThanOrEqual(5);
    },
  );

  it('F7: a pause holds for every request to the host', async () => {
    const arrivals: number[] = [];
    const site = await server((incoming, response, before) => {
      arrivals.push(performance.now());
      if (before === 0) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end(`path\n${incoming.url}\n`);
    });
    const { fetcher } = await world(site.origin, {
      portal: { concurrency: 1 },
      limits: { maxRetryAfterMs: 300 },
    });
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        fetcher.fetchPart({ dataset: name, portal: 'city' }, part([request(`${site.origin}/${name}.csv`)])),
      ),
    );
    expect(arrivals).toHaveLength(4);
    expect(Math.min(...arrivals.slice(1)) - arrivals[0]!).toBeGreaterThan(295);
  });
});

describe('what waiting does not help fails at once', () => {
  it.each([
    [
      404,
      'LK3103',
      'does not exist (HTTP 404: Not found)',
      'Look for its new address at the portal; `missing: skip` under source accepts that some files do not exist',
    ],
    [
      401,
      'LK3104',
      'is not open to everybody (HTTP 401: Not found)',
      'If you have access, set `auth:` of the portal city in project.yml',
    ],
    [
      204,
      'LK3102',
      'answered with HTTP 204: no data',
      'Open the address in a browser: data comes with HTTP 200',
    ],
    [
      206,
      'LK3102',
      'answered with HTTP 206: a part of a file that nobody asked a part of',
      'Open the address in a browser: data comes with HTTP 200',
    ],
    [
      400,
      'LK3102',
      'was refused with HTTP 400: Not found',
      'Open the address in a browser, and compare it and its parameters with what the portal documents',
    ],
  ])('status %i', async (status, code, text, hint) => {
    const site = await server((_, response) => {
      response
        .writeHead(status)
        .end(status === 204 ? undefined : '{"code":"dataset.missing","error":true,"message":"Not found"}');
    });
    const { fetcher, notices } = await world(site.origin);
    const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)])));
    expect(error).toMatchObject({ code, message: `${site.origin}/file.csv ${text}`, hint, transient: false });
    expect(notices).toEqual([]);
    expect(fetcher.requestsMade).toBe(1);
  });
});
