import { expect, it } from 'vitest';
import { at, dataset, graphOf, model } from './build-project.js';

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
    models: [model('x', 'select 1 as n', { config: { contract: { enforced: true } } })],
    exposures: [{ name: 'map', type: 'dashboard', dependsOn: [], at: at('models/gold/x.yml', 9) }],
  });
  const where = (file: string, line = 1, col = 1) => at(`datasets/city/${file}.yml`, line, col);
  expect(dormant).toEqual([
    { what: 'publish', count: 1, example: where('a'), of: ['a'] },
    { what: 'contract of a model', count: 1, example: at('models/gold/x.sql'), of: ['x'] },
    { what: 'exposures', count: 1, example: at('models/gold/x.yml', 9) },
  ]);
});

it('what a target publishes', async () => {
  const { dormant } = await graphOf({
    target: { name: 'dev', lake: { type: 'local', path: 'lake/dev' }, publish: ['warehouse'] },
  });
  expect(dormant).toEqual([{ what: 'publish of a target', count: 1, example: at('profiles.yml') }]);
});

it('what is to happen when a run has ended', async () => {
  const { dormant } = await graphOf({ onRunEnd: at('project.yml', 7, 13) });
  expect(dormant).toEqual([{ what: 'on_run_end', count: 1, example: at('project.yml', 7, 13) }]);
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
