/** Socrata's safe way of paging: from key to key. Pure. */
import { LakeError } from '../errors/lake-error.js';
import { condition, encode } from './soql.js';
import type { Expander, PageAnswer, PartRequests, RequestSpec, Since } from './types.js';

/**
 * Each page begins behind the last `:id` of the one before, so that no row that is there all the while can be missed or
 * come twice, whatever is inserted or deleted meanwhile (dev.socrata.com/docs/paging). The pages end with an empty one,
 * or with one that is not full once as many rows came as were counted: a server may give less than it is asked for, and
 * a table may grow as fast as it is read.
 *
 * `select`: address and `$select`. `count`: rows that the portal counts for the question.
 */
export function keyset(
  select: string,
  since: Since | undefined,
  count: number,
  limit: number,
): Pick<PartRequests, 'requests' | 'expander'> {
  const where = since === undefined ? '' : condition(since);
  const first = keyPage(select, where, undefined, 0, limit);
  return {
    requests: [first],
    expander: {
      kind: 'socrata_keyset',
      byKey: true,
      first: first.id,
      params: { select, where, count },
      reads: { last: ':id' },
    },
  };
}

/** The page behind the last key of one that came; none at the end. @throws LakeError LK3005 for rows without a key. */
export function afterKey(
  expander: Expander,
  previous: RequestSpec,
  { rows, last }: PageAnswer,
): readonly RequestSpec[] {
  const { select, where, count } = expander.params as { select: string; where: string; count: number };
  const { offset: before = 0, limit = rows } = previous;
  const read = before + rows;
  // What the first page brings is what the server gives; only then is another page known to be full or not.
  if (rows === 0 || (previous.id !== expander.first && rows < limit && read >= count)) return [];
  if (last === undefined || last === '') {
    throw new LakeError('LK3005', `${previous.url} answered with rows that have no :id`, {
      hint: 'The portal may be refreshing the table: run the same command again in some minutes',
      details: { url: previous.url },
    });
  }
  return [keyPage(select, where, last, read, previous.id === expander.first ? Math.min(limit, rows) : limit)];
}

function keyPage(
  select: string,
  where: string,
  after: string | undefined,
  offset: number,
  limit: number,
): RequestSpec {
  const behind = after === undefined ? [] : [`:id > '${after.replaceAll("'", "''")}'`];
  const all = [...(where === '' ? [] : [behind.length > 0 ? `(${where})` : where]), ...behind];
  const clause = all.length === 0 ? '' : `&$where=${encode(all.join(' AND '))}`;
  return {
    id: `k${String(offset).padStart(10, '0')}`,
    url: `${select}${clause}&$order=:id&$limit=${limit}`,
    method: 'GET',
    expect: 'csv',
    offset,
    limit,
    conditional: false,
  };
}
