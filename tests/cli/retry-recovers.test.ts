/** What `lake retry` and the printed Next bring to a good end once the mistake is mended. */
import { afterEach, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type Files, type TempProject, tempProject } from '../support/small-city.js';

const projects: TempProject[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function models(files: Files): TempProject {
  const project = tempProject({
    'project.yml': 'name: shop\nversion: 1\nprofile: shop\n',
    'profiles.yml':
      'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    ...files,
  });
  projects.push(project);
  return project;
}

describe('tests that were skipped because what they read failed', () => {
  const CUSTOMERS = 'models/gold/customers.sql';
  const FILES: Files = {
    [CUSTOMERS]: 'select unnest([1, 1]) as id\n',
    'models/gold/orders.sql': 'select 7 as customer_id\n',
    'models/gold/gold.yml': `version: 2
models:
  - {name: customers, columns: [{name: id, tests: [unique]}]}
  - name: orders
    columns:
      - {name: customer_id, tests: [{relationships: {to: ref('customers'), field: id}}]}
`,
  };

  it('are run by a retry, with the nodes that they belong to', async () => {
    const project = models(FILES);
    const first = await runLake(project.root, ['build']);
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain('Next: mend what failed, then `lake retry`');
    project.write({ [CUSTOMERS]: 'select unnest([1, 2]) as id\n' });
    const second = await runLake(project.root, ['retry']);
    expect(second.stderr).toContain('gold.customers failed, gold.orders a test skipped');
    expect(second.stdout).toContain('✗ fail relationships(gold.orders.customer_id): 1 row fails');
    expect(second.exitCode).toBe(1);
    project.write({ 'models/gold/orders.sql': 'select 2 as customer_id\n' });
    expect((await runLake(project.root, ['retry'])).exitCode).toBe(0);
    expect((await runLake(project.root, ['retry'])).stderr).toMatch(/^Nothing to retry: all of run/);
  });

  it('are left alone where what they read is no part of the run', async () => {
    const project = models(FILES);
    const { stdout } = await runLake(project.root, ['build', '--select', 'orders']);
    expect(stdout).toContain('gold.customers was never built');
    expect((await runLake(project.root, ['retry'])).stderr).toMatch(/^Nothing to retry: all of run/);
  });
});
