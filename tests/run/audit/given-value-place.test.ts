/** A given value that its column's type cannot hold is told where it is written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelProject } from '../../support/model-project.js';
import { runLake } from '../../support/run-lake.js';
import type { TempProject } from '../../support/small-city.js';

let project: TempProject;
beforeAll(async () => {
  project = modelProject({
    'models/gold/orders.sql': "select 1 as id, 'a' as name\n",
    'models/gold/doubled.sql': "select id * 2 as twice from {{ref 'orders'}}\n",
    'models/gold/gold.yml': `version: 2
unit_tests:
  - name: doubles
    model: doubled
    given:
      - input: ref('orders')
        rows:
          - {id: 1}
          - {id: many}
    expect: {rows: [{twice: 2}]}
`,
  });
  await runLake(project.root, ['run', '-q']);
});
afterAll(() => project.remove());

it('at its row', async () => {
  const { stdout } = await runLake(project.root, ['test', '--select', 'doubled']);
  expect(stdout).toContain("Could not convert string 'many'");
  expect(stdout).toContain('models/gold/gold.yml:9:');
});
