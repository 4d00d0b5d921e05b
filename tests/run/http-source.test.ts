/** An HTTP API with pages and credentials, read by a whole build over real connections. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAndCompile } from '../../src/api/load-and-compile.js';
import { paints } from '../../src/cli/progress/paint.js';
import { summary } from '../../src/cli/progress/summary.js';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { type Served, serve } from '../fetch/serve.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject } from './support/city.js';

const CANARY = 'c4n4ry-of-the-api';
const BASIC = Buffer.from(`me:${CANARY}-basic`).toString('base64');

/** Bodies without a row. */
const EMPTY: Readonly<Record<string, string>> = {
  'zero.csv': '',
  'header.csv': 'id,name\n',
  'list.json': '[]',
  'features.json': '{"type":"FeatureCollection","features":[]}',
};

/** What the server saw of credentials, by dataset. */
const seen = new Map<string, Set<string>>();
/** How often each path was asked for. */
const asked = new Map<string, number>();

/** Sixty rows under `/<dataset>`, ten a page. */
function answer(origin: () => string, other: () => string): Parameters<typeof serve>[0] {
  return (request, response) => {
    const url = new URL(request.url!, origin());
    const name = url.pathname.slice(1);
    const turn = asked.get(name) ?? 0;
    asked.set(name, turn + 1);
    const sent = [
      request.headers.authorization,
      request.headers['x-key'],
      url.searchParams.get('key'),
    ].filter(Boolean);
    seen.set(name, new Set([...(seen.get(name) ?? []), sent.join(' ')]));
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const rows = Array.from({ length: Math.max(0, Math.min(10, 60 - offset)) }, (_, i) => ({
      id: offset + i,
    }));
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (name === 'moved')
      return response.writeHead(302, { location: `${other()}/elsewhere?key=${CANARY}-query` }).end();
    if (name === 'denied')
      return response
        .writeHead(403, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: `no access with ${url.searchParams.get('key')}` }));
    if (EMPTY[name] !== undefined) return response.end(EMPTY[name]);
    // Page 3 was asked for when a row had come in at the front, and one had gone at the end.
    const moves = name.startsWith('moving') && offset === 20 && (turn < 6 || !name.endsWith('_once'));
    if (moves) rows.splice(0, 10, { id: 19 }, ...rows.slice(0, 9));
    if (name.startsWith('moving')) return json({ rows, total: 60 });
    if (name === 'lying') return json({ rows, total: 61 });
    if (name === 'lying_once') return json({ rows, total: turn < 3 ? 61 : 60 });
    if (name === 'cut_once' && turn === 1) return response.end('{"rows":[{"id":10},{"id"');
    // The portal repeats what it was sent, secrets included.
    const more = new URLSearchParams(url.searchParams);
    more.set('offset', String(offset + 10));
    return json({ rows, total: 60, next: offset + 10 < 60 ? `/${name}?${more}` : null });
  };
}

