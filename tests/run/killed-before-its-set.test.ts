import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject;
afterEach(() => project.remove());

test('F21: a run that was killed after its commits and before its set is made whole by the next one', async () => {
  project = smallCity();
  expect((await runLake(project.root, ['build'])).exitCode).toBe(0);
  const lake = join(project.root, 'lake');
  rmSync(join(lake, '_sets'), { recursive: true });
  rmSync(join(lake, 'views.sql'));

  const again = await runLake(project.root, ['build']);
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('5 reused');
  expect(existsSync(join(lake, 'views.sql'))).toBe(true);
  const { stdout } = await runLake(project.root, [
    'query',
    'select count(*) as parks from gold.trees_by_park',
    '-o',
    'json',
  ]);
  expect(JSON.parse(stdout)).toEqual([{ parks: 2 }]);
});
