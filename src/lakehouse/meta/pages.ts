import type { LoadPages } from '../types.js';
import type { MetaValue } from './history.js';

/**
 * `meta.pages`: one row a body that a load brought, oldest load first, those of failed and rejected loads included; up to
 * 20,000 a load.
 * - `dataset`, `run`: of the load; `load_id` in `meta.loads` is the run's name
 * - `part`, `request`: `_source_part`, and the name of the request within it
 * - `url`, `status`: the address without secrets, and the final HTTP status
 * - `bytes`, `wire_bytes`, `sha256`: of the body as it is read; as it came over the wire
 * - `tries`: requests that were sent for it, redirects included; 0 when it lay in the spool of a killed run
 * - `fetched_at`: when its part was complete
 */
export const pagesColumns = {
  dataset: 'VARCHAR',
  run: 'VARCHAR',
  part: 'VARCHAR',
  request: 'VARCHAR',
  url: 'VARCHAR',
  status: 'BIGINT',
  bytes: 'BIGINT',
  wire_bytes: 'BIGINT',
  sha256: 'VARCHAR',
  tries: 'BIGINT',
  fetched_at: 'TIMESTAMP WITH TIME ZONE',
};

type PageRow = Readonly<Record<keyof typeof pagesColumns, MetaValue>>;

/** The rows of `meta.pages`. */
export function pageRows(loads: readonly LoadPages[]): readonly PageRow[] {
  return loads.flatMap(({ run, table, pages }) =>
    pages.map(({ part, request, url, status, bytes, wireBytes, sha256, tries, at }) => ({
      dataset: table.slice(table.indexOf('.') + 1),
      run,
      part,
      request,
      url,
      status,
      bytes,
      wire_bytes: wireBytes,
      sha256: sha256 === '' ? null : sha256,
      tries,
      fetched_at: at,
    })),
  );
}