let api: Served;
let other: Served;
let project: TempProject;
let built: Built;
beforeAll(async () => {
  other = await serve(
    answer(
      () => 'http://x',
      () => '',
    ),
  );
  api = await serve(
    answer(
      () => api.origin,
      () => other.origin,
    ),
  );
  const manifest = (name: string, source: string, key = '[id]') => ({
    [`datasets/${name}.yml`]: `dataset: ${name}
portal: api
source: {url: ${name}, records: rows, ${source}}
key: ${key}
fields: {id: integer}
`,
  });
  const empty = (path: string, allowed: boolean) => {
    const name = `${path.replace('.', '_')}${allowed ? '_allowed' : ''}`;
    return {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: api
source: {url: ${path}${path === 'features.json' ? ', records: features' : ''}}
key: [id]
fields: {id: integer}
${allowed ? 'guards: {allow_empty: true}\n' : ''}`,
    };
  };
  const offset = 'pages: {type: offset, size: 10, total: total}';
  project = tempProject({
    'project.yml': `name: api
profile: api
portals:
  api: {type: http, url: '${api.origin}', headers: {X-Key: "{{env 'API_KEY'}}"}}
allowed_hosts: ['${new URL(other.origin).host}']
`,
    'profiles.yml': 'api: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
    ...manifest(
      'linked',
      `pages: {type: next_link}, auth: {type: query, name: key, value: "{{env 'API_KEY'}}-query"}`,
    ),
    ...manifest('counted', `${offset}, auth: {type: bearer, token: "{{env 'API_KEY'}}-bearer"}`),
    ...manifest('basic', `${offset}, auth: {type: basic, username: me, password: "{{env 'API_KEY'}}-basic"}`),
    ...manifest('moved', `${offset}, auth: {type: bearer, token: "{{env 'API_KEY'}}-bearer"}`),
    ...manifest('denied', `auth: {type: query, name: key, value: "{{env 'API_KEY'}}-query"}`),
    ...manifest('moving', offset),
    ...manifest('moving_once', offset),
    ...manifest('moving_bag', offset, 'none'),
    ...manifest('moving_bag_once', offset, 'none'),
    ...manifest('lying', offset),
    ...manifest('lying_once', offset),
    ...manifest('cut_once', offset),
    ...Object.assign({}, ...Object.keys(EMPTY).flatMap((path) => [empty(path, false), empty(path, true)])),
  });
  process.env['API_KEY'] = CANARY;
  built = await buildProject(project.root, { exit: 1 });
});
afterAll(async () => {
  delete process.env['API_KEY'];
  project.remove();
  await Promise.all([api.close(), other.close()]);
});

const rowsOf = async (name: string) =>
  (await (await openLake({ type: 'local', path: 'lake' }, project.root)).head(`silver.${name}`))?.state.rows;

describe('pages', () => {
  test.each(['linked', 'counted', 'basic'])('%s: every row lands', async (name) => {
    expect(built.statuses[`silver.${name}`]).toBe('success');
    expect(await rowsOf(name)).toBe(60);
  });

  test('F15: a load whose rows no count of the portal confirms is recorded as such, and told', async () => {
    expect(built.node('bronze.linked').uncounted).toBe(true);
    expect(built.node('bronze.counted').uncounted).toBeUndefined();
    const lake = await openLake({ type: 'local', path: 'lake' }, project.root);
    const recordOf = async (name: string) => (await lake.head(`bronze.${name}`))?.state.load?.counted;
    expect([await recordOf('linked'), await recordOf('counted')]).toEqual([false, true]);
    const told = await summary(built, await loadAndCompile(project.root), paints(false), {
      flags: ' --target dev',
      day: '',
    });
    expect(told).toContain(
      '5 datasets have no count at their portal: nothing confirms that they are whole; lake query "from meta.loads where not counted" --target dev',
    );
  });

  test('F15: a total that lies fails the load, after a second and slower try', async () => {
    expect(built.node('bronze.lying').error).toMatchObject({
      code: 'LK4001',
      message: expect.stringMatching(/the portal counts 61 rows, 60 rows came$/),
      hint: expect.stringContaining('--accept lying:count'),
    });
    // At once the first time; the second time one after the other, until the empty ones are too many.
    expect(asked.get('lying')).toBeGreaterThan(7);
  });

  test('F15: a total that was wrong for a moment is put right by the second try', async () => {
    expect(built.node('bronze.lying_once').status).toBe('success');
    expect(await rowsOf('lying_once')).toBe(60);
  });

  test('F11, F12: a row that two pages deliver, while another is lost, fails the load though the number fits', async () => {
    expect(built.node('bronze.moving').error).toMatchObject({
      code: 'LK4001',
      message: expect.stringMatching(/two pages deliver the same row: the table moved while it was read/),
    });
    expect(asked.get('moving')).toBe(12);
    expect(await rowsOf('moving')).toBeUndefined();
  });

  test('F11, F12: rows that moved from one page to another are put right by a second and slower reading', async () => {
    for (const name of ['moving_once', 'moving_bag_once']) {
      expect(built.node(`bronze.${name}`)).toMatchObject({
        status: 'success',
        reason: expect.stringContaining('two pages deliver the same row'),
      });
      expect(built.node(`bronze.${name}`).notes).toBeUndefined();
      expect(await rowsOf(name)).toBe(60);
    }
  });

  test('F11, F12: without a key, rows that are equal on two pages in both readings land with a note', async () => {
    expect(built.node('bronze.moving_bag')).toMatchObject({
      status: 'success',
      notes: [expect.stringContaining('1 row came on two pages, in a second reading too')],
    });
    expect(await rowsOf('moving_bag')).toBe(60);
  });

  test('F9: a page that ended early without an error of HTTP is asked for again, from the start', async () => {
    expect(built.node('bronze.cut_once')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining('ends in the middle'),
    });
    expect(await rowsOf('cut_once')).toBe(60);
  });
});

describe('empty files', () => {
  test.each(Object.keys(EMPTY))(
    'B1: an empty file (%s) must not become a table without rows, unless `allow_empty` says so',
    async (path) => {
      const name = path.replace('.', '_');
      expect(built.node(`bronze.${name}`).error).toMatchObject({
        code: 'LK4002',
        message: expect.stringMatching(/the portal delivered no rows$/),
      });
      expect(built.statuses[`silver.${name}_allowed`]).toBe('success');
      expect(await rowsOf(`${name}_allowed`)).toBe(0);
    },
  );
});

describe('credentials', () => {
  test('go along in the way that the manifest says, the portal’s and the dataset’s together', () => {
    expect([...seen.get('linked')!]).toEqual([`${CANARY} ${CANARY}-query`]);
    expect([...seen.get('counted')!]).toEqual([`Bearer ${CANARY}-bearer ${CANARY}`]);
    expect([...seen.get('basic')!]).toEqual([`Basic ${BASIC} ${CANARY}`]);
    expect([...seen.get('lying')!]).toEqual([CANARY]);
  });

  test('B23: credentials stay behind where the portal sends us to another host', () => {
    // What the portal itself put into the address is its own affair.
    expect([...seen.get('elsewhere')!]).toEqual([`${CANARY}-query`]);
  });

  test('where they are refused, the place where the user wrote them is named', () => {
    expect(built.node('bronze.denied').error).toMatchObject({
      code: 'LK3104',
      hint: 'It was sent with what stands as `headers:` of the portal api in project.yml, and as `auth:` in datasets/denied.yml: check it there',
    });
  });

  test('B24: secrets stand in no file, event or message, though the portal repeats them in links and errors', () => {
    expect(built.node('bronze.denied').error!.message).toContain('no access with ***');
    const files = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? files(path) : [path];
      });
    const written = ['lake', 'target'].flatMap((folder) => files(join(project.root, folder)));
    expect(written.length).toBeGreaterThan(10);
    for (const path of written) {
      const text = readFileSync(path, 'latin1');
      expect([path, text.includes(CANARY), text.includes(BASIC)]).toEqual([path, false, false]);
    }
    expect(JSON.stringify([built.nodes, built.events])).not.toContain(CANARY);
  });
});
