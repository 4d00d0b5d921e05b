import { describe, expect, test } from 'vitest';
import type { DatasetFacts, PartFacts } from '../../src/observe/types.js';
import { planDataset } from '../../src/plan/plan-dataset.js';
import type { Source } from '../../src/sources/types.js';
import { bronze, bronzeState, dataset, partState, portal } from '../support/dataset.js';

const source: Pick<Source, 'requests'> = {
  requests: (part, probe, _, { since, strategy }) => ({
    requests: [
      {
        id: 'p0',
        url: `https://data.example.org/${part.id}?${since ? `since=${since.value}` : 'all'}&${strategy}`,
        method: 'GET',
        expect: 'csv',
        conditional: false,
      },
    ],
    expectedRows: since ? probe.countSince : probe.count,
    decode: { format: 'csv' },
  }),
};

const part = (
  id: string,
  probe: Partial<PartFacts['probe']> = {},
  since?: PartFacts['since'],
): PartFacts => ({
  part: { id, label: id, variables: {}, locator: {} },
  probe: { exists: true, requests: 1, ...probe },
  since,
});
const ok = (...parts: PartFacts[]): DatasetFacts => ({ status: 'ok', parts, requests: parts.length });
const upsert = bronze({
  dataset: dataset({ load: { mode: 'upsert', cursor: ':updated_at', deletes: 'hard' } }),
});

const plan = (facts: DatasetFacts, more: Partial<Parameters<typeof planDataset>[0]> = {}) =>
  planDataset({
    node: bronze(),
    portal: portal(),
    source,
    facts,
    fullRefresh: false,
    strategy: 'fast',
    ...more,
  });

describe('the plan of a dataset', () => {
  test('first load: everything, with its price', () => {
    const result = plan(ok(part('a', { count: 7 }), part('b', { count: 5 })));
    expect(result).toMatchObject({
      action: 'run',
      reason: '2 of 2 parts: first load',
      requests: 2,
      rows: 12,
    });
  });

  test('a portal that has nothing new costs no request', () => {
    const state = bronzeState({ parts: { a: partState({ fingerprint: 'f', count: 10 }) } });
    expect(plan(ok(part('a', { fingerprint: 'f', count: 10 })), { state })).toMatchObject({
      action: 'reuse',
      requests: 0,
    });
  });

  test('without a fingerprint the part is asked, with what its last answer was marked by', () => {
    const state = bronzeState({ parts: { a: partState({ validators: { etag: '"1"' } }) } });
    const result = plan(ok(part('a')), { state });
    expect(result.reason).toBe('asked whether it changed');
    expect(result.fetch?.parts[0]?.validators).toEqual({ etag: '"1"' });
  });

  test('upsert: only what changed since the cursor', () => {
    const state = bronzeState({ parts: { a: partState({ fingerprint: 'f', count: 10 }) } });
    const facts = ok(
      part('a', { fingerprint: 'g', count: 11, countSince: 3 }, { column: ':updated_at', value: 'T' }),
    );
    const result = plan(facts, { node: upsert, state });
    expect(result).toMatchObject({ reason: 'changed since T', rows: 3 });
    expect(result.fetch?.parts[0]).toMatchObject({ kind: 'incremental', totalRows: 11 });
  });

  test('upsert: fewer rows at the portal than in the lake are withdrawn rows, so all is loaded', () => {
    const state = bronzeState({ parts: { a: partState({ fingerprint: 'f', rows: 10 }) } });
    const facts = ok(
      part('a', { fingerprint: 'g', count: 9, countSince: 0 }, { column: ':updated_at', value: 'T' }),
    );
    const result = plan(facts, { node: upsert, state });
    expect(result.reason).toBe('the portal counts 9 rows, the lake 10: rows were withdrawn');
    expect(result.fetch?.parts[0]?.kind).toBe('full');
  });

  test('a manifest that asks for something else, and --full-refresh, ask for everything', () => {
    const state = bronzeState({ sourceHash: 'other', parts: { a: partState({ fingerprint: 'f' }) } });
    expect(plan(ok(part('a', { fingerprint: 'f' })), { state }).reason).toBe(
      'the manifest asks for something else',
    );
    const same = bronzeState({ parts: { a: partState({ fingerprint: 'f', validators: { etag: '"1"' } }) } });
    const refreshed = plan(ok(part('a', { fingerprint: 'f' })), { state: same, fullRefresh: true });
    expect(refreshed.reason).toBe('--full-refresh');
    expect(refreshed.fetch?.parts[0]?.validators).toBeUndefined();
  });

  test('one changed part of many leaves the others alone', () => {
    const state = bronzeState({
      parts: { a: partState({ fingerprint: 'f' }), b: partState({ fingerprint: 'f' }) },
    });
    const result = plan(ok(part('a', { fingerprint: 'f' }), part('b', { fingerprint: 'g' })), { state });
    expect(result.fetch?.parts.map((p) => p.partId)).toEqual(['b']);
    expect(result.reason).toBe('1 of 2 parts: the portal’s data changed');
  });

  test('a fetch policy: what it leaves is counted, what it wants is fetched without validators, rows since the cursor where there is one', () => {
    const known = partState({ fingerprint: 'f', count: 10, validators: { etag: '"1"' } });
    const state = bronzeState({ parts: { a: known, b: known } });
    const [a, b] = [part('a', { fingerprint: 'f', count: 10 }), part('b', { fingerprint: 'f', count: 10 })];
    const left = { kept: 'fetch: missing' };
    const always = { always: 'fetch: all' };
    expect(plan(ok({ ...a, ...left }, { ...b, ...left }), { state })).toMatchObject({
      action: 'reuse',
      reason: 'all 2 parts not asked for (fetch: missing)',
    });
    const one = plan(ok({ ...a, ...left }, { ...b, ...always }), { state });
    expect(one).toMatchObject({
      action: 'run',
      reason:
        '1 of 2 parts: fetched whatever the portal says of it (fetch: all); 1 of 2 parts not asked for (fetch: missing)',
      fetch: { parts: [{ partId: 'b', kind: 'full', validators: undefined }] },
    });
    const since = { column: ':updated_at', value: '2026-03-01' };
    const increment = plan(
      ok({ ...part('a', { fingerprint: 'f', count: 10, countSince: 2 }, since), ...always }),
      {
        node: upsert,
        state: bronzeState({ parts: { a: known } }),
      },
    );
    expect(increment).toMatchObject({
      reason: 'rows since 2026-03-01 (fetch: all)',
      rows: 2,
      fetch: { parts: [{ kind: 'incremental', since }] },
    });
  });

  test('a part that is gone at the portal is a change without a request', () => {
    const state = bronzeState({ parts: { a: partState({ fingerprint: 'f' }), b: partState() } });
    expect(plan(ok(part('a', { fingerprint: 'f' })), { state })).toMatchObject({
      action: 'run',
      requests: 0,
      goneParts: ['b'],
    });
  });

  test('what went wrong while looking is the plan’s error; what is not known yet depends', () => {
    const error = { code: 'LK3101', message: 'no answer', transient: true };
    expect(plan({ status: 'error', error, requests: 1 })).toMatchObject({
      action: 'error',
      reason: 'no answer',
      error,
    });
    expect(plan({ status: 'depends', on: 'matches' })).toMatchObject({
      action: 'depends',
      reason: 'if matches changes',
    });
  });

  test('is plain data', () => {
    const result = plan(ok(part('a', { count: 7 })));
    expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(structuredClone(result))));
  });
});
