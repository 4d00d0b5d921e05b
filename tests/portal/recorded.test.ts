/** Recorded answers are played back as they came; what was not recorded the protocol answers. */
import { expect, it } from 'vitest';
import { ask, portalOf } from './portal-fixture.js';

const origin = 'https://data.example.us';
const files = {
  'portal.yml': `
origins:
  ${origin}:
    type: socrata
    datasets: {abcd-1234: {table: {files: [a.csv], updated_at: 2026-01-01T00:00:00Z}}}
    recorded:
      cassettes: [cassette.yaml]
      answers:
        /api/views/abcd-1234.json: {file: view.json}
        /locked: {file: locked.txt, status: 403, content_type: text/plain}
        /api/3/action/package_show?id=a: {file: view.json, result_of: package_show}
`,
  'a.csv': 'a\n1\n2\n',
  'view.json': '{"id": "abcd-1234",   "spaces": "kept"}',
  'locked.txt': 'no',
  'cassette.yaml': `interactions:
- request: {body: null, headers: {}, method: GET, uri: '${origin}/resource/abcd-1234.json?%24limit=1&%24offset=0'}
  response:
    body: {string: '[{"a":"first"}]'}
    headers: {Content-Type: [application/json], ETag: ['"one"'], Content-Encoding: [gzip], Transfer-Encoding: [chunked]}
    status: {code: 200, message: OK}
- request: {body: null, headers: {}, method: GET, uri: '${origin}/resource/abcd-1234.json?%24limit=1&%24offset=0'}
  response:
    body: {string: !!binary AAEC}
    headers: {Content-Type: [application/octet-stream]}
    status: {code: 200, message: OK}
version: 1
`,
};

it('byte for byte, whatever the order and the encoding of the parameters', async () => {
  const portal = await portalOf(files);
  const url = `${origin}/resource/abcd-1234.json?$offset=0&$limit=1`;
  const first = await ask(portal, url);
  expect([first.status, first.text, first.headers.etag]).toEqual([200, '[{"a":"first"}]', '"one"']);
  expect(first.headers).not.toHaveProperty('content-encoding');
  expect((await ask(portal, `${origin}/api/views/abcd-1234.json`)).text).toBe(files['view.json']);
  const locked = await ask(portal, `${origin}/locked`);
  expect([locked.status, locked.headers['content-type'], locked.text]).toEqual([403, 'text/plain', 'no']);
});

it('in the recorded order, the last answer for good; with the recorded validators', async () => {
  const portal = await portalOf(files);
  const url = `${origin}/resource/abcd-1234.json?$limit=1&$offset=0`;
  const known = await ask(portal, url, { headers: { 'if-none-match': '"one"' } });
  expect([known.status, known.text]).toEqual([304, '']);
  for (let i = 0; i < 2; i++) expect((await ask(portal, url)).text).toBe('\u0000\u0001\u0002');
});

it('the result of a CKAN action within its answer', async () => {
  const { text, json } = await ask(await portalOf(files), `${origin}/api/3/action/package_show?id=a`);
  expect(json()).toMatchObject({ success: true, result: { id: 'abcd-1234' } });
  expect(text).toContain(files['view.json']);
});

it('everything else comes from the tables', async () => {
  const { json } = await ask(await portalOf(files), `${origin}/resource/abcd-1234.json?$select=count(*)`);
  expect(json()).toEqual([{ count: '2' }]);
});

it('a file that is no cassette is a server error that says so', async () => {
  const portal = await portalOf({ ...files, 'cassette.yaml': 'hello: there\n' });
  const { status, json } = await ask(portal, `${origin}/resource/abcd-1234.json`);
  expect([status, json().message]).toEqual([
    500,
    expect.stringContaining('is not a cassette of recorded answers'),
  ]);
});
