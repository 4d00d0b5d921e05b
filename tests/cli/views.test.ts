/** What a person reads of views and ephemerals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
let first = '';
beforeAll(async () => {
  city = smallCity();
  city.write({
    'models/gold/tall_trees.sql': `{{config materialized='ephemeral'}}\nselect * from {{ref 'trees'}} where height > 5\n`,
    'models/gold/tallest.sql': `{{config materialized='view'}}\nselect park, max(height) as height from {{ref 'tall_trees'}} group by park\n`,
  });
  first = (await runLake(city.root, ['build', '-q'])).stdout;
});
afterAll(() => city.remove());

const lake = async (...args: string[]) => {
  const { stdout, stderr, exitCode } = await runLake(city.root, args);
  expect(exitCode).toBe(0);
  return `${stdout}${stderr}`;
};

describe('a view', () => {
  it('is shown as one, with its columns and version', async () => {
    const text = await lake('show', 'tallest', '--output', 'table');
    expect(text).toContain('gold.tallest (view)');
    expect(text).toMatch(/view {5}version 0, its rows are made when it is read\n {2}built {4}.* UTC by run /);
    expect(text).toMatch(/height +double/i);
  });

  it('answers `lake query`', async () => {
    expect(await lake('query', 'select count(*) from gold.tallest', '--output', 'csv')).toMatch(
      /^count_star\(\)\n\d/,
    );
  });

  it('is planned like a table', async () => {
    expect(await lake('plan', '--select', 'tallest', '--output', 'table')).toMatch(
      /gold\.tallest +reuse +nothing changed/,
    );
  });
});

describe('an ephemeral', () => {
  it('is neither built nor reused: the first build of a lake reuses nothing', () => {
    expect(first).toMatch(/Done: \d+ built · /);
    expect(first).not.toContain('reused');
  });

  it('stands in front of printed SQL, which can be asked as it is, with the SQL that reads it', async () => {
    const compiled = await lake('compile', 'tallest');
    expect(compiled).toMatch(/^with "__lake__cte__tall_trees" as \(\n/);
    expect(compiled).not.toContain('"gold"."tall_trees"');
    const asked = await lake('compile', '--inline', "select count(*) as n from {{ref 'tall_trees'}} t");
    expect(await lake('query', asked, '--output', 'csv')).toMatch(/^n\n[1-9]/);
    // Neither of the two says in which order its rows come.
    const rows = async (sql: string) => (await lake('query', sql, '--output', 'csv')).split('\n').sort();
    expect(await rows(compiled)).toEqual(await rows('from gold.tallest'));
  });

  it('is shown as stored nowhere', async () => {
    expect(await lake('show', 'tall_trees', '--output', 'table')).toContain(
      'none: read as part of what uses it',
    );
  });

  it('alone is nothing to build, as the build says', async () => {
    expect(await lake('build', '--select', 'tall_trees')).toContain(
      'Nothing to build: gold.tall_trees is ephemeral, read as part of what uses it. Build that with --select gold.tall_trees+',
    );
  });
});
