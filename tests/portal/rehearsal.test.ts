/** Seeded faults, each as a plain HTTP client meets it. */
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningPortal, startPortal } from '../../src/portal/index.js';
import { ask, folderOf } from './portal-fixture.js';

const ckan = 'https://ckan.example.org';
const socrata = 'https://data.example.us';
const raw = 'https://raw.githubusercontent.com';
const page = `${socrata}/resource/nums-0001.csv`;
const search = `${ckan}/api/3/action/datastore_search?resource_id=n`;

async function folder(more = '') {
  const numbers = Array.from({ length: 50 }, (_, i) => `${i}\n`).join('');
  return folderOf({
    'portal.yml': `
origins:
  ${ckan}: {type: ckan, packages: {p: {resources: [{name: N, id: n, table: {files: [n.csv]}}]}}}
  ${socrata}: {type: socrata, datasets: {nums-0001: {table: {files: [n.csv]}}}}
  ${raw}: {type: github, repos: {a/b: {files: {n.csv: n.csv}}}}
${more}`,
    'n.csv': `n\n${numbers}`,
  });
}

async function rehearsal(faults: string, seed = 7): Promise<RunningPortal> {
  const portal = await startPortal({ folder: await folder(), faults, seed });
  onTestFinished(() => portal.close());
  return portal;
}

/** What became of a request: its status, or the way it broke. */
async function outcome(portal: RunningPortal, url: string): Promise<string> {
  const answer = await ask(portal, url).catch((error: Error) => error);
  return answer instanceof Error ? answer.message : String(answer.status);
}

async function outcomes(portal: RunningPortal, urls: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const url of urls) all.push(await outcome(portal, url));
  return all;
}

const numbersOf = (csv: string) => csv.replaceAll('"', '').split('\n').slice(1, -1).map(Number);

describe('the same seed', () => {
  const faults = 'status429=0.2,status503=0.1,cut=0.1,reset=0.1';
  const urls = Array.from({ length: 40 }, (_, i) => `${page}?$limit=1&$offset=${i % 20}`);

  it('gives the same requests the same faults', async () => {
    const first = await outcomes(await rehearsal(faults), urls);
    expect(await outcomes(await rehearsal(faults), urls)).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(3);
  });

  it('whatever the order in which they arrive', async () => {
    const inOrder = await outcomes(await rehearsal(faults), urls.slice(0, 20));
    const backwards = await outcomes(await rehearsal(faults), urls.slice(0, 20).reverse());
    expect(backwards.reverse()).toEqual(inOrder);
  });

  it('draws anew for each try of one URL, so that what is asked again gets through', async () => {
    const tries = await outcomes(await rehearsal('status503=0.5'), Array(30).fill(page));
    expect(tries.filter((status) => status === '503').length).toBeGreaterThan(8);
    expect(tries.filter((status) => status === '200').length).toBeGreaterThan(8);
  });

  it('and another one gives others', async () => {
    const [one, two] = [await rehearsal(faults, 1), await rehearsal(faults, 2)];
    expect(await outcomes(one, urls)).not.toEqual(await outcomes(two, urls));
  });
});

it('strikes the share of requests that was asked for, at most one of the faults that exclude each other, and counts', async () => {
  const portal = await rehearsal('status429=0.1,status503=0.05,html=0.05');
  for (let i = 0; i < 1000; i++) await ask(portal, `${raw}/a/b/master/n.csv?${i}`);
  const { status429 = 0, status503 = 0, html = 0 } = portal.faults();
  expect(status429).toBeGreaterThan(70);
  expect(status429).toBeLessThan(130);
  for (const struck of [status503, html]) {
    expect(struck).toBeGreaterThan(30);
    expect(struck).toBeLessThan(70);
  }
  expect(portal.requests()[raw]).toBe(1000);
});

describe('refusals', () => {
  it('status429: with Retry-After or without', async () => {
    const portal = await rehearsal('status429=1');
    const waits: (string | undefined)[] = [];
    for (let i = 0; i < 20; i++) waits.push((await ask(portal, page)).headers['retry-after']);
    expect(new Set(waits)).toEqual(new Set(['1', undefined]));
  });

  it.each([
    ['status429=1:3', 429, '3'],
    ['status503=1:none', 503, undefined],
    ['status403=1:0', 403, '0'],
  ])('%s', async (faults, status, wait) => {
    const answer = await ask(await rehearsal(faults), page);
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, wait]);
  });

  it('html: a page to sign in on, with status 200', async () => {
    const { status, text } = await ask(await rehearsal('html=1'), `${ckan}/api/3/action/package_list`);
    expect(status).toBe(200);
    expect(text).toContain('<title>Sign in</title>');
  });
});

