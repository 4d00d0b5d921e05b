/** What is asked for on the command line and cannot be: each mistake has its code, and says what to type instead. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject, tempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(async () => {
  city = smallCity({
    'project.yml': `${SMALL_CITY['project.yml']}vars: {place: here}\n`,
    'profiles.yml': `${SMALL_CITY['profiles.yml']}    other: {type: duckdb, portal: portal, lake: {type: local, path: other}}\n`,
  });
  await runLake(city.root, ['build', 'parks', '-q']);
});
afterAll(() => city.remove());

describe('what dbt has under another name is told with what to type', () => {
  it.each<[words: string, next: string]>([
    ['source freshness', '`lake freshness`'],
    ['docs generate', '`lake show'],
    ['debug', '`lake plan`'],
    ['deps', 'nothing to install'],
    ['init my_shop', 'project.yml'],
    ['parse', '`lake compile`'],
    ['run-operation grant_all', '`lake query'],
    ['clean', 'target/ can be deleted'],
    ['build -m parks', '--select'],
    ['run --models parks+', '--select'],
    ['build --defer --state prod', '`lake build` builds what is new or changed'],
    ['test --indirect-selection=eager', 'test_name:'],
    ['run --event-time-start 2026-01-01', '--since'],
  ])('lake %s', async (words, next) => {
    const { exitCode, stderr } = await runLake(city.root, words.split(' '));
    expect(stderr).toContain('LK7011 unknown');
    expect(stderr.split('hint: ')[1]).toContain(next);
    expect(exitCode).toBe(2);
  });
});

describe('a mistake on the command line', () => {
  it.each<[code: string, words: string, next: RegExp]>([
    ['LK4030', 'drift nowhere', /lake ls|Did you mean|datasets? (is|are)|there (is|are)/],
    ['LK4031', 'diff parks --to 20200101T000000Z-0000', /its newest loads are/],
    ['LK4032', 'diff trees', /lake build --select trees/],
    ['LK4032', 'diff parks', /build again when the portal has something new/],
    ['LK7002', 'ls --vars 5', /--vars '\{name: value\}'/],
    ['LK7003', 'portal', /lake portal --sample/],
    ['LK7004', 'build --select test_type:data', /--select/],
    ['LK7006', 'build parks --exclude parks+ +parks', /lake ls/],
    ['LK7009', 'retry --target other', /lake retry --target dev/],
    ['LK7021', 'build parks --since 2026-01-01', /--full-refresh/],
  ])('%s: lake %s', async (code, words, next) => {
    const { exitCode, stdout, stderr } = await runLake(city.root, words.split(' '));
    const told = (stdout + stderr).replace(/\s+/g, ' ');
    expect(told).toContain(code);
    expect(told).toMatch(next);
    expect(exitCode).not.toBe(0);
  });
});

it('a folder of dbt is told to rename its dbt_project.yml', async () => {
  const folder = tempProject({ 'dbt_project.yml': 'name: shop\n' });
  const { exitCode, stderr } = await runLake(folder.root, ['build']);
  folder.remove();
  expect(stderr).toContain('LK7001');
  expect(stderr).toContain('rename dbt_project.yml to project.yml');
  expect(exitCode).toBe(2);
});
