import { expect, test } from 'vitest';
import { withEngine } from '../with-engine.js';

const { engine } = withEngine();
const task = { label: 'gold.x', relations: [], macros: [] };
const rows = (sql: string) => [{ sql, collect: 'rows' as const }];

test('a step sees what those before it made, and no other task does', async () => {
  const seen = await engine.steps(task, async (run) => {
    await run([{ sql: 'create temp table made as select 1 as a', collect: 'none' }]);
    await expect(engine.sql({ ...task, statements: rows('from made') })).rejects.toMatchObject({
      code: 'LK5004',
    });
    const [result] = await run(rows('from made'));
    return result!.rows;
  });
  expect(seen).toEqual([[1]]);
});

test('after a step that failed there is nothing to go on with', async () => {
  await engine.steps(task, async (run) => {
    await expect(run(rows('from nowhere'))).rejects.toMatchObject({ code: 'LK5004' });
    await expect(run(rows('select 1'))).rejects.toMatchObject({ code: 'LK5002', transient: true });
  });
});
