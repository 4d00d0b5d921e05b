/** The programs in examples/code, each as a process of its own, one after the other on one project. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copySampleProject } from '../support/sample-project.js';

const examples = fileURLToPath(new URL('../../examples/code/', import.meta.url));
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lake-code-'));
  copySampleProject(root);
  writeFileSync(
    join(root, 'profiles.yml'),
    'lake:\n  target: sample\n  outputs:\n    sample: {type: duckdb, portal: sample, lake: {type: local, path: lake}}\n',
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = async (name: string, ...words: string[]) =>
  (await execa('node', [join(examples, name), root, ...words])).stdout;

it('build-and-read.js builds a model with all that it reads, and prints its rows', async () => {
  const lines = (await run('build-and-read.js')).split('\n');
  expect(lines).toContainEqual(expect.stringMatching(/^gold\.statsbomb_shots_by_player: success, \d+ rows$/));
  expect(lines.slice(-3)).toEqual(
    Array(3).fill(expect.stringMatching(/^.+ \(.+\): \d goals of [\d.]+ expected$/)),
  );
});

it('stored-items.js writes a file for each stored item', async () => {
  const folder = join(root, 'season');
  const lines = (await run('stored-items.js', folder)).split('\n');
  const files = readdirSync(folder);
  expect(files).toHaveLength(lines.length);
  expect(files).toContain('matches-11-90.csv');
  const events = files.find((name) => name.startsWith('events-'))!;
  const [, rows] = /: (\d+) rows/.exec(lines.find((line) => line.startsWith(events))!)!;
  expect(readFileSync(join(folder, events), 'utf8').trimEnd().split('\n')).toHaveLength(Number(rows) + 1);
});

it('fetch-policy.js leaves all matches but those of one team', async () => {
  const said = await run('fetch-policy.js');
  const [, left, all] = /; (\d) of (\d) parts not asked for \(fetchPolicy\)/.exec(said) ?? [];
  expect(said).toContain(`requests for ${Number(all) - Number(left)} matches of Norvale Athletic`);
});

it('chart.js draws a circle for each shot', async () => {
  const svg = await run('chart.js');
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
  expect(svg.match(/<circle /g)!.length).toBeGreaterThan(10);
});

it('the list in the folder is complete', () => {
  const text = readFileSync(join(examples, 'README.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `([\w-]+\.js)`/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(
    readdirSync(examples)
      .filter((name) => name.endsWith('.js'))
      .sort(),
  );
});