describe('broken connections', () => {
  const everywhere = [page, `${ckan}/datastore/dump/n`, `${raw}/a/b/master/n.csv`];

  it('cut: the connection closes within the body, of known length or not', async () => {
    const portal = await rehearsal('cut=1');
    expect(await outcomes(portal, everywhere)).toEqual(['terminated', 'terminated', 'terminated']);
  });

  it('cut with an amount: after so many bytes', async () => {
    const portal = await rehearsal('cut=1:9');
    const body = (await rawAnswer(portal, raw, '/a/b/master/n.csv')).split('\r\n\r\n')[1];
    expect(body).toBe('n\n0\n1\n2\n3'.slice(0, 9));
  });

  it('reset: before the answer or within its body', async () => {
    const ways = await outcomes(await rehearsal('reset=1'), Array(20).fill(page));
    expect(new Set(ways)).toEqual(new Set(['fetch failed', 'terminated']));
  });

  it('length: more is announced than comes, then the connection closes', async () => {
    expect(await outcomes(await rehearsal('length=1'), everywhere)).toEqual(Array(3).fill('terminated'));
  });

  it('length below zero: less is announced, and what is read looks whole', async () => {
    const { status, text, headers } = await ask(await rehearsal('length=1:-10'), `${raw}/a/b/master/n.csv`);
    expect([status, headers['content-length'], text.length]).toEqual([200, '132', 132]);
  });

  it('stall: nothing more comes, before the headers or within the body', async () => {
    const portal = await rehearsal('stall=1:60000');
    const seen = new Set<string>();
    for (let i = 0; i < 12 && seen.size < 2; i++) {
      const answer = await fetchFor(portal.origins[raw]!, `/a/b/master/n.csv?${i}`, 150);
      seen.add(answer);
    }
    expect(seen).toEqual(new Set(['no headers', 'no end']));
  });

  it('stall with an amount: until it closes', async () => {
    expect(await outcome(await rehearsal('stall=1:100'), page)).toMatch(/terminated|fetch failed/);
  });

  it('slow: whole, but late', async () => {
    const portal = await rehearsal('slow=1:400');
    const start = performance.now();
    expect(numbersOf((await ask(portal, page)).text)).toHaveLength(50);
    expect(performance.now() - start).toBeGreaterThan(390);
  });
});

