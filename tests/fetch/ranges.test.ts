/** Bodies that break off in the middle: the rest is asked for where the server can give it, else all of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { part, request, scope, server, world } from './world.js';

const rows = (word: string) =>
  `id,name\n${Array.from({ length: 20_000 }, (_, row) => `${row},${word} ${row}`).join('\n')}\n`;
const csv = rows('name');
const cutAt = 150_000;

interface FileServer {
  readonly etag?: string;
  readonly ranges?: boolean;
  readonly content?: string;
}

/** Answers as RFC 9110 says: a range of the file when If-Range names it, else all of it. */
function serveFile(
  incoming: IncomingMessage,
  response: ServerResponse,
  { etag, ranges = true, content = csv }: FileServer,
): void {
  const headers = { ...(etag && { etag }), ...(ranges && { 'accept-ranges': 'bytes' }) };
  const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')?.[1] ?? Number.NaN);
  if (!ranges || Number.isNaN(from) || incoming.headers['if-range'] !== etag) {
    response.writeHead(200, { ...headers, 'content-length': content.length }).end(content);
    return;
  }
  response
    .writeHead(206, {
      ...headers,
      'content-length': content.length - from,
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
    })
    .end(content.slice(from));
}

/** Sends the beginning of the file and breaks off. */
function cut(response: ServerResponse, { etag, ranges = true }: FileServer, how: 'reset' | 'end'): void {
  response.writeHead(200, {
    ...(etag && { etag }),
    ...(ranges && { 'accept-ranges': 'bytes' }),
    'content-length': csv.length,
  });
  response.write(csv.slice(0, cutAt), () => {
    // What was sent has to arrive first: a reset throws away what the other side has not read.
    if (how === 'end') response.socket!.end();
    else setTimeout(() => response.socket!.resetAndDestroy(), 50);
  });
}

