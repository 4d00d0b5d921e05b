import { describe, expect, test } from 'vitest';
import { LakeError } from '../../src/errors/lake-error.js';
import { observeDataset, stepBack } from '../../src/observe/observe-dataset.js';
import type { FetchPolicy } from '../../src/project/types.js';
import type { PortalClient, Source } from '../../src/sources/types.js';
import { bronze, bronzeState, dataset, partState, portal } from '../support/dataset.js';

const client: PortalClient = {
  getJson: async () => ({ status: 200, headers: {}, body: {} }),
  head: async () => ({ status: 200, headers: {} }),
};

/** A source with two parts that asks once to discover and once a part, and remembers how it was asked. */
function twoParts() {
  const probed: unknown[] = [];
  const source: Source = {
    type: 'socrata',
    incremental: true,
    async discover(_, c) {
      await c.getJson('https://data.example.org/list');
      return ['a', 'b'].map((id) => ({ id, label: id, variables: {}, locator: {} }));
    },
    async probe(part, _, c, since, known) {
      await c.getJson(`https://data.example.org/${part.id}`);
      probed.push({ part: part.id, since, known });
      return { exists: true, requests: 1, count: 3 };
    },
    requests: () => ({ requests: [], decode: { format: 'csv' } }),
  };
  return { source, probed };
}

const upsert = bronze({
  dataset: dataset({
    load: { mode: 'upsert', cursor: ':updated_at', lookback: { count: 1, unit: 'day' }, deletes: 'hard' },
  }),
});

describe('observing a dataset', () => {
  test('finds its parts, what the portal says of each, and counts the requests', async () => {
    const { source } = twoParts();
    const facts = await observeDataset({
      node: bronze(),
      portal: portal(),
      source,
      client,
      fullRefresh: false,
    });
    expect(facts).toMatchObject({
      status: 'ok',
      requests: 3,
      parts: [{ part: { id: 'a' } }, { part: { id: 'b' } }],
    });
  });

  test('asks from the cursor less the lookback, and says what it knows; a new part is asked for whole', async () => {
    const { source, probed } = twoParts();
    const state = bronzeState({
      parts: { a: partState({ cursor: '2026-03-02T00:00:00.000Z', fingerprint: 'f', count: 3 }) },
    });
    await observeDataset({ node: upsert, portal: portal(), source, client, state, fullRefresh: false });
    expect(probed).toEqual([
      {
        part: 'a',
        since: { column: ':updated_at', value: '2026-03-01T00:00:00.000Z' },
        known: { fingerprint: 'f', count: 3 },
      },
      { part: 'b', since: undefined, known: undefined },
    ]);
  });

  test('knows nothing after a change of the manifest’s source, or with --full-refresh', async () => {
    const state = bronzeState({ parts: { a: partState({ cursor: '2026-03-02T00:00:00Z' }) } });
    for (const how of [{ state: { ...state, sourceHash: 'other' } }, { state, fullRefresh: true }]) {
      const { source, probed } = twoParts();
      await observeDataset({ node: upsert, portal: portal(), source, client, fullRefresh: false, ...how });
      expect(probed).toMatchObject([{ part: 'a', since: undefined }, { part: 'b' }]);
    }
  });

  test.each<[FetchPolicy, string | undefined, string[]]>([
    ['missing', undefined, ['b']],
    ['changed', undefined, ['a', 'b']],
    [{ staleAfter: { count: 7, unit: 'day' } }, undefined, ['a', 'b']],
    [{ staleAfter: { count: 7, unit: 'day' } }, '2026-03-05T00:00:00Z', ['b']],
    [{ staleAfter: { count: 7, unit: 'day' } }, '2026-03-03T00:00:00Z', ['a', 'b']],
  ])('fetch: %o, of a part that was asked about at %s: probes %o', async (fetch, checked, expected) => {
    const { source, probed } = twoParts();
    const node = bronze({ dataset: dataset({ load: { mode: 'replace', deletes: 'hard', fetch } }) });
    const state = bronzeState({ parts: { a: partState({ fingerprint: 'f', count: 3, checked }) } });
    const now = new Date('2026-03-10T00:00:00Z');
    const asked = { node, portal: portal(), source, client, state, now, policy: {} };
    await observeDataset({ ...asked, fullRefresh: false });
    expect(probed.map((one) => (one as { part: string }).part)).toEqual(expected);
    // Who asks for everything means it; so does who only looks, `lake freshness`.
    for (const how of [{ fullRefresh: true }, { fullRefresh: false, policy: undefined }]) {
      probed.length = 0;
      await observeDataset({ ...asked, ...how });
      expect(probed).toHaveLength(2);
    }
  });

  test('fetch: all, with a cursor: rows since it, counted anew whatever the fingerprint', async () => {
    const { source, probed } = twoParts();
    const load = { ...upsert.dataset.load, fetch: 'all' as const };
    const state = bronzeState({
      parts: { a: partState({ cursor: '2026-03-02T00:00:00.000Z', fingerprint: 'f', count: 3 }) },
    });
    const node = { ...upsert, dataset: { ...upsert.dataset, load } };
    const facts = await observeDataset({
      node,
      portal: portal(),
      source,
      client,
      state,
      fullRefresh: false,
      policy: {},
    });
    expect(probed[0]).toMatchObject({ since: { value: '2026-03-01T00:00:00.000Z' }, known: undefined });
    expect(facts).toMatchObject({ parts: [{ always: 'fetch: all' }, {}] });
  });

  test('B29: a catalogue without end is refused by the number of its files, before any is asked for', async () => {
    const { source, probed } = twoParts();
    const entries = Array.from({ length: 100_001 }, (_, i) => `${i}`);
    const endless: Source = {
      ...source,
      discover: async () => entries.map((id) => ({ id, label: id, variables: {}, locator: {} })),
    };
    const facts = await observeDataset({
      node: bronze(),
      portal: portal(),
      source: endless,
      client,
      fullRefresh: false,
    });
    expect(facts).toMatchObject({
      status: 'error',
      error: { code: 'LK4011', message: expect.stringContaining('would be made of 100,001 files') },
    });
    expect(probed).toEqual([]);
  });

  test('F36: a dead portal is a fact about its own dataset, not an exception', async () => {
    const { source } = twoParts();
    const broken: PortalClient = {
      ...client,
      getJson: async () => {
        throw new LakeError('LK3101', 'https://data.example.org cannot be reached', { transient: true });
      },
    };
    const facts = await observeDataset({
      node: bronze(),
      portal: portal(),
      source,
      client: broken,
      fullRefresh: false,
    });
    expect(facts).toMatchObject({ status: 'error', error: { code: 'LK3101', transient: true } });
  });
});

describe('a cursor less the lookback', () => {
  test.each([
    ['2026-03-02T00:00:00.000Z', { count: 1, unit: 'day' }, '2026-03-01T00:00:00.000Z'],
    ['2026-03-02T00:30:00.000', { count: 1, unit: 'hour' }, '2026-03-01T23:30:00.000'],
    ['2026-03-31T00:00:00.000Z', { count: 1, unit: 'month' }, '2026-02-28T00:00:00.000Z'],
    ['12345', { count: 1, unit: 'day' }, '12345'],
  ] as const)('%s less %o is %s', (cursor, lookback, expected) => {
    expect(stepBack(cursor, lookback)).toBe(expected);
  });
});
