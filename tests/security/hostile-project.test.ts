/** Project files that lead astray: names, links, YAML that explodes. Each is a mistake with its place, and nothing is written. */
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAndCompile } from '../../src/api/load-and-compile.js';
import { ProjectError } from '../../src/index.js';
import { type Files, smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

/** `CODE file:line message` of every mistake. */
async function mistakes(files: Files, more: (root: string) => void = () => {}): Promise<string[]> {
  project = smallCity(files);
  more(project.root);
  try {
    await loadAndCompile(project.root);
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.diagnostics.map(({ code, at, message }) => `${code} ${at?.file}:${at?.line} ${message}`);
  }
  return [];
}

const dataset = (name: string) =>
  `dataset: ${JSON.stringify(name)}\nportal: trees\nsource: {id: tree-0001}\nkey: none\n`;

describe('names of datasets', () => {
  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'a/b',
    '.',
    '..',
    '-rf',
    'café',
    'cafe\u0301',
    'a b',
    'a;drop table x',
    'a"b',
    '',
    '__proto__',
    'x'.repeat(300),
  ])(
    'B20: the name %j of a dataset is a mistake with its place, and no folder is made of it',
    async (name) => {
      const found = await mistakes({ 'datasets/x.yml': dataset(name) });
      if (name === '__proto__' || name.length > 200) {
        // Harmless as names of folders and tables, or refused: either way nothing outside the project is touched.
        expect(found.length).toBeLessThanOrEqual(1);
      } else expect(found).toEqual([expect.stringMatching(/^LK10(11|04|06) datasets\/x\.yml:1 /)]);
      expect(readdirSync(project.root).sort()).toEqual(expect.not.arrayContaining(['lake', 'target', 'etc']));
    },
  );

  it('B20: names that differ only by case are one name, used twice', async () => {
    const found = await mistakes({
      'datasets/x.yml': dataset('benches'),
      'datasets/y.yml': dataset('Benches'),
    });
    expect(found.join('\n')).toMatch(/LK10(11|12)/);
  });
});

describe('links in the project', () => {
  it('B30: a link that leads out of the project is a mistake, and its target is not read', async () => {
    const outside = join(tmpdir(), `lake-outside-${process.pid}.yml`);
    writeFileSync(outside, 'dataset: stolen\nsecret: value\n');
    const found = await mistakes({}, (root) => {
      symlinkSync(outside, join(root, 'datasets/stolen.yml'));
      symlinkSync('/etc', join(root, 'models/etc'));
      symlinkSync('/nowhere', join(root, 'models/nowhere.sql'));
    });
    expect(found.sort()).toEqual([
      'LK1008 datasets/stolen.yml:1 this link leads out of the project',
      'LK1008 models/etc:1 this link leads out of the project',
      'LK1008 models/nowhere.sql:1 this link leads nowhere',
    ]);
  });

  it('B30: a link to a file of the project is that file', async () => {
    const found = await mistakes({ 'shared/benches.yml': dataset('benches') }, (root) => {
      symlinkSync('../shared/benches.yml', join(root, 'datasets/benches.yml'));
    });
    expect(found).toEqual([]);
  });
});

describe('YAML', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((name, at) => {
      const before = 'abcdefgh'[at];
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');

  it.each([
    ['a billion laughs', `${dataset('benches')}meta:\n  ${bomb.replaceAll('\n', '\n  ')}\n`],
    [
      'a key written twice',
      'dataset: benches\ndataset: chairs\nportal: trees\nsource: {id: tree-0001}\nkey: none\n',
    ],
    ['a tab for indentation', 'dataset: benches\nportal: trees\nsource:\n\tid: tree-0001\nkey: none\n'],
    ['two documents', `${dataset('benches')}---\n${dataset('chairs')}`],
    ['a merge of __proto__', `${dataset('benches')}meta:\n  <<: {__proto__: {polluted: true}}\n  a: 1\n`],
    ['an unknown key', `${dataset('benches')}soruce: {}\n`],
  ])('B25: a mistake in YAML is told with its place, and found at once: %s', async (_, text) => {
    const started = performance.now();
    const found = await mistakes({ 'datasets/benches.yml': text });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) expect(one).toMatch(/^LK10\d\d datasets\/benches\.yml:\d+ /);
  });
});
