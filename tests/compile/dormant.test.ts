import { expect, it } from 'vitest';
import { at, dataset, graphOf } from './build-project.js';

const lake = { type: 'local', path: 'lake/dev' } as const;

it('names what is checked and has no effect yet, with a place', async () => {
  const { dormant } = await graphOf({
    target: { name: 'dev', lake, publish: { events: { type: 'openlineage', url: 'https://marquez.test' } } },
  });
  expect(dormant).toEqual([{ what: 'openlineage of a target', count: 1, example: at('profiles.yml') }]);
});

it('a project that uses only what works has none', async () => {
  const { dormant } = await graphOf({
    datasets: [dataset('a', ['id'], { publish: [{ to: 'warehouse' }] })],
    target: { name: 'dev', lake, publish: { warehouse: { type: 'postgres' } } },
  });
  expect(dormant).toEqual([]);
});
