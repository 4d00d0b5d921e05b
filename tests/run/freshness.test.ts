/** `lake freshness`: how old the data is, by whichever date the manifest names. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAndCompile } from '../../src/api/load-and-compile.js';
import { selectNodes } from '../../src/compile/select/index.js';
import { milliseconds } from '../../src/quality/freshness.js';
import { judgeAll } from '../../src/run/freshness.js';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';

const AT = '2026-10-01T10:00:00Z';
const dataset = (name: string, source: string, of: string) => `dataset: ${name}
${source}
key: [id]
fields: {id: integer, seen: date}
freshness: {warn_after: 10 days, error_after: 30 days${of}}
`;
const ckan = (name: string) => `portal: ckan\nsource: {package: ${name}}`;
const table = {
  columns: { ID: 'text', SEEN: 'text' },
  rows: [
    { ID: '1', SEEN: '2026-08-30' },
    { ID: '2', SEEN: '2026-09-27' },
  ],
  at: AT,
};

let project: City;
beforeAll(async () => {
  project = city(
    {
      'datasets/dated.yml': dataset('dated', ckan('dated'), ''),
      'datasets/seen.yml': dataset('seen', ckan('seen'), ', of: seen'),
      'datasets/loaded.yml': dataset('loaded', ckan('loaded'), ', of: loaded'),
      'datasets/file.yml': dataset('file', 'portal: files\nsource: {url: /file.csv}', ''),
      'datasets/unlimited.yml': 'dataset: unlimited\nportal: files\nsource: {url: /file.csv}\n',
    },
    { ckan: { dated: table, seen: table, loaded: table }, files: { 'file.csv': 'ID,SEEN\n1,2026-09-01\n' } },
  );
  await project.build();
});
afterAll(() => project.remove());

/** So many days after the portal's own date: dataset → its status. */
async function judged(days: number): Promise<Record<string, string>> {
  const opened = await loadAndCompile(project.root);
  const now = Date.parse(AT) + milliseconds({ count: days, unit: 'day' });
  const all = await judgeAll({
    ...opened,
    target: opened.project.target,
    selected: selectNodes(opened.graph, {}),
    now,
  });
  return Object.fromEntries(all.map((one) => [one.dataset, one.status]));
}

describe('freshness', () => {
  test('F35: data that is older than warn_after and error_after, by the portal’s date or by the greatest value of a field', async () => {
    expect(await judged(5)).toMatchObject({ dated: 'pass', seen: 'pass' });
    // The newest sighting is four days older than the portal's date.
    expect(await judged(7)).toMatchObject({ dated: 'pass', seen: 'warn' });
    expect(await judged(29)).toMatchObject({ dated: 'warn', seen: 'error' });
    expect(await judged(31)).toMatchObject({ dated: 'error', seen: 'error' });
  });

  test('F35: a file that is the same for 30 days, though its server tells no date, is as old as its last change', async () => {
    const opened = await loadAndCompile(project.root);
    const target = opened.project.target;
    const selected = selectNodes(opened.graph, { select: ['file', 'loaded'] });
    const later = Date.now() + milliseconds({ count: 31, unit: 'day' });
    const rows = await judgeAll({ ...opened, target, selected, now: later });
    expect(rows).toMatchObject([
      { dataset: 'file', status: 'error', note: 'the portal tells no date; its data last changed then' },
      { dataset: 'loaded', status: 'error', of: 'loaded', ageDays: 31 },
    ]);
    // A build that finds the same bytes is no change.
    await project.build({ select: ['file'], fullRefresh: true });
    expect((await judgeAll({ ...opened, target, selected, now: later }))[0]!.at).toBe(rows[0]!.at);
  });

  test('what a local portal serves is judged by its day, however long ago that was; a load by the clock', async () => {
    const row = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await runLake(project.root, [
        'freshness',
        ...args,
        '--output',
        'json',
      ]);
      const rows = JSON.parse(stdout) as Record<string, unknown>[];
      return { exitCode, stderr, row: Object.fromEntries(rows.map((one) => [one['dataset'], one])) };
    };
    const { exitCode, stderr, row: rows } = await row();
    expect([exitCode, Object.keys(rows)]).toEqual([0, ['dated', 'file', 'loaded', 'seen']]);
    expect(rows['dated']).toMatchObject({
      status: 'pass',
      of: 'portal',
      age_days: 0,
      error_after: '30 days',
    });
    expect(rows['seen']).toMatchObject({ age_days: 4.4 });
    expect(rows['loaded']).toMatchObject({ status: 'pass', age_days: 0 });
    expect(stderr).toContain(
      'Ages are counted to 2026-10-01T10:00:00.000Z, the newest date of the local portal.',
    );

    // Another table of the portal moved on, and this one did not: exit code 1.
    project.serve({
      ckan: { dated: table, seen: table, loaded: { ...table, at: '2026-11-10T10:00:00Z' } },
      files: { 'file.csv': 'ID,SEEN\n1,2026-09-01\n' },
    });
    const later = await row('--select', 'dated');
    expect([later.exitCode, later.row['dated']]).toMatchObject([1, { status: 'error', age_days: 40 }]);
  });

  test('--day is refused where no local portal would look at it', async () => {
    project.write({
      'profiles.yml': `${project.read('profiles.yml')}    real: {type: duckdb, lake: {type: local, path: lake}}\n`,
    });
    const { exitCode, stderr } = await runLake(project.root, ['freshness', '--day', '2', '--target', 'real']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('LK7008 --day is for local portals')]);
  });
});
