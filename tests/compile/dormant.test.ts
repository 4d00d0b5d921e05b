import { expect, it } from 'vitest';
import { at, dataset, graphOf } from './build-project.js';

const a = dataset('a');
const day = { count: 1, unit: 'day' } as const;

it('names what is checked and has no effect yet, most used first, with a place', async () => {
  const { dormant } = await graphOf({
    datasets: [
      dataset('a', ['id'], {
        load: { mode: 'append', deletes: 'soft', sweep: day, keepLoads: 3, lookback: day, cursor: 'x' },
        source: {
          ...a.source,
        },
        contract: { columns: 'freeze', values: 'fail' },
        freshness: { of: 'portal', warnAfter: day },
        guards: { maxRowDrop: 0.1, maxNullRise: 0.1, maxChanged: 0.1, cap: false },
        publish: [{ to: 'warehouse' }],
        spans: {
          freshness: at('datasets/city/a.yml', 30),
          load: at('datasets/city/a.yml', 20),
        },
      }),
      dataset('b', ['id'], { freshness: { of: 'loaded' }, contract: { columns: 'ignore', values: 'fail' } }),
    ],
  });
  const where = (file: string, line = 1, col = 1) => at(`datasets/city/${file}.yml`, line, col);
  expect(dormant).toEqual([{ what: 'publish', count: 1, example: where('a'), of: ['a'] }]);
});

it('what a target publishes', async () => {
  const { dormant } = await graphOf({
    target: { name: 'dev', lake: { type: 'local', path: 'lake/dev' }, publish: ['warehouse'] },
  });
  expect(dormant).toEqual([{ what: 'publish of a target', count: 1, example: at('profiles.yml') }]);
});

it('a project that uses only what works has none', async () => {
  const working = dataset('a', ['id'], {
    load: { mode: 'upsert', deletes: 'hard', cursor: ':updated_at', lookback: day },
    guards: { maxRowDrop: 0.1, maxNullRise: 0.1, maxChangedOf: { id: 0.1 }, cap: [5000], allowEmpty: true },
    contract: { columns: 'freeze', values: 'fail' },
    source: { ...a.source, read: { header: 2 }, missing: 'skip' },
  });
  expect((await graphOf({ datasets: [working] })).dormant).toEqual([]);
});
