import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { waitingText } from '../../src/cli/progress/node-lines.js';
import { AdaptiveLimit } from '../../src/fetch/adaptive-limit.js';
import { freePort } from './serve.js';
import { failure, part, request, scope, server, world } from './world.js';

const pages = (origin: string, count: number) =>
  Array.from({ length: count }, (_, page) =>
    request(`${origin}/rows?page=${page}`, {
      id: `p${String(page).padStart(5, '0')}`,
      offset: page,
      limit: 1,
    }),
  );

/** The same numbers between 0 and 1 on every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('how many requests a host gets at once', () => {
  it('begins with what the portal declares, halves with each round of overload, and never ends below one', () => {
    const limit = new AdaptiveLimit(8);
    const seen = [limit.value];
    for (let now = 1; now < 6; now += 1) {
      limit.overloaded(now - 0.5, now);
      seen.push(limit.value);
    }
    expect(seen).toEqual([8, 4, 2, 1, 1, 1]);
  });

  it('counts the refusals of one round once', () => {
    const limit = new AdaptiveLimit(8);
    for (const sentAt of [1, 2, 3, 4]) limit.overloaded(sentAt, 10);
    expect(limit.value).toBe(4);
  });

  it('grows by one with each round of good answers, never above what is declared', () => {
    const limit = new AdaptiveLimit(4);
    limit.overloaded(1, 2);
    limit.overloaded(3, 4);
    expect(limit.value).toBe(1);
    const seen: number[] = [];
    for (let now = 5; now < 25; now += 1) {
      limit.answered(now, 10, '/rows', now);
      seen.push(limit.value);
    }
    expect(seen.slice(0, 4)).toEqual([2, 2, 2, 3]);
    expect(seen.at(-1)).toBe(4);
  });

  it('halves when the same address answers clearly later than it did, once for each rise', () => {
    const limit = new AdaptiveLimit(8);
    let now = 0;
    const answers = (count: number, ms: number) => {
      for (let n = 0; n < count; n += 1) {
        now += 1;
        limit.answered(now, ms, '/rows', now);
      }
    };
    answers(20, 200);
    expect(limit.value).toBe(8);
    answers(3, 5_000); // outliers
    expect(limit.value).toBe(8);
    answers(3, 5_000);
    expect(limit.value).toBe(4);
    answers(8, 5_000); // as slow as before is no further rise
    expect(limit.value).toBeGreaterThan(4);
  });

  it('does not take a slow address for an overloaded host', () => {
    const limit = new AdaptiveLimit(4);
    for (let now = 1; now < 20; now += 1) limit.answered(now, 30, '/metadata', now);
    for (let now = 20; now < 40; now += 1) limit.answered(now, 9_000, '/rows', now);
    expect(limit.value).toBe(4);
  });

  it('a host that answers 429 to more than two at once gets two at once', async () => {
    let active = 0;
    const site = await server((incoming, response) => {
      active += 1;
      response.once('close', () => {
        active -= 1;
      });
      if (active > 2) response.writeHead(429).end();
      else setTimeout(() => response.end(`page\n${incoming.url}\n`), 10);
    });
    const { fetcher } = await world(site.origin, { portal: { concurrency: 8 } });
    const landed = await fetcher.fetchPart(scope, part(pages(site.origin, 120)));
    expect(landed.files).toHaveLength(120);
    // Eight workers that never learn are refused three times for each page that they get.
    expect(landed.requests).toBeLessThan(120 * 1.5);
  });
});

describe('a host that answers later and later', () => {
  it('gets half as many requests at once, without having refused any', async () => {
    const underWay: number[] = [];
    let active = 0;
    const site = await server((incoming, response, before) => {
      active += 1;
      underWay.push(active);
      response.once('close', () => {
        active -= 1;
      });
      setTimeout(() => response.end(`page\n${incoming.url}\n`), before < 32 ? 20 : 2_500);
    });
    const { fetcher, notices } = await world(site.origin, {
      portal: { concurrency: 8 },
      limits: { headersMs: 20_000, idleBodyMs: 20_000, totalMs: 60_000 },
    });
    const landed = await fetcher.fetchPart(scope, part(pages(site.origin, 48)));
    expect([landed.files.length, landed.requests, notices]).toEqual([48, 48, []]);
    expect(Math.max(...underWay.slice(0, 40))).toBe(8);
    // The first slow answers are outliers; from the fifth on they are a rise.
    expect(Math.max(...underWay.slice(-3))).toBeLessThanOrEqual(5);
  }, 30_000);
});

describe('a storm', () => {
  it('F7, F8: with 10 % 429, 5 % 503 and 2 % bodies cut short, each of 500 pages lands, for less than 1.3 times the requests', async () => {
    const random = seeded(7);
    const site = await server((incoming, response) => {
      const body = `page\n${incoming.url}\n`;
      const luck = random();
      if (luck < 0.1) response.writeHead(429, { 'retry-after': '0' }).end();
      else if (luck < 0.15) response.writeHead(503).end();
      else if (luck < 0.17)
        response
          .writeHead(200, { 'content-length': body.length })
          .write(body.slice(0, 6), () => response.destroy());
      else response.end(body);
    });
    const { fetcher, notices } = await world(site.origin);
    const landed = await fetcher.fetchPart(scope, part(pages(site.origin, 500)));
    expect(landed.files).toHaveLength(500);
    for (const file of landed.files)
      expect(await readFile(file.path, 'utf8')).toBe(`page\n${file.url.slice(site.origin.length)}\n`);
    expect(landed.requests).toBe(site.seen.length);
    expect(site.seen.length).toBeGreaterThan(550);
    expect(site.seen.length).toBeLessThan(650);
    expect(notices.every(({ attempt }) => attempt <= 5)).toBe(true);
  });

  it('F7: a page that is refused ten times while the others are served lands in the end', async () => {
    let refused = 0;
    const site = await server((incoming, response) => {
      if (incoming.url === '/rows?page=3' && refused < 10) {
        refused += 1;
        response.writeHead(429).end();
      } else setTimeout(() => response.end(`page\n${incoming.url}\n`), 5);
    });
    const { fetcher, notices } = await world(site.origin, { portal: { concurrency: 2 } });
    const landed = await fetcher.fetchPart(scope, part(pages(site.origin, 300)));
    expect(refused).toBe(10);
    expect(landed).toMatchObject({ requests: 310 });
    // What costs no try is not told as one.
    const free = notices.filter(({ counts }) => !counts);
    expect(free.length).toBeGreaterThan(0);
    for (const notice of free) expect(waitingText(notice)).toMatch(/^waiting \d+ s, HTTP 429 from /);
  });

  it('F7: a page that is refused for ever ends the part, however well the others are served', async () => {
    const site = await server((incoming, response) => {
      if (incoming.url === '/rows?page=3') response.writeHead(429).end();
      else setTimeout(() => response.end(`page\n${incoming.url}\n`), 2);
    });
    const { fetcher } = await world(site.origin, {
      portal: { concurrency: 2 },
      limits: { maxTries: 8, maxBackoffMs: 1 },
    });
    const error = await failure(fetcher.fetchPart(scope, part(pages(site.origin, 2_000))));
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(error.message).toMatch(/page=3: HTTP 429; 8 attempts in/);
  });

  it('one pause is told once, whoever waits for it', async () => {
    const site = await server((incoming, response, before) => {
      if (before < 4) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end(`page\n${incoming.url}\n`);
    });
    const { fetcher, notices } = await world(site.origin, { limits: { maxRetryAfterMs: 200 } });
    await fetcher.fetchPart(scope, part(pages(site.origin, 20)));
    expect(notices).toMatchObject([{ attempt: 1, attempts: 5, waitMs: 200, reason: 'HTTP 429' }]);
  });
});

describe('a host that is down', () => {
  it('F1: is found out by one request; the others to it fail at once, those to other hosts go on', async () => {
    const down = `http://127.0.0.1:${await freePort()}`;
    const site = await server((_, response) => {
      response.end('id\n1\n');
    });
    const { fetcher, notices } = await world(down, { allowedHosts: [`127.0.0.1:${site.port}`] });
    const first = await failure(fetcher.fetchPart(scope, part([request(`${down}/a.csv`)])));
    expect(first.message).toContain('connection refused (ECONNREFUSED); 5 attempts');
    const told = notices.length;
    const started = performance.now();
    const others = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        failure(
          fetcher.fetchPart(scope, part([request(`${down}/${n}.csv`)], { partId: `${n}`, label: `${n}` })),
        ),
      ),
    );
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const error of others) expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(others[7]!.message).toBe(`Could not fetch ${down}/7.csv: connection refused (ECONNREFUSED)`);
    expect(notices).toHaveLength(told);
    expect((await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]))).files).toHaveLength(1);
  });

  it('F1: is asked again after a while, once; an answer makes it a host like any other', async () => {
    let serves = false;
    const site = await server((_, response) => {
      if (serves) response.end('id\n1\n');
      else response.writeHead(503).end();
    });
    const { fetcher } = await world(site.origin, { limits: { attempts: 3, downMs: 80 } });
    const ask = () => fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
    await failure(ask());
    expect(site.seen).toHaveLength(3);
    await failure(ask());
    expect(site.seen).toHaveLength(3);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await failure(ask());
    expect(site.seen).toHaveLength(4);
    serves = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ask();
    serves = false;
    await failure(ask());
    expect(site.seen).toHaveLength(8);
  });

  it('F5: all tries and waits of one request together have an end', async () => {
    const site = await server((_, response) => {
      setTimeout(() => response.writeHead(500).end(), 60);
    });
    const { fetcher } = await world(site.origin, {
      limits: { attempts: 100, maxTries: 100, sequenceMs: 150 },
    });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])));
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(site.seen.length).toBeLessThan(5);
  });
});

describe('a rate limit that the headers tell of', () => {
  it.each([
    ['x-ratelimit-reset', () => String(Math.ceil(Date.now() / 1000) + 1)],
    ['ratelimit-reset', () => '1'],
  ])('F8: after the last request that is left nobody asks before the reset: %s', async (header, reset) => {
    const arrivals: number[] = [];
    const site = await server((incoming, response, before) => {
      arrivals.push(performance.now());
      const left = before === 0 ? '0' : '9';
      const prefix = header.startsWith('x-') ? 'x-' : '';
      response
        .writeHead(200, { [`${prefix}ratelimit-remaining`]: left, [header]: reset() })
        .end(`page\n${incoming.url}\n`);
    });
    const { fetcher } = await world(site.origin, {
      portal: { concurrency: 1 },
      limits: { maxRetryAfterMs: 250 },
    });
    const landed = await fetcher.fetchPart(scope, part(pages(site.origin, 3)));
    expect(landed.requests).toBe(3);
    expect(arrivals[1]! - arrivals[0]!).toBeGreaterThan(240);
    expect(arrivals[2]! - arrivals[1]!).toBeLessThan(200);
  });
});
