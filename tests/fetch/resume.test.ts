/** What a run left in the spool before it was killed, and what the next one does with it. */
import { appendFile, mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFetcher, type Fetcher } from '../../src/fetch/fetcher.js';
import { sweepSpool } from '../../src/fetch/sweep-spool.js';
import type { FetchedPart, PartFetch } from '../../src/fetch/types.js';
import type { Portal } from '../../src/project/types.js';
import type { RequestSpec } from '../../src/sources/types.js';
import type { Handler } from './serve.js';
import { part, portal, quick, request, scope, server, tempDir, world } from './world.js';

const page: Handler = (incoming, response) => response.end(`path\n${incoming.url}\n`);

function pages(origin: string, count: number): RequestSpec[] {
  return Array.from({ length: count }, (_, at) =>
    request(`${origin}/rows?page=${at}`, { id: `p${String(at).padStart(5, '0')}`, offset: at, limit: 1 }),
  );
}

/** One fetcher after the other over the same spool, as runs are; `asked` are the paths of the newest one. */
async function runs(handler: Handler, more: Partial<Portal> = {}) {
  const site = await server(handler);
  const spoolDir = await tempDir();
  const ledger = `${spoolDir}/shootings/ledger.ndjson`;
  const run = async <T>(work: (fetcher: Fetcher) => Promise<T>) => {
    const before = site.seen.length;
    const fetcher = createFetcher({
      portals: { city: portal(site.origin, more) },
      tokens: {},
      allowedHosts: [],
      spoolDir,
      limits: quick,
    });
    try {
      return { got: await work(fetcher), asked: site.seen.slice(before) };
    } finally {
      await fetcher.close();
    }
  };
  const fetchIt = (fetch: PartFetch) => run((fetcher) => fetcher.fetchPart(scope, fetch));
  return { site, spoolDir, ledger, run, fetchIt };
}

const texts = ({ files }: FetchedPart) => Promise.all(files.map(({ path }) => readFile(path, 'utf8')));

describe('a run that goes on where an earlier one was killed', () => {
  it('F21: the next run asks only for what is missing, and has what an undisturbed run would have', async () => {
    const { site, fetchIt } = await runs(page);
    const all = pages(site.origin, 6);
    const whole = await (await world(site.origin)).fetcher.fetchPart(scope, part(all));
    await fetchIt(part(all.slice(0, 4), { revision: 'r1' }));
    const { got, asked } = await fetchIt(part(all, { revision: 'r1' }));
    expect(asked.map(({ path }) => path)).toEqual(['/rows?page=4', '/rows?page=5']);
    expect(got).toMatchObject({ requests: 2, resumed: { saved: 4, confirmed: 0, misfits: {} } });
    expect(got.files.map(({ requestId }) => requestId)).toEqual(
      whole.files.map(({ requestId }) => requestId),
    );
    expect(got.sha256).toBe(whole.sha256);
  });

  it('F21: the next run finds the pages that follow from the answers in the spool', async () => {
    const total = 5;
    let killed = false;
    const { run, site, fetchIt } = await runs(
      (incoming, response) => {
        const offset = Number(new URL(incoming.url!, 'http://x').searchParams.get('offset'));
        if (offset === 3 && !killed) return;
        const result = { records: [{ _id: offset }], total, limit: 1 };
        response.end(JSON.stringify({ success: true, result }));
      },
      { type: 'ckan' },
    );
    const url = `${site.origin}/api/3/action/datastore_search?resource_id=r&sort=_id&limit=1&offset=0`;
    const first = request(url, { id: 'p0000000000', expect: 'json', offset: 0, limit: 1 });
    const reads = {
      records: 'result.records',
      values: ['result.total', 'result.limit'],
      total: 'result.total',
    };
    const params = { base: site.origin, resource: 'r' };
    const ckan = part([first], {
      revision: 'r1',
      expander: { kind: 'ckan_pages', first: first.id, params, reads },
      decode: { format: 'json', records: 'result.records' },
    });
    await run(async (fetcher) => {
      const fetching = fetcher.fetchPart(scope, ckan).catch(() => undefined);
      await expect.poll(() => site.seen.length).toBe(4);
      await fetcher.leave(scope.dataset, { keep: true });
      await fetching;
    });
    killed = true;
    const { got, asked } = await fetchIt(ckan);
    expect(got.files).toHaveLength(total);
    expect(got.resumed.saved).toBe(3);
    expect(asked.map(({ path }) => path.split('offset=')[1])).toEqual(['3', '4']);
  });

  it('F21: a line of the ledger that was cut costs one request, and harms no later line', async () => {
    const { site, ledger, fetchIt } = await runs(page);
    const all = pages(site.origin, 4);
    await fetchIt(part(all.slice(0, 2), { revision: 'r1' }));
    const text = await readFile(ledger, 'utf8');
    await writeFile(ledger, text.slice(0, -40));
    expect((await fetchIt(part(all, { revision: 'r1' }))).got.resumed.saved).toBe(1);
    const { got, asked } = await fetchIt(part(all, { revision: 'r1' }));
    expect([got.resumed.saved, asked]).toEqual([4, []]);
  });

  it('F21: lines of the ledger that are no entries count as none', async () => {
    const { site, ledger, fetchIt } = await runs(page);
    const all = pages(site.origin, 2);
    await fetchIt(part(all, { revision: 'r1' }));
    await appendFile(ledger, '\0\0\0\n[]\nnull\n{"part":"file.csv","request":"p00000"}\n{"request":1}\n');
    expect((await fetchIt(part(all, { revision: 'r1' }))).got.resumed.saved).toBe(2);
  });
});