/** Fetches a file whose first answer breaks off; the file in the spool must be whole, and its hash of all of it. */
async function land(first: FileServer, then: FileServer = first, how: 'reset' | 'end' = 'end') {
  const site = await server((incoming, response, before) => {
    if (before === 0) cut(response, first, how);
    else serveFile(incoming, response, then);
  });
  const { fetcher, notices } = await world(site.origin);
  const landed = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
  const file = landed.files[0]!;
  const text = await readFile(file.path, 'utf8');
  expect(file.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(file.bytes).toBe(text.length);
  return { site, notices, file, text, ranges: site.seen.map(({ headers }) => headers.range) };
}

describe('a body that broke off, from a server that gives ranges', () => {
  it('F2: after a reset only the rest of the body is asked for, by Range and If-Range', async () => {
    const { site, text, file, ranges } = await land({ etag: '"e1"' }, undefined, 'reset');
    expect(text).toBe(csv);
    expect(file).toMatchObject({ wireBytes: csv.length, status: 200, validators: { etag: '"e1"' } });
    expect(ranges[0]).toBeUndefined();
    const from = Number(/^bytes=(\d+)-$/.exec(ranges[1]!)?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(cutAt);
    expect(site.seen[1]!.headers).toMatchObject({ 'if-range': '"e1"', 'accept-encoding': 'identity' });
    expect(site.seen).toHaveLength(2);
  });

  it('F3: a body that ends before its Content-Length is completed from where it ended', async () => {
    const { text, ranges, notices } = await land({ etag: '"e1"' });
    expect(text).toBe(csv);
    expect(ranges).toEqual([undefined, `bytes=${cutAt}-`]);
    expect(notices[0]!.reason).toMatch(/before the body was complete/);
  });

  it('F3: a body that breaks off again and again is put together from all of its pieces, for a try that brings more of it does not count until there were twenty', async () => {
    const step = 40_000;
    const site = await server((incoming, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from === 0 ? 200 : 206, {
        etag: '"e1"',
        'accept-ranges': 'bytes',
        'content-length': csv.length - from,
        ...(from > 0 && { 'content-range': `bytes ${from}-${csv.length - 1}/${csv.length}` }),
      });
      response.write(csv.slice(from, from + step), () => {
        if (from + step >= csv.length) response.end();
        else response.socket!.end();
      });
    });
    const { fetcher } = await world(site.origin, { limits: { attempts: 3 } });
    const { files } = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
    expect(await readFile(files[0]!.path, 'utf8')).toBe(csv);
    expect(files[0]!.sha256).toBe(createHash('sha256').update(csv).digest('hex'));
    expect(site.seen).toHaveLength(Math.ceil(csv.length / step));
  });
});

describe('a body that broke off is asked for from its beginning', () => {
  it.each<[string, FileServer]>([
    ['the ETag is weak', { etag: 'W/"e1"' }],
    ['there is no ETag', {}],
    ['the server does not say that it gives ranges', { etag: '"e1"', ranges: false }],
  ])('F2, F3: nothing is joined, and all of it is asked for again, where %s', async (_, how) => {
    const { text, ranges } = await land(how);
    expect(text).toBe(csv);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it('F2: all of it is asked for again where it came compressed, for the file holds other bytes than the wire', async () => {
    const zipped = gzipSync(csv);
    const site = await server((_, response, before) => {
      response.writeHead(200, { etag: '"e1"', 'accept-ranges': 'bytes', 'content-length': zipped.length });
      if (before > 0) response.end(zipped);
      else response.write(zipped.subarray(0, zipped.length / 2), () => response.socket!.end());
    });
    const { fetcher } = await world(site.origin);
    const { files } = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv.gz`)]));
    expect(await readFile(files[0]!.path, 'utf8')).toBe(csv);
    expect(site.seen.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  it('F16: when the file changed in between, nothing of the old one is left in it', async () => {
    const { text, ranges } = await land({ etag: '"e1"' }, { etag: '"e2"', content: rows('new') });
    expect(text).toBe(rows('new'));
    expect(ranges).toEqual([undefined, `bytes=${cutAt}-`]);
  });

  it('F17: when the server ignores the range and sends everything, the halves are not joined', async () => {
    const site = await server((_, response, before) => {
      if (before === 0) cut(response, { etag: '"e1"' }, 'end');
      else response.writeHead(200, { etag: '"e1"', 'accept-ranges': 'bytes' }).end(csv);
    });
    const { fetcher } = await world(site.origin);
    const { files } = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
    expect(await readFile(files[0]!.path, 'utf8')).toBe(csv);
    expect(site.seen.map(({ headers }) => headers.range)).toEqual([undefined, `bytes=${cutAt}-`]);
  });

  it.each<[string, number, Record<string, string>]>([
    ['the range of another file', 206, { etag: '"e2"', 'content-range': `bytes ${cutAt}-9/10` }],
    ['another range than the one asked for', 206, { etag: '"e1"', 'content-range': 'bytes 5-9/10' }],
    ['a range without saying which', 206, { etag: '"e1"' }],
    [
      'a compressed range',
      206,
      { etag: '"e1"', 'content-range': `bytes ${cutAt}-9/10`, 'content-encoding': 'gzip' },
    ],
    ['416 Range Not Satisfiable', 416, { 'content-range': 'bytes */10' }],
  ])('F16: nothing is joined when the answer to a range is %s', async (_, status, headers) => {
    const site = await server((_request, response, before) => {
      if (before === 0) cut(response, { etag: '"e1"' }, 'end');
      else if (before === 1) response.writeHead(status, headers).end('wrong');
      else response.writeHead(200, { etag: '"e2"' }).end(rows('new'));
    });
    const { fetcher, notices } = await world(site.origin);
    const { files } = await fetcher.fetchPart(scope, part([request(`${site.origin}/file.csv`)]));
    expect(await readFile(files[0]!.path, 'utf8')).toBe(rows('new'));
    expect(site.seen.map(({ headers: sent }) => sent.range)).toEqual([
      undefined,
      `bytes=${cutAt}-`,
      undefined,
    ]);
    expect(notices.at(-1)!.reason).toBe(
      'the file changed while it was read: it is asked for from its beginning',
    );
  });
});
