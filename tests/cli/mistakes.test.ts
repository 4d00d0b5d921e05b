/** What is asked for on the command line and cannot be: each mistake has its code, and says what to type instead. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(async () => {
  city = smallCity({
    'project.yml': `${SMALL_CITY['project.yml']}vars: {place: here}\n`,
    'profiles.yml': `${SMALL_CITY['profiles.yml']}    other: {type: duckdb, portal: portal, lake: {type: local, path: other}}\n`,
  });
  await runLake(city.root, ['build', 'parks', '-q']);
});
afterAll(() => city.remove());

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
