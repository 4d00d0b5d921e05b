/** A manifest for a real portal in a project whose target has a local one: what a newcomer sees. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';
import { CITY } from './support/portal.js';

const dataset = (name: string, source: string) =>
  `dataset: ${name}\n${source}\nkey: [id]\nfields: {id: integer}\n`;

let project: City;
beforeAll(() => {
  project = city(
    {
      'profiles.yml': `${CITY['profiles.yml']!}    real: {type: duckdb, lake: {type: local, path: real}}\n`,
      'datasets/served.yml': dataset('served', 'portal: ckan\nsource: {package: served}'),
      'datasets/elsewhere.yml': dataset('elsewhere', `source: {url: 'https://example.org/trees.csv'}`),
      'datasets/unknown.yml': dataset('unknown', 'portal: ckan\nsource: {package: unknown}'),
      'datasets/nofile.yml': dataset('nofile', 'portal: files\nsource: {url: /none.csv}'),
    },
    { ckan: { served: { columns: { ID: 'text' }, rows: [{ ID: '1' }] } }, files: { 'other.csv': 'ID\n1\n' } },
  );
});
afterAll(() => project.remove());

describe('a dataset that the local portal does not serve', () => {
  test('fails alone, in words that say whose fault it is not, and the last line is the command that asks the real portal', async () => {
    const { stdout, exitCode } = await runLake(project.root, ['build', '--output', 'table']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✓ silver.served +1 row/);
    for (const [name, cause] of [
      ['elsewhere', 'the local portal does not serve https://example.org'],
      ['unknown', 'there is no package "unknown"'],
      ['nofile', 'https://files.city.example/none.csv does not exist'],
    ]) {
      expect(stdout).toContain(
        `LK3126 target dev serves only what is recorded in portal, and ${name} is not in it: ${cause}`,
      );
      expect(stdout).toContain(`hint: ask the real portal: \`lake build --target real --select ${name}+\``);
    }
    expect(stdout).toMatch(/Next: lake build --target real --select \w+\+ \w+\+ \w+\+$/);
  });

  test('stands in a plan and a dry run in the same words', async () => {
    const { stderr, exitCode } = await runLake(project.root, ['plan', '--select', 'unknown']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('LK3126 target dev serves only')]);
  });

  test('what was served once and is gone is news from the portal; with several failures of other kinds the next command is `lake retry`', async () => {
    project.serve({ ckan: {}, down: ['files'] });
    const { stdout, exitCode } = await runLake(project.root, ['build', '--output', 'table']);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('LK3001 There is no package "served"')]);
    expect(stdout).toMatch(/Next: mend what failed, then `lake retry`$/);
  });
});
