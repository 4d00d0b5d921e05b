import { describe, expect, it } from 'vitest';
import { ask, portalOf } from './portal-fixture.js';

const ckan = 'https://ckan.example.org';
const socrata = 'https://data.example.us';
const raw = 'https://raw.githubusercontent.com';

function portalWith(faults: string, more = '') {
  const numbers = Array.from({ length: 50 }, (_, i) => `${i}\n`).join('');
  return portalOf({
    'portal.yml': `
origins:
  ${ckan}: {type: ckan, packages: {p: {resources: [{name: N, id: n, table: {files: [n.csv]}}]}}}
  ${socrata}: {type: socrata, datasets: {nums-0001: {table: {files: [n.csv]}}}}
  ${raw}: {type: github, repos: {a/b: {files: {n.csv: n.csv}}}}
${more}
faults:
${faults}
`,
    'n.csv': `n\n${numbers}`,
  });
}

const page = `${socrata}/resource/nums-0001.csv`;

it('a status strikes the first requests, with Retry-After, then the portal is well again', async () => {
  const portal = await portalWith(
    '  - {at: "/resource/*", kind: status, status: 503, retry_after: 7, times: 2}',
  );
  const answers = [await ask(portal, page), await ask(portal, page), await ask(portal, page)];
  expect(answers.map((answer) => answer.status)).toEqual([503, 503, 200]);
  expect(answers[0]?.headers['retry-after']).toBe('7');
  expect(answers[0]?.json()).toMatchObject({ error: true, status: 503 });
});

it('a status has the shape of its portal', async () => {
  const portal = await portalWith(
    '  - {at: "*", kind: status, status: 503}\n  - {at: "*", kind: status, status: 429}',
  );
  expect((await ask(portal, `${ckan}/api/3/action/package_list`)).text).toContain('<h1>503');
  expect((await ask(portal, `${raw}/a/b/master/n.csv`)).text).toMatch(/^503: /);
});

it('a page of HTML instead of data is a 200', async () => {
  const portal = await portalWith('  - {at: "/resource/nums-0001.csv*", kind: html}');
  const { status, headers, text } = await ask(portal, page);
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(text).toMatch(/^<!DOCTYPE html>/);
});

describe('broken answers', () => {
  it('cut: the connection closes within the body', async () => {
    const portal = await portalWith('  - {at: "*", kind: cut, bytes: 20, times: 3}');
    await expect(ask(portal, page)).rejects.toThrow('terminated');
    await expect(ask(portal, `${raw}/a/b/master/n.csv`)).rejects.toThrow('terminated');
    await expect(ask(portal, `${ckan}/datastore/dump/n`)).rejects.toThrow('terminated');
  });

  it('reset: the connection closes without an answer', async () => {
    const portal = await portalWith('  - {at: "/resource/*", kind: reset, times: 1}');
    await expect(ask(portal, page)).rejects.toThrow('fetch failed');
    expect((await ask(portal, page)).status).toBe(200);
  });

  it('down: nothing listens', async () => {
    const portal = await portalWith(
      '  - {at: "/never", kind: reset}',
      '  https://down.example.org: {type: http, files: {n.csv: n.csv}, down: true}',
    );
    await expect(ask(portal, 'https://down.example.org/n.csv')).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
  });
});

describe('answers that are well formed and wrong', () => {
  it('rows: a page is shorter than what was asked', async () => {
    const portal = await portalWith(
      '  - {at: "*limit=10*", kind: rows, by: -3}\n  - {at: "/datastore/*", kind: rows}',
    );
    expect((await ask(portal, `${page}?$limit=10`)).text.split('\n')).toHaveLength(1 + 7 + 1);
    const search = `${ckan}/api/3/action/datastore_search?resource_id=n&limit=10`;
    expect((await ask(portal, search)).json().result.records).toHaveLength(7);
    expect((await ask(portal, `${ckan}/datastore/dump/n`)).text.split('\n')).toHaveLength(1 + 49 + 1);
  });

  it('count: what the portal counts changes between requests', async () => {
    const portal = await portalWith(
      '  - {at: "*count(*)", kind: count, by: 5, after: 1}\n  - {at: "*limit=0", kind: count}',
    );
    const count = async () =>
      (await ask(portal, `${socrata}/resource/nums-0001.json?$select=count(*)`)).json();
    expect([await count(), await count()]).toEqual([[{ count: '50' }], [{ count: '55' }]]);
    const search = `${ckan}/api/3/action/datastore_search?resource_id=n&limit=0`;
    expect((await ask(portal, search)).json().result.total).toBe(51);
  });
});

it('delay: the answer comes late', async () => {
  const portal = await portalWith('  - {at: "/resource/*", kind: delay, ms: 300}');
  const start = performance.now();
  expect((await ask(portal, page)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(290);
});

it('a fault of one origin leaves the others alone', async () => {
  const portal = await portalWith(`  - {at: "*", origin: '${raw}', kind: status, status: 500}`);
  expect((await ask(portal, page)).status).toBe(200);
  expect((await ask(portal, `${raw}/a/b/master/n.csv`)).status).toBe(500);
});
