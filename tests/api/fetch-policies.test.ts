/** Fetch policies, in YAML and by a function: which of the known parts a portal is asked about, counted at the portal. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type FetchPolicyFunction,
  type LakeProject,
  openProject,
  type ProjectError,
} from '../../src/index.js';
import { type TempProject, tempProject } from '../support/small-city.js';

/** Path → body; what is not there is 404. */
const served = new Map<string, string>();
/** As they came: `GET /e/1.json`, and whether it was asked only whether it changed. */
let requests: string[] = [];
let server: Server;
let project: TempProject;
let lake: LakeProject;

const manifest = (fetch: string) => `dataset: events
source: {for_each: {dataset: matches}, url: '${address()}/e/{match_id}.json', missing: skip}
load: {fetch: ${fetch}}
key: [match_id, id]
fields: {match_id: {from: _match_id, type: integer}, id: integer}
`;
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  server = createServer(({ url, method, headers }, response) => {
    const body = served.get(url!);
    const etag = `"${body?.length}"`;
    const isSame = headers['if-none-match'] === etag;
    if (url !== '/matches.json')
      requests.push(`${method} ${url}${headers['if-none-match'] ? ' if changed' : ''}`);
    response.writeHead(body === undefined ? 404 : isSame ? 304 : 200, {
      etag,
      'content-type': 'application/json',
    });
    response.end(isSame ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  matches(1, 2, 3);
  served.set('/e/1.json', '[{"id": 1}]');
  served.set('/e/2.json', '[{"id": 2}]');
  project = tempProject({
    'project.yml': `name: football\nversion: 1\nallowed_hosts: [127.0.0.1]\n`,
    'profiles.yml':
      'football:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    'datasets/matches.yml': `dataset: matches\nsource: {url: '${address()}/matches.json'}\nkey: [match_id]\nfields: {match_id: integer}\n`,
    'datasets/events.yml': manifest('changed'),
  });
  lake = await openProject(project.root);
  await build();
});
afterAll(async () => {
  await lake.close();
  server.close();
  project.remove();
});

function matches(...ids: number[]): void {
  served.set('/matches.json', JSON.stringify(ids.map((match_id) => ({ match_id }))));
}

/** What the portal of events was asked, and what became of them. */
async function build(fetchPolicy?: FetchPolicyFunction) {
  requests = [];
  const result = await lake.build({ fetchPolicy });
  expect(result.exitCode).toBe(0);
  const { status, version } = result.nodes.find(({ id }) => id === 'bronze.events')!;
  return { asked: requests.sort(), status, version };
}
const plan = async (fetchPolicy?: FetchPolicyFunction) =>
  (await lake.plan({ select: 'events', fetchPolicy })).nodes[0]!.reason;
const states = async () => {
  const found: Record<string, string> = {};
  for await (const { identifier, state } of lake.datasets({ dataset: 'events' }))
    found[identifier['match_id']!] = state;
  return found;
};
const rewrite = (fetch: string) => project.write({ 'datasets/events.yml': manifest(fetch) });

describe('in YAML', () => {
  it('changed, the default: every part is asked whether it changed', async () => {
    expect((await build()).asked).toEqual([
      'GET /e/1.json if changed',
      'GET /e/2.json if changed',
      'GET /e/3.json',
    ]);
  });

  it('missing: only what was never stored is asked for; a plan says how many are not', async () => {
    rewrite('missing');
    expect(await plan()).toBe(
      '1 of 3 parts: asked whether it changed; 2 of 3 parts not asked for (fetch: missing)',
    );
    served.set('/e/1.json', '[{"id": 1}, {"id": 11}]');
    served.set('/e/3.json', '[{"id": 3}]');
    expect((await build()).asked).toEqual(['GET /e/3.json']);
    expect(await plan()).toBe('all 3 parts not asked for (fetch: missing)');
    expect(await build()).toEqual({ asked: [], status: 'reused', version: undefined });
    expect(await states()).toEqual({ 1: 'complete', 2: 'complete', 3: 'complete' });
    matches(1, 2, 3, 4);
    served.set('/e/4.json', '[{"id": 4}]');
    expect((await build()).asked).toEqual(['GET /e/4.json']);
  });

  it('all: everything is fetched whatever the validators say, and equal bytes are no new load', async () => {
    rewrite('all');
    expect(await plan()).toBe('4 of 4 parts: fetched whatever the portal says of it (fetch: all)');
    expect((await build()).asked).toEqual([1, 2, 3, 4].map((id) => `GET /e/${id}.json`));
    expect(await lake.query('select count(*) as n from silver.events').toArray()).toEqual([{ n: 5 }]);
    expect(await build()).toMatchObject({
      asked: expect.objectContaining({ length: 4 }),
      status: 'unchanged',
    });
  });

  it('stale_after: a part is asked about again once that time has passed since it was asked about, changed or not', async () => {
    rewrite('{stale_after: 7 days}');
    expect((await build()).asked).toHaveLength(4);
    expect(await plan()).toBe('all 4 parts not asked for (fetch: {stale_after: 7 days})');
    expect(await build()).toEqual({ asked: [], status: 'reused', version: undefined });
    for await (const { metadata } of lake.datasets({ dataset: 'events' }))
      expect(metadata.checkedAt).toBeInstanceOf(Date);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 86_400_000 });
    try {
      expect(await plan()).toBe('4 of 4 parts: asked whether it changed');
      expect((await build()).asked).toHaveLength(4);
      expect((await build()).asked).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('--full-refresh asks for everything, whatever the policy', async () => {
    rewrite('missing');
    requests = [];
    await lake.build({ fullRefresh: true, select: 'events' });
    expect(requests.sort()).toEqual([1, 2, 3, 4].map((id) => `GET /e/${id}.json`));
  });

  it('a cursor or a sweep that could have no effect is a mistake where it stands', async () => {
    const broken = tempProject({
      'project.yml': `name: x\nversion: 1\nportals: {soda: {type: socrata, url: 'https://data.example.org'}}\ndatasets: {+fetch: missing}\n`,
      'profiles.yml':
        'x:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
      'datasets/a.yml':
        "dataset: a\nportal: soda\nsource: {id: abcd-1234}\nload: {mode: upsert, cursor: ':updated_at'}\nkey: [id]\nfields: {id: integer}\n",
      'datasets/b.yml': 'dataset: b\nportal: soda\nsource: {id: abcd-1235}\nload: {fetch: sometimes}\n',
    });
    const mistakes = await openProject(broken.root).catch((error) => (error as ProjectError).diagnostics);
    broken.remove();
    expect(mistakes).toMatchObject([
      {
        code: 'LK1020',
        message: '"cursor" has no effect with `fetch: missing`',
        at: { file: 'datasets/a.yml', line: 4, col: 22 },
      },
      {
        expected: expect.stringContaining('missing, changed, all, or {stale_after: 7 days}'),
        at: { file: 'datasets/b.yml', line: 4 },
      },
    ]);
  });
});

describe('by a function', () => {
  it('is asked for each part before its portal is, with what is stored of it; false leaves it, undefined is for the manifest', async () => {
    rewrite('missing');
    const seen: unknown[] = [];
    const { asked } = await build((part, stored) => {
      if (part.dataset !== 'events') return undefined;
      seen.push([part.identifier['match_id'], stored?.rows, stored?.loadedAt instanceof Date]);
      return part.identifier['match_id'] === '1' ? 'all' : part.identifier['match_id'] === '2';
    });
    expect(asked).toEqual(['GET /e/1.json', 'GET /e/2.json if changed']);
    expect(seen).toEqual([
      ['1', 2, true],
      ['2', 1, true],
      ['3', 1, true],
      ['4', 1, true],
    ]);
  });

  it('what it leaves before it was ever loaded is scheduled, and loaded once nothing leaves it', async () => {
    matches(1, 2, 3, 4, 5);
    served.set('/e/5.json', '[{"id": 5}]');
    expect((await build((part) => part.dataset === 'matches')).asked).toEqual([]);
    expect(await states()).toMatchObject({ 4: 'complete', 5: 'scheduled' });
    expect((await build((part) => part.dataset === 'matches')).status).toBe('reused');
    expect((await build()).asked).toEqual(['GET /e/5.json']);
    expect(await states()).toMatchObject({ 5: 'complete' });
  });

  it('what it throws is the failure of that dataset alone', async () => {
    const result = await lake.build({
      fetchPolicy({ dataset }) {
        if (dataset === 'events') throw new Error('no rule for this');
        return undefined;
      },
    });
    expect(result).toMatchObject({ exitCode: 1 });
    const status = Object.fromEntries(result.nodes.map(({ id, status: one }) => [id, one]));
    expect(status).toMatchObject({ 'bronze.events': 'error', 'silver.matches': 'reused' });
    expect(result.nodes.find(({ id }) => id === 'bronze.events')!.error).toMatchObject({
      code: 'LK7052',
      message: expect.stringMatching(/^the program's fetchPolicy failed for .+ of events: no rule for this$/),
    });
  });

  it.each([['stale'], [null], [0]])(
    'an answer that is none, %j, is told and nothing is fetched by it',
    async (answer) => {
      requests = [];
      const result = await lake.build({
        fetchPolicy: ({ dataset }) => (dataset === 'events' ? (answer as unknown as 'all') : undefined),
      });
      expect(result.nodes.find(({ id }) => id === 'bronze.events')!.error).toMatchObject({
        code: 'LK7052',
        message: expect.stringContaining(
          `fetchPolicy answers ${answer === 'stale' ? "'stale'" : answer} for `,
        ),
        hint: expect.stringContaining("'missing', 'changed', 'all'"),
      });
      expect(requests).toEqual([]);
    },
  );
});
