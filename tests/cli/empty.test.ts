/** `--empty`: all SQL of the project over inputs without rows, in a scratch lake, without a request. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject;
beforeAll(() => {
  project = smallCity({
    'seeds/kinds.csv': 'kind,n\noak,1\nelm,2\n',
    'datasets/raw_parks.yml': 'dataset: raw_parks\nportal: parks\nsource: {package: city-parks}\nkey: none\n',
    'models/gold/passing.sql':
      "{{config materialized='ephemeral'}}select tree_id * 10 as n from {{ref 'trees'}}",
    'models/gold/over.sql':
      "{{config materialized='view'}}select * from {{ref 'passing'}} join {{ref 'kinds'}} using (n)",
    'models/gold/below.sql': "{{config materialized='table'}}select n + 1 as n, kind from {{ref 'over'}}",
    'models/gold/added.sql':
      "{{config materialized='incremental'}}select * from {{ref 'below'}} {{#if (is_incremental)}}where n > 0{{/if}}",
    'snapshots/kinds_then.yml':
      'snapshots:\n  - name: kinds_then\n    relation: kinds\n    config: {unique_key: kind, strategy: check, check_cols: all}\n',
  });
});
afterAll(() => project.remove());

const statuses = (): Readonly<Record<string, string>> => {
  const { nodes } = JSON.parse(readFileSync(join(project.root, 'target/empty/run_results.json'), 'utf8'));
  return Object.fromEntries(
    nodes.map(({ id, status, rows }: Record<string, unknown>) => [id, `${status} ${rows}`]),
  );
};

it('builds everything but bronze, of nothing: no request, nothing in the target’s lake', async () => {
  const { exitCode, stdout } = await runLake(project.root, ['build', '--empty', '--exclude', 'raw_parks']);
  expect(stdout).toContain('0 requests');
  expect(stdout).toContain(
    'All SQL ran over inputs without rows: nothing was published to the lake of the target',
  );
  expect(stdout).toContain('Next: lake build');
  expect(stdout).not.toContain('lake query');
  expect(exitCode).toBe(0);
  expect(statuses()).toEqual({
    'gold.added': 'success 0',
    'gold.below': 'success 0',
    'gold.kinds': 'success 2',
    'gold.kinds_then': 'success 0',
    'gold.over': 'success undefined',
    'gold.passing': 'reused undefined',
    'gold.trees_by_park': 'success 0',
    'silver.parks': 'success 0',
    'silver.trees': 'success 0',
  });
  expect(existsSync(join(project.root, 'lake'))).toBe(false);
});

it('finds a column that does not fit, with its place; what is above a selection is built with it', async () => {
  project.write({
    'models/gold/below.sql': "{{config materialized='table'}}select m + 1 as n from {{ref 'over'}}",
  });
  const { exitCode, stdout } = await runLake(project.root, ['build', '--empty', '--select', 'added']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/models\/gold\/below\.sql:1:\d+ LK5004 .*"m"/);
  expect(statuses()).toMatchObject({ 'silver.trees': 'success 0', 'gold.added': 'skipped undefined' });
  expect(statuses()).not.toHaveProperty('silver.parks');
});

it('looks at the incremental rendition of a model as well', async () => {
  project.write({
    'models/gold/below.sql': 'select 1 as n',
    'models/gold/added.sql':
      "{{config materialized='incremental'}}select n from {{ref 'below'}}\n{{#if (is_incremental)}}where m > (select max(n) from {{self}}){{/if}}",
  });
  const { exitCode, stdout } = await runLake(project.root, ['build', '--empty', '--select', 'added']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/models\/gold\/added\.sql:2:\d+ LK5004 .*"m"/);
});

it('a dataset without declared fields has the columns that were loaded', async () => {
  await runLake(project.root, ['build', '-q', '--select', 'raw_parks']);
  project.write({ 'models/gold/below.sql': `select "HECTARES" as n from {{ref 'bronze.raw_parks'}}` });
  const { exitCode } = await runLake(project.root, ['run', '--empty', '--select', 'below']);
  expect(exitCode).toBe(0);
  expect(statuses()).toEqual({ 'gold.below': 'success 0' });
});
