/** `lake compile --watch`, as a real process on real files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modelProject } from '../dbt/support/models.js';
import { startLake } from '../support/run-lake.js';

it('compiles again after each change, tells mistakes and goes on, and ends with 130 on Ctrl-C', async () => {
  const project = modelProject({ a: 'select 1 as n' });
  const lake = startLake(project.root, ['compile', '--watch']);
  try {
    await lake.printed('Compiled 1 node,');
    await lake.printed('Watching for changes');
    project.write({ 'models/gold/a.sql': "select * from {{ref 'b'}}" });
    await lake.printed('models/gold/a.sql changed');
    await lake.printed('no dataset or model "b"');
    // A folder that is made while it watches counts, too.
    project.write({ 'models/gold/b.sql': 'select 2 as n', 'seeds/s.csv': 'id\n1\n' });
    await lake.printed('Compiled 3 nodes');
    expect(existsSync(join(project.root, 'target/compiled/gold/b.sql'))).toBe(true);
    lake.kill('SIGINT');
    expect((await lake.ended).exitCode).toBe(130);
  } finally {
    project.remove();
  }
});