describe('answers that are well formed and wrong', () => {
  it('cap: fewer rows than asked; CKAN says so, Socrata does not', async () => {
    const portal = await rehearsal('cap=1:10');
    expect(numbersOf((await ask(portal, `${page}?$limit=30&$offset=5`)).text)).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ]);
    const { limit, records, total } = (await ask(portal, `${search}&limit=30`)).json().result;
    expect([limit, records.length, total]).toEqual([10, 10, 50]);
    expect((await ask(portal, `${ckan}/datastore/dump/n`)).text.split('\n')).toHaveLength(52);
  });

  it('short: rows are missing from the middle of a page and of a dump', async () => {
    const portal = await rehearsal('short=1:3');
    const got = numbersOf((await ask(portal, `${page}?$limit=20`)).text);
    expect(got).toHaveLength(17);
    expect((await ask(portal, `${search}&limit=20`)).json().result).toMatchObject({ limit: 20, total: 50 });
    expect((await ask(portal, `${ckan}/datastore/dump/n`)).text.split('\n')).toHaveLength(49);
  });

  it('total: the count is up to 5 off, and another time off by something else', async () => {
    const portal = await rehearsal('total=1');
    const counts = new Set<number>();
    for (let i = 0; i < 12; i++) {
      counts.add(
        Number((await ask(portal, `${socrata}/resource/nums-0001.json?$select=count(*)`)).json()[0].count),
      );
    }
    expect(counts.size).toBeGreaterThan(2);
    for (const count of counts) {
      expect(count).not.toBe(50);
      expect(Math.abs(count - 50)).toBeLessThanOrEqual(5);
    }
    const fixed = await rehearsal('total=1:-7');
    expect((await ask(fixed, `${search}&limit=0`)).json().result.total).toBe(43);
  });

  it('shift: a page by offset begins early, as after an insertion, or late, as after a deletion', async () => {
    const first = async (portal: RunningPortal, query: string) =>
      numbersOf((await ask(portal, `${page}?${query}`)).text)[0];
    const inserted = await rehearsal('shift=1');
    const begins = new Set<number | undefined>();
    for (let i = 0; i < 12; i++) begins.add(await first(inserted, '$limit=5&$offset=10'));
    expect(begins).toEqual(new Set([9, 11]));
    const two = await rehearsal('shift=1:2');
    expect(await first(two, '$limit=5&$offset=10')).toBe(8);
    expect(await first(two, '$limit=5')).toBe(0);
    expect(await first(two, "$where=n>'3'&$limit=5")).toBe(4);
  });

  it('etag: another one each time, and none is known again', async () => {
    const portal = await rehearsal('etag=1');
    const url = `${raw}/a/b/master/n.csv`;
    const [one, two] = [await ask(portal, url), await ask(portal, url)];
    expect(one.headers.etag).toMatch(/^"[0-9a-f]+"$/);
    expect(two.headers.etag).not.toBe(one.headers.etag);
    const again = await ask(portal, url, { headers: { 'if-none-match': two.headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([200, one.text]);
  });
});

describe('in portal.yml', () => {
  it('faults may be such a text, with a seed; the one who starts the portal overrides both', async () => {
    const served = await folder('faults: status503=1\nseed: 3\n');
    const portal = await startPortal({ folder: served });
    onTestFinished(() => portal.close());
    expect((await ask(portal, page)).status).toBe(503);
    const calm = await startPortal({ folder: served, faults: 'status503=0' });
    onTestFinished(() => calm.close());
    expect((await ask(calm, page)).status).toBe(200);
  });

  it('a mistake in it is reported at its place', async () => {
    const served = await folder('faults: cutt=1\n');
    await expect(startPortal({ folder: served })).rejects.toMatchObject({
      code: 'LK7101',
      diagnostics: [
        {
          message: expect.stringContaining('no fault "cutt"; there are status429, '),
          hint: 'Did you mean "cut"?',
          at: { line: 6, col: 9 },
        },
      ],
    });
  });
});

describe('mistakes in --faults', () => {
  it.each([
    [
      'cutt=0.1',
      'no fault "cutt"; there are status429, reset, cut, length, stall, slow, html, cap, short, total, shift, etag',
      'Did you mean "cut"?',
    ],
    [
      'status200=0.1',
      'no fault "status200"; there are status429, reset, cut, length, stall, slow, html, cap, short, total, shift, etag',
      'Did you mean "status429"?',
    ],
    ['cut', '"cut" is not a fault with its rate', 'Write name=rate, such as cut=0.02'],
    ['cut=10%', '"10%" is not a rate of cut', 'Write the share of requests from 0 to 1, such as cut=0.1'],
    ['html=1:5', '"5" is not an amount of html', 'Write html=1 alone: this fault takes no amount'],
    ['cap=1:-5', '"-5" is not an amount of cap', 'Behind the colon stands a whole number: rows; else 1000'],
    ['cut=0.1,cut=0.2', '"cut" is written twice', 'Keep one of them'],
    [
      'cut=0.6,reset=0.6',
      'the rates of faults of which one alone can strike a request add up to 1.2',
      'Lower them to 1 or less in all',
    ],
  ])('%s', async (faults, message, hint) => {
    const served = await folder();
    await expect(startPortal({ folder: served, faults })).rejects.toMatchObject({
      code: 'LK7106',
      message,
      hint,
    });
  });
});

/** Everything that the server sends to one GET until it closes. */
function rawAnswer(portal: RunningPortal, origin: string, path: string): Promise<string> {
  const { port, hostname } = new URL(portal.origins[origin] ?? '');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

/** How far an answer has come after `ms`. */
async function fetchFor(
  origin: string,
  path: string,
  ms: number,
): Promise<'no headers' | 'no end' | 'whole'> {
  const headers = { 'accept-encoding': 'identity' };
  let response: Response;
  try {
    response = await fetch(origin + path, { signal: AbortSignal.timeout(ms), headers });
  } catch {
    return 'no headers';
  }
  return response.text().then(
    () => 'whole',
    () => 'no end',
  );
}
