import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compiledTestPath, writeCompiled } from '../../src/compile/write-compiled.js';
import type { Project } from '../../src/project/types.js';
import { at, dataset, field, graphOf, model, singular, test } from './build-project.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lake-compiled-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const parts: Partial<Project> = {
  datasets: [
    dataset('a', [
      'id',
      field('weird ü/"name', { tests: [test('not_null', {}, { at: at('datasets/city/a.yml', 5, 40) })] }),
    ]),
  ],
  models: [model('x', "select id from {{ref 'a'}}")],
  singularTests: [singular('no_x', "select * from {{ref 'x'}}")],
};
const files = () =>
  (readdirSync(join(root, 'target/compiled'), { recursive: true }) as string[])
    .filter((f) => f.endsWith('.sql'))
    .sort();

it('writes a file for each node and test, with where it came from', async () => {
  const { written, removed } = writeCompiled(await graphOf(parts), root);
  expect(files()).toEqual([
    'gold/x.sql',
    'silver/a.sql',
    'tests/no_x.sql',
    expect.stringMatching(/^tests\/not_null\.silver\.a\.weird\.ü\.name-[0-9a-f]{6}\.sql$/),
  ]);
  expect(written).toEqual(files().map((file) => `target/compiled/${file}`));
  expect(removed).toEqual([]);
  expect(readFileSync(join(root, 'target/compiled/gold/x.sql'), 'utf8')).toBe(
    '-- compiled by lake from models/gold/x.sql; edits here are lost\nselect id from "silver"."a"\n',
  );
  expect(readFileSync(join(root, written[3]!), 'utf8')).toMatch(
    /^-- compiled by lake from datasets\/city\/a\.yml:5;/,
  );
});

it('leaves unchanged files alone, removes those of nodes that are gone, and nothing else', async () => {
  writeCompiled(await graphOf(parts), root);
  const silver = join(root, 'target/compiled/silver/a.sql');
  utimesSync(silver, 1, 1);
  writeFileSync(join(root, 'target/compiled/notes.txt'), 'mine');
  const next = { ...parts, models: [model('y', "select id from {{ref 'a'}}")], singularTests: [] };
  expect(writeCompiled(await graphOf(next), root)).toEqual({
    written: ['target/compiled/gold/y.sql'],
    removed: ['target/compiled/gold/x.sql', 'target/compiled/tests/no_x.sql'],
  });
  expect(statSync(silver).mtimeMs).toBe(1000);
  expect(existsSync(join(root, 'target/compiled/notes.txt'))).toBe(true);

  writeCompiled(await graphOf({ datasets: [dataset('a')] }), root);
  expect(readdirSync(join(root, 'target/compiled')).sort()).toEqual(['notes.txt', 'silver']);
  expect(writeCompiled(await graphOf({ datasets: [dataset('a')] }), root)).toEqual({
    written: [],
    removed: [],
  });
});

it('ids that differ only in what a file name cannot hold have files of their own', () => {
  const path = (id: string) => compiledTestPath({ kind: 'generic', id });
  expect(path('unique(gold.x.a)')).toBe('target/compiled/tests/unique.gold.x.a.sql');
  expect(path('unique(gold.x.a b)')).not.toBe(path('unique(gold.x.a/b)'));
  expect(path('unique(gold.x.../../../etc)')).not.toContain('..');
  expect(path(`unique(gold.x.${'a'.repeat(300)})`).length).toBeLessThan(200);
});

it('a folder that cannot be written is one plain error', async () => {
  writeFileSync(join(root, 'target'), 'a file');
  const graph = await graphOf(parts);
  expect(() => writeCompiled(graph, root)).toThrow(
    expect.objectContaining({
      code: 'LK2070',
      message: 'compiled SQL cannot be written to target/compiled (ENOTDIR)',
      hint: 'Check that target/ is a folder that may be written, and that the disk has room',
    }),
  );
});
