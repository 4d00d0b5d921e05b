import { describe, expect, it } from 'vitest';
import type { PartFetch } from '../../src/fetch/types.js';
import { expectedRequests } from '../../src/plan/expected-requests.js';

const page = {
  id: 'p0',
  url: 'https://x.example/rows',
  method: 'GET' as const,
  conditional: false,
  limit: 500,
};
const expander = { kind: 'http_pages', first: 'p0', params: {} } as NonNullable<PartFetch['expander']>;
const fetch = (more: Partial<PartFetch>): PartFetch => ({
  partId: 'p',
  label: 'p',
  variables: {},
  kind: 'full',
  requests: [{ ...page, expect: 'json' } as PartFetch['requests'][number]],
  decode: { format: 'json' },
  ...more,
});

describe('what a fetch costs', () => {
  it('the pages of an API are as many as its rows need: as it counts them, else as the lake has them', () => {
    expect(expectedRequests(fetch({ expander, expectedRows: 1_201 }), undefined)).toEqual({
      requests: 3,
      open: false,
    });
    expect(expectedRequests(fetch({ expander, totalRows: 900 }), 5_000)).toEqual({
      requests: 2,
      open: false,
    });
    expect(expectedRequests(fetch({ expander }), 5_000)).toEqual({ requests: 10, open: false });
  });

  it('where nothing tells, the first page is the price, and that more follow is said', () => {
    expect(expectedRequests(fetch({ expander }), undefined)).toEqual({ requests: 1, open: true });
  });

  it('a stretch in which the portal counts nothing costs nothing; a file costs one', () => {
    expect(expectedRequests(fetch({ requests: [], kind: 'incremental' }), 100)).toEqual({
      requests: 0,
      open: false,
    });
    expect(expectedRequests(fetch({}), undefined)).toEqual({ requests: 1, open: false });
  });
});
