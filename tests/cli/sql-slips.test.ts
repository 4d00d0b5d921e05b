/** What the terminal says of slips in SQL around refs and in questions. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';

let project: TempProject;
beforeAll(() => {
  project = modelProject({
    'models/gold/orders.sql': 'select 1 as id\n',
    'models/gold/slip.sql': "select id frm {{ref 'orders'}}\n",
    'models/gold/twice.sql': "select id from {{ref 'orders'}} {{ref 'orders'}}\n",
  });
});
afterAll(() => project.remove());

it('a parser that stops at what a ref prints names the table', async () => {
  const { stderr, exitCode } = await runLake(project.root, ['compile']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('models/gold/slip.sql:1:15 LK2045 syntax error at or near gold.orders\n');
  expect(stderr).toContain('hint: Did you mean "from"?');
  expect(stderr).toContain('models/gold/twice.sql:1:33 LK2045 syntax error at or near gold.orders\n');
});

it('a question about a table that is not there says how to see those that are', async () => {
  project.write({
    'models/gold/slip.sql': "select id from {{ref 'orders'}}\n",
    'models/gold/twice.sql': "select id from {{ref 'orders'}}\n",
  });
  await runLake(project.root, ['build', '-q']);
  const ask = async (sql: string) => (await runLake(project.root, ['query', sql])).stderr;
  expect(await ask('from sequence')).toContain('hint: See what there is with `lake ls`');
  expect(await ask('from gold.ordres')).toContain('hint: Did you mean "orders"?');
});
