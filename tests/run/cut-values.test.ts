/** CSV that ends inside of its last value: as many rows as the whole file, and only the missing line end tells. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { type Served, serve } from '../fetch/serve.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject } from './support/city.js';

const trees = (more: number) =>
  `id,height\n${Array.from({ length: 5 }, (_, n) => `${n},${100 + n + more}\n`).join('')}`;
const cut = (text: string) => text.slice(0, -2);
const bare = (text: string) => text.slice(0, -1);

/** File → its text by day and by how often it was asked for on that day; the last one stays. */
const FILES: Record<string, readonly (readonly string[])[]> = {
  // Ends with a line end on the first day, and inside of its last value from then on.
  cut_for_good: [[trees(0)], [cut(trees(10))], [cut(trees(10))]],
  cut_once: [[trees(0)], [cut(trees(10)), trees(10)]],
  // Written without the last line end as ever.
  bare: [[bare(trees(0))], [bare(trees(10))]],
  // The same, of a server that tells how long it is.
  framed: [[trees(0)], [bare(trees(10))]],
};
const NAMES = [...Object.keys(FILES), 'paged'];

let day = 1;
let site: Served;
let project: TempProject;
let day1: Built;
let day2: Built;
beforeAll(async () => {
  const asked = new Map<string, number>();
  site = await serve((request, response) => {
    const url = new URL(request.url!, 'http://x');
    const name = url.pathname.slice(1);
    const turn = asked.get(`${name} ${day}`) ?? 0;
    asked.set(`${name} ${day}`, turn + 1);
    if (name === 'paged') {
      // Two rows a page; the second of the three ends inside of its last value.
      const offset = Number(url.searchParams.get('offset'));
      const rows = [0, 1, 2, 3, 4].slice(offset, offset + 2).map((n) => `${n},${100 + n}\n`);
      const text = `id,height\n${rows.join('')}`;
      response.writeHead(200, { 'content-type': 'text/csv' }).write(offset === 2 ? cut(text) : text);
      return response.end();
    }
    const days = FILES[name]!;
    const answers = days[Math.min(day, days.length) - 1]!;
    const text = answers[Math.min(turn, answers.length - 1)]!;
    const length = name === 'framed' ? { 'content-length': String(Buffer.byteLength(text)) } : {};
    response.writeHead(200, { 'content-type': 'text/csv', ...length });
    response.write(text);
    return response.end();
  });
  const pages = ', pages: {type: offset, size: 2}';
  project = tempProject({
    'project.yml': `name: cut\nprofile: cut\nportals: {site: {type: http, url: '${site.origin}'}}\n`,
    'profiles.yml': 'cut: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
    ...Object.fromEntries(
      NAMES.map((name) => [
        `datasets/${name}.yml`,
        `dataset: ${name}\nportal: site\nsource: {url: ${name}${name === 'paged' ? pages : ''}}\nkey: [id]\nfields: {id: integer, height: integer}\n`,
      ]),
    ),
  });
  day1 = await buildProject(project.root, { exit: 1 });
  day = 2;
  day2 = await buildProject(project.root, { exit: 1 });
});
afterAll(async () => {
  project.remove();
  await site.close();
});

const versionOf = async (name: string) =>
  (await (await openLake({ type: 'local', path: 'lake' }, project.root)).head(`bronze.${name}`))?.version;

describe('a file that ends without a line end', () => {
  test('F4: where the load before ended with one it is asked for twice, then refused; what was published stays', async () => {
    expect(day2.node('bronze.cut_for_good').error).toMatchObject({
      code: 'LK4015',
      message: expect.stringMatching(
        /^cut_for_good \(.*\): the last row has no line end, and the load before ended with one: its last value may be cut off$/,
      ),
      hint: expect.stringContaining(
        '`--accept cut_for_good:unfinished`; the last good version stays published',
      ),
    });
    expect(day2.statuses['silver.cut_for_good']).toBe('skipped');
    expect(await versionOf('cut_for_good')).toBe(0);
    expect(site.seen.filter(({ path }) => path === '/cut_for_good')).toHaveLength(3);
  });

  test('F4: one that was cut once is whole at the second try', async () => {
    expect(day2.node('bronze.cut_once')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining('the last row has no line end'),
    });
    expect(await versionOf('cut_once')).toBe(1);
  });

  test('F4: a page that ends so among others that do not is refused, at a first load too', () => {
    expect(day1.node('bronze.paged').error).toMatchObject({
      code: 'LK4015',
      message: expect.stringContaining('its other pages end with one'),
      hint: expect.stringContaining('nothing of paged is published yet'),
    });
  });

  test('F4: where nothing tells whether it is whole, a note says so, once', () => {
    expect(day1.node('bronze.bare')).toMatchObject({
      status: 'success',
      notes: [
        expect.stringMatching(/the portal told no length: whether the last value is whole cannot be seen$/),
      ],
    });
    expect(day2.node('bronze.bare')).toMatchObject({ status: 'success' });
    expect(day2.node('bronze.bare').notes ?? []).toEqual([]);
  });

  test('one whose length the server told is whole', () => {
    expect(day2.node('bronze.framed')).toMatchObject({ status: 'success' });
    expect(day2.node('bronze.framed').notes ?? []).toEqual([]);
  });

  test('--accept takes it, and it is not asked about again', async () => {
    day = 3;
    const accept = ['cut_for_good:unfinished'];
    await buildProject(project.root, { select: ['cut_for_good'], accept });
    expect(await versionOf('cut_for_good')).toBe(1);
    const again = await buildProject(project.root, { select: ['cut_for_good'] });
    expect(again.statuses['bronze.cut_for_good']).toBe('unchanged');
  });
});