describe('a body in the spool is asked for again', () => {
  it.each<[string, Partial<PartFetch>, Partial<RequestSpec>, string]>([
    ['when the portal says that the data changed', { revision: 'r2' }, {}, 'data changed'],
    [
      'when another address is asked',
      { revision: 'r1' },
      { url: '/rows?page=0&since=x' },
      'asked differently',
    ],
    [
      'when another question is asked there',
      { revision: 'r1' },
      { body: '{"since":1}' },
      'asked differently',
    ],
    ['when other headers are sent', { revision: 'r1' }, { headers: { accept: 'x' } }, 'asked differently'],
    ['when nobody can say whether it changed', {}, {}, 'may have changed'],
  ])(
    'F21: a body in the spool is not taken for the answer, and the request is sent, %s',
    async (_, more, otherRequest, why) => {
      const { site, fetchIt } = await runs(page);
      const [only] = pages(site.origin, 1);
      await fetchIt(part([{ ...only!, method: 'POST' }], { revision: 'r1' }));
      const url = otherRequest.url === undefined ? only!.url : site.origin + otherRequest.url;
      const { got, asked } = await fetchIt(part([{ ...only!, method: 'POST', ...otherRequest, url }], more));
      expect(asked).toHaveLength(1);
      expect(got.resumed).toEqual({ saved: 0, confirmed: 0, misfits: { [why]: 1 } });
      expect(await texts(got)).toEqual([`path\n${url.slice(site.origin.length)}\n`]);
    },
  );

  it.each<[string, (path: string) => Promise<void>]>([
    ['F25: when it is empty after a power failure', (path) => truncate(path, 0)],
    ['F25: when its size is right and its bytes are not', (path) => writeFile(path, 'path\n/rows?page=X\n')],
    ['F25: when it is gone', (path) => rm(path)],
  ])('%s', async (_, harm) => {
    const { site, fetchIt } = await runs(page);
    const all = pages(site.origin, 2);
    const { files } = (await fetchIt(part(all, { revision: 'r1' }))).got;
    await harm(files[0]!.path);
    const { got, asked } = await fetchIt(part(all, { revision: 'r1' }));
    expect(asked.map(({ path }) => path)).toEqual(['/rows?page=0']);
    expect(got.resumed).toEqual({ saved: 1, confirmed: 0, misfits: { damaged: 1 } });
    expect(await texts(got)).toEqual(['path\n/rows?page=0\n', 'path\n/rows?page=1\n']);
  });

  it('when everything is asked for anew, and nothing of before is used by the run after that either', async () => {
    let edition = 1;
    const { site, fetchIt, run } = await runs((_, response) => response.end(`edition\n${edition}\n`));
    const all = pages(site.origin, 1);
    await fetchIt(part(all, { revision: 'r1' }));
    edition = 2;
    const refreshed = await fetchIt(part(all, { revision: 'r1', fresh: true }));
    expect(refreshed.asked).toHaveLength(1);
    expect(await texts(refreshed.got)).toEqual(['edition\n2\n']);
    expect(await texts((await fetchIt(part(all, { revision: 'r1' }))).got)).toEqual(['edition\n2\n']);
    // Killed before it had asked for anything.
    await run((fetcher) => fetcher.fetchPart(scope, part([], { revision: 'r1', fresh: true })));
    expect((await fetchIt(part(all, { revision: 'r1' }))).asked).toHaveLength(1);
  });
});

