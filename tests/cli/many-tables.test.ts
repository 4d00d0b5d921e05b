/** The end of a build of more tables than anybody reads. */
import { expect, it, onTestFinished } from 'vitest';
import { modelProject } from '../dbt/support/models.js';
import { runLake, steady } from '../support/run-lake.js';

async function build(models: number): Promise<{ readonly named: number; readonly text: string }> {
  const sql = Array.from({ length: models }, (_, i) => [`m_${i}`, 'select 1 as one'] as const);
  const project = modelProject(Object.fromEntries(sql));
  onTestFinished(() => project.remove());
  const text = steady((await runLake(project.root, ['build', '-q'])).stdout, project.root);
  return { named: text.split('\n').filter((line) => /^gold\.m_/.test(line)).length, text };
}

it('names those that took longest, and says where all of them are', async () => {
  const { named, text } = await build(51);
  expect(named).toBe(20);
  expect(text).toContain(
    'The 20 slowest of 51 tables. All of them: run_results.json in target/\n\nDone: 51 built',
  );
});

it('names each of fewer', async () => {
  const { named, text } = await build(50);
  expect(named).toBe(50);
  expect(text).not.toContain('slowest');
});
