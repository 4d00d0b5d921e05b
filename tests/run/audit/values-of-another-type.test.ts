/** Tests that compare what has no common type: who is of which type is told, beside the value that does not fit. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelProject } from '../../support/model-project.js';
import { runLake } from '../../support/run-lake.js';
import type { TempProject } from '../../support/small-city.js';

let project: TempProject;
let told: string;
beforeAll(async () => {
  project = modelProject({
    'models/gold/orders.sql': 'select 1 as id\n',
    'models/gold/refs.sql': "select 'q' as oid\n",
    'models/gold/gold.yml': `version: 2
models:
  - name: orders
    columns:
      - name: id
        tests:
          - dbt_expectations.expect_column_distinct_values_to_contain_set: {value_set: ['a']}
          - accepted_values: {values: ['x']}
  - name: refs
    columns: [{name: oid, tests: [{relationships: {to: ref('orders'), field: id}}]}]
`,
  });
  await runLake(project.root, ['run', '-q']);
  told = (await runLake(project.root, ['test'])).stdout;
});
afterAll(() => project.remove());

it('values of a set', () => {
  expect(told).toContain("gold.orders.id is INTEGER, and the test compares it with 'a'");
  expect(told).toContain("gold.orders.id is INTEGER, and the test compares it with 'x'");
  expect(told).toContain(
    'hint: Write values of that type, or test the model with `column_name: cast(id as varchar)`',
  );
});

it('columns of a relationship', () => {
  expect(told).toContain("gold.refs.oid is VARCHAR and gold.orders.id is INTEGER: 'q' cannot be compared");
  expect(told).not.toContain('Could not convert');
});
