import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startPortal } from '../../src/portal/index.js';
import { ask, folderOf, portalOf } from './portal-fixture.js';

const raw = 'https://raw.githubusercontent.com';
const web = 'https://files.example.org';
const files = {
  'portal.yml': `
origins:
  ${raw}:
    type: github
    repos:
      acme/open-data: {ref: main, folder: repository, files: {data/extra.json: other.json}}
  ${web}: {type: http, files: {/reports/a.csv: other.csv}}
`,
  'repository/data/a.json': '[1]',
  'other.json': '{"extra": true}',
  'other.csv': 'a,b\n',
  'secret.txt': 'not served',
};

it('GitHub serves files of a folder and single ones under owner, name and ref, with a strong ETag', async () => {
  const portal = await portalOf(files);
  const { status, headers, text } = await ask(portal, `${raw}/acme/open-data/main/data/a.json`);
  expect([status, text]).toEqual([200, '[1]']);
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': '3',
    etag: `"${createHash('sha256').update('[1]').digest('hex')}"`,
  });
  expect(headers).not.toHaveProperty('last-modified');
  expect((await ask(portal, `${raw}/acme/open-data/main/data/extra.json`)).text).toBe('{"extra": true}');
});

it('compresses for who accepts it, with a weak ETag that still answers 304', async () => {
  const portal = await portalOf(files);
  const url = `${raw}/acme/open-data/main/data/a.json`;
  const zipped = await ask(portal, url, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.text).toBe('[1]');
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(Number(zipped.headers['content-length'])).toBe(gzipSync('[1]', { level: 1 }).length);
  expect(zipped.headers.etag).toMatch(/^W\/"/);
  const again = await ask(portal, url, { headers: { 'if-none-match': zipped.headers.etag ?? '' } });
  expect([again.status, again.text]).toEqual([304, '']);
});

it.each([
  '/acme/open-data/main/data/b.json',
  '/acme/open-data/master/data/a.json',
  '/acme/open-data/main/data',
  '/acme/open-data/main/%2e%2e/secret.txt',
  '/acme/open-data/main/..%2fsecret.txt',
  '/acme/open-data/main/a%00.json',
])('%s is GitHub’s 404', async (path) => {
  const portal = await portalOf(files);
  const { status, text } = await ask(portal, raw + path);
  expect([status, text]).toEqual([404, '404: Not Found']);
});

it('a web server names types and dates', async () => {
  const portal = await portalOf(files);
  const { headers, text } = await ask(portal, `${web}/reports/a.csv`);
  expect([text, headers['content-type']]).toEqual(['a,b\n', 'text/csv; charset=utf-8']);
  const since = { 'if-modified-since': headers['last-modified'] ?? '' };
  expect((await ask(portal, `${web}/reports/a.csv`, { headers: since })).status).toBe(304);
});

it('counts requests by real origin, and frees its ports when closed', async () => {
  const portal = await portalOf(files);
  await ask(portal, `${web}/reports/a.csv`);
  await ask(portal, `${web}/nothing`);
  expect(portal.requests()).toEqual({ [raw]: 0, [web]: 2 });
  await portal.close();
  await expect(ask(portal, `${web}/reports/a.csv`)).rejects.toThrow();
});

it('takes neighbouring ports when one is given, and says so when it is taken', async () => {
  const folder = await folderOf(files);
  const first = await startPortal({ folder });
  const port = Number(new URL(first.origins[raw] ?? '').port);
  await expect(startPortal({ folder, port })).rejects.toMatchObject({
    code: 'LK7105',
    message: `The local portal cannot listen on port ${port} for ${raw}`,
  });
  await first.close();
});

describe('ranges of bytes', () => {
  const at = async (range: string, more: Record<string, string> = {}) => {
    const portal = await portalOf({
      'portal.yml': `origins:\n  ${web}: {type: http, files: {a.txt: a.txt}}\n`,
      'a.txt': '0123456789',
    });
    const { etag = '', 'last-modified': modified = '' } = (await ask(portal, `${web}/a.txt`)).headers;
    const ifRange = more['if-range'] === 'etag' ? etag : more['if-range'] === 'date' ? modified : undefined;
    const headers = { range, ...more, ...(ifRange && { 'if-range': ifRange }) };
    const answer = await ask(portal, `${web}/a.txt`, { headers });
    return [answer.status, answer.headers['content-range'], answer.text];
  };

  it.each([
    ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
    ['bytes=7-', 206, 'bytes 7-9/10', '789'],
    ['bytes=7-99', 206, 'bytes 7-9/10', '789'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=1-2,4-5', 200, undefined, '0123456789'],
    ['rows=1-2', 200, undefined, '0123456789'],
  ])('%s', async (range, ...expected) => {
    expect(await at(range)).toEqual(expected);
  });

  it('of the version that If-Range names; of another one the whole file comes', async () => {
    expect(await at('bytes=2-4', { 'if-range': 'etag' })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await at('bytes=2-4', { 'if-range': 'date' })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await at('bytes=2-4', { 'if-range': '"other"' })).toEqual([200, undefined, '0123456789']);
  });

  it('are offered, also to HEAD, which names length and ETag', async () => {
    const portal = await portalOf(files);
    const { status, headers, text } = await ask(portal, `${web}/reports/a.csv`, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    expect(headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': '4' });
    expect(headers.etag).toMatch(/^"[0-9a-f]{64}"$/);
  });
});
