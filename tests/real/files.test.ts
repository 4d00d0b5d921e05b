/** No recorded file of Toronto, New York, Los Angeles and StatsBomb lies idle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FILES, FOLDERS, NOT_DATA } from './files.js';
import { DATA } from './real-project.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '../..');
const glob = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+]/g, '\\$&'))
      .join('.*')}$`,
  );

const recorded = readdirSync(DATA)
  .filter((folder) => FOLDERS.test(folder))
  .flatMap((folder) => readdirSync(join(DATA, folder)).map((file) => `${folder}/${file}`));

test('every file is served, or there is a reason why it is not data', () => {
  const portal = readFileSync(join(HERE, 'portal.yml'), 'utf8');
  const listed = FILES.map(({ file }) => glob(file));
  const reasons = Object.keys(NOT_DATA).map(glob);
  const idle = recorded.filter((file) => {
    if (reasons.some((reason) => reason.test(file))) return false;
    return listed.filter((pattern) => pattern.test(file)).length !== 1 || !portal.includes(file);
  });
  expect(idle).toEqual([]);
});

test('every line of the table is about files that are there, a dataset that is there and a test that is there', () => {
  const datasets = new Set(
    ['datasets', 'tests/real/datasets'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => /(\w+)\.yml$/.exec(name)?.[1] ?? '',
      ),
    ),
  );
  const tests = readdirSync(HERE)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(HERE, name), 'utf8').matchAll(/\btest\(\s*'([^']+)'/g)])
    .map(([, title]) => title!);
  for (const { file, dataset, test: title } of FILES) {
    expect(recorded.filter((name) => glob(file).test(name)).length, file).toBeGreaterThan(0);
    if (!dataset.startsWith('none: ')) expect(datasets.has(dataset), dataset).toBe(true);
    expect(tests.filter((one) => one.startsWith(title)).length, title).toBe(1);
  }
});