describe('a file of which the portal says nothing', () => {
  const etags: Handler = (incoming, response) => {
    if (incoming.headers['if-none-match'] === '"e1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"e1"' }).end('id\n1\n');
  };

  it('F21: a file of which the portal says nothing is asked for by the ETag of the body in the spool, and 304 saves the body', async () => {
    const { site, fetchIt } = await runs(etags);
    const one = part([request(`${site.origin}/x.csv`, { conditional: true })]);
    await fetchIt(one);
    const { got, asked } = await fetchIt(one);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual(['"e1"']);
    expect(got).toMatchObject({ notModified: false, resumed: { saved: 0, confirmed: 1, misfits: {} } });
    expect(await texts(got)).toEqual(['id\n1\n']);
  });

  it('is asked for by that body, and not by the older one in the lake', async () => {
    const { site, fetchIt } = await runs(etags);
    const one = part([request(`${site.origin}/x.csv`, { conditional: true })], {
      validators: { etag: '"e0"' },
    });
    await fetchIt(one);
    const { got, asked } = await fetchIt(one);
    expect(asked[0]!.headers['if-none-match']).toBe('"e1"');
    expect(got).toMatchObject({ notModified: false, files: [{ bytes: 5 }] });
  });

  it('is taken anew when it has changed', async () => {
    let etag = '"e1"';
    const { site, fetchIt } = await runs((incoming, response) => {
      if (incoming.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(`id\n${etag}\n`);
    });
    const one = part([request(`${site.origin}/x.csv`, { conditional: true })]);
    await fetchIt(one);
    etag = '"e2"';
    const { got } = await fetchIt(one);
    expect(got.resumed).toEqual({ saved: 0, confirmed: 0, misfits: { 'data changed': 1 } });
    expect(await texts(got)).toEqual(['id\n"e2"\n']);
  });

  it('F18: is asked for unconditionally when the body that a 304 would stand for is damaged', async () => {
    const { site, fetchIt } = await runs(etags);
    const one = part([request(`${site.origin}/x.csv`, { conditional: true })]);
    await truncate((await fetchIt(one)).got.files[0]!.path, 2);
    const { got, asked } = await fetchIt(one);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined]);
    expect(await texts(got)).toEqual(['id\n1\n']);
  });
});

describe('a dataset that is left', () => {
  it('F22: leaving a dataset with its bodies kept stops what still runs, and keeps what has ended', async () => {
    const { site, run, fetchIt } = await runs((incoming, response) => {
      if (incoming.url!.endsWith('page=3')) return;
      response.end(`path\n${incoming.url}\n`);
    });
    const all = pages(site.origin, 4);
    await run(async (fetcher) => {
      const fetching = fetcher.fetchPart(scope, part(all, { revision: 'r1' })).catch((error) => error);
      await expect.poll(() => site.seen.length).toBe(4);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await fetcher.leave(scope.dataset, { keep: true });
      expect(await fetching).toMatchObject({ code: 'LK3110' });
    });
    expect((await fetchIt(part(all.slice(0, 3), { revision: 'r1' }))).got.resumed.saved).toBe(3);
  });

  it('takes its folder along where its bodies are not kept', async () => {
    const { site, spoolDir, run } = await runs(page);
    await run(async (fetcher) => {
      await fetcher.fetchPart(scope, part(pages(site.origin, 2)));
      expect(await readdir(spoolDir)).toEqual(['shootings']);
      await fetcher.leave(scope.dataset, { keep: false });
    });
    expect(await readdir(spoolDir)).toEqual([]);
  });

  it('F22: once the run drains, requests under way end and no further one begins', async () => {
    const drain = new AbortController();
    const site = await server((incoming, response) => {
      setTimeout(() => response.end(`path\n${incoming.url}\n`), 30);
      drain.abort();
    });
    const { fetcher, spoolDir } = await world(site.origin, {
      drain: drain.signal,
      portal: { concurrency: 2 },
    });
    const fetching = fetcher.fetchPart(scope, part(pages(site.origin, 20), { revision: 'r1' }));
    await expect(fetching).rejects.toMatchObject({ code: 'LK3110', transient: true });
    const lines = (await readFile(`${spoolDir}/shootings/ledger.ndjson`, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(site.seen.length);
    expect(site.seen.length).toBeLessThanOrEqual(2);
  });
});

describe('the spool is bounded', () => {
  it('what nobody came back for in seven days is deleted, of any target', async () => {
    const spool = await tempDir();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const left = async (dataset: string, folderAge: number, ledgerAge: number) => {
      const folder = join(spool, dataset);
      const ledger = join(folder, 'ledger.ndjson');
      await mkdir(join(folder, 'part'), { recursive: true });
      await writeFile(ledger, '');
      await utimes(ledger, days(ledgerAge), days(ledgerAge));
      await utimes(folder, days(folderAge), days(folderAge));
    };
    await left('dev/trees', 8, 8);
    await left('dev/parks', 8, 1);
    await left('dev/roads', 6, 6);
    await left('prod/trees', 30, 30);
    await sweepSpool(spool, Date.now());
    expect(await readdir(spool)).toEqual(['dev']);
    expect((await readdir(join(spool, 'dev'))).sort()).toEqual(['parks', 'roads']);
  });
});
