/** `--limit N`: a sample in a lake of its own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(() => {
  city = smallCity({
    'project.yml': `${SMALL_CITY['project.yml']}  files: {type: http, url: 'https://files.example', timezone: UTC}\n`,
    'datasets/benches.yml':
      'dataset: benches\nportal: files\nsource: {url: /benches.csv}\nkey: [id]\nfields: {id: integer}\n',
    'portal/portal.yml': `${SMALL_CITY['portal/portal.yml']}  https://files.example:\n    type: http\n    files: {/benches.csv: benches.csv}\n`,
    'portal/benches.csv': 'id\n1\n2\n3\n4\n5\n6\n7\n',
  });
});
afterAll(() => city.remove());

const json = async (...args: string[]) =>
  JSON.parse((await runLake(city.root, [...args, '--output', 'json'])).stdout);

describe('lake build --limit 2', () => {
  it('asks for so many rows where the portal can be asked so, cuts files, and publishes nothing', async () => {
    const { stdout, exitCode } = await runLake(city.root, ['build', '--limit', '2']);
    expect(stdout).toContain('This is a sample');
    expect(stdout).toContain('--sample');
    expect(exitCode).toBe(0);
    expect(existsSync(join(city.root, 'lake'))).toBe(false);
    expect(readdirSync(join(city.root, 'target', 'samples'))).toEqual([
      'dev',
      'run_results.json',
      'run_results.ndjson',
    ]);
    const pages = await json('query', '--sample', 'select dataset, url from meta.pages order by 1');
    expect(pages.map((p: { url: string }) => p.url)).toEqual([
      'https://files.example/benches.csv',
      expect.stringMatching(/datastore_search.*limit=2&offset=0$/),
      expect.stringMatching(/\$limit=2&\$offset=0$/),
    ]);
    const rows = `select (select count(*) from bronze.benches) as benches, (select count(*) from bronze.trees) as trees,
      (select count(*) from silver.parks) as parks`;
    expect(await json('query', '--sample', rows)).toEqual([{ benches: 2, trees: 2, parks: 2 }]);
  });

  it('a fetch after it is a first load in full, and retry is about the run before the sample', async () => {
    await runLake(city.root, ['fetch', '--select', 'trees', '--limit', '1']);
    const { stderr } = await runLake(city.root, ['retry']);
    expect(stderr).toBe('Nothing to retry: nothing was run here yet.');
    const [trees] = await json('fetch', '--select', 'trees');
    expect(trees).toMatchObject({ node: 'bronze.trees', rows: 5, reason: 'first load' });
  });

  it('what the selection reads is sampled with it', async () => {
    const rows = await json('build', '--select', 'gold.trees_by_park', '--limit', '1');
    expect(rows.map((r: { node: string }) => r.node).sort()).toEqual([
      'bronze.parks',
      'bronze.trees',
      'gold.trees_by_park',
      'silver.parks',
      'silver.trees',
    ]);
  });
});
