/** A build that is killed while it publishes a view or takes rows in: readers see the version before or the next, never half. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../dbt/support/models.js';

const BIN = fileURLToPath(new URL('../../../bin/lake.js', import.meta.url));
const DIE_AT = fileURLToPath(new URL('../../chaos/support/die-at.mjs', import.meta.url));

const SOURCE = `select * from (values (1, 10), (2, 20)) t(id, amount)\n`;
const MODELS = {
  source: SOURCE,
  merged: `{{config materialized='incremental' unique_key='id'}}\nselect id, amount from {{ref 'source'}}\n`,
  shown: `{{config materialized='view'}}\nselect sum(amount)::bigint as total from {{ref 'merged'}}\n`,
};
const NEXT = {
  'models/gold/source.sql': `select * from (values (2, 25), (3, 30)) t(id, amount)\n`,
  'models/gold/shown.sql': MODELS.shown.replace('sum(amount)', '1000 + sum(amount)'),
};

let built: ModelProject;
beforeAll(async () => {
  built = modelProject(MODELS);
  await built.run();
  built.write(NEXT);
});
afterAll(() => built.remove());

/** In the order in which a build makes them: the source's commit, the increment's, the view, the set. */
const INSTANTS = [
  { kind: '_staging: mkdir', nth: 2, when: 'after' },
  { kind: '_lake: writeFile', nth: 2, when: 'torn' },
  { kind: '_delta_log: link', nth: 2, when: 'before' },
  { kind: '_delta_log: link', nth: 2, when: 'after' },
  { kind: '_view: link', nth: 1, when: 'before' },
  { kind: '_view: link', nth: 1, when: 'after' },
  { kind: '_sets: link', nth: 1, when: 'before' },
];

describe.each(INSTANTS)('killed $when change $nth of $kind', (instant) => {
  test('the tables and views of before are read; the next build ends where an undisturbed one does', async () => {
    const project = built.copy();
    try {
      const { signal } = await execa(process.execPath, ['--import', DIE_AT, BIN, 'build'], {
        cwd: project.root,
        reject: false,
        env: { NO_COLOR: '1', LAKE_DIE: JSON.stringify(instant) },
        stdin: 'ignore',
      });
      expect(signal).toBe('SIGKILL');
      expect(await project.rows('merged')).toEqual([
        [1, 10],
        [2, 20],
      ]);
      expect(await project.rows('shown')).toEqual([[30]]);
      await project.run();
      expect(await project.rows('merged')).toEqual([
        [1, 10],
        [2, 25],
        [3, 30],
      ]);
      expect(await project.rows('shown')).toEqual([[1065]]);
      expect((await project.run()).engineStarted).toBe(false);
    } finally {
      project.remove();
    }
  });
});
