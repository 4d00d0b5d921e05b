/** Socrata's safe way of paging: from key to key, a large table in several ranges of its keys at once. Pure. */
import { LakeError } from '../errors/lake-error.js';
import { condition, encode, literal } from './soql.js';
import type { Divider, Expander, PageAnswer, PartRequests, RequestSpec, Since } from './types.js';

/** The keys behind `from` up to and with `to`, either of which may be open. */
interface KeyRange {
  /** Beginning of the ids of its requests. */
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  /** Rows before it, and with it, as they were counted. */
  readonly start: number;
  readonly end: number;
}

interface KeysetParams {
  readonly select: string;
  readonly where: string;
  readonly ranges: readonly KeyRange[];
}

/**
 * Each page begins behind the last `:id` of the one before, so that no row that is there all the while can be missed or
 * come twice, whatever is inserted or deleted meanwhile (dev.socrata.com/docs/paging). Ranges that touch each other keep
 * this true wherever they are cut, for no key lies in two of them or in none. A range ends with its last key, with an
 * empty page, or with one that is not full once as many rows came as were counted: a server may give less than it is
 * asked for, and a table may grow as fast as it is read.
 *
 * `select`: address and `$select`. `count`: rows that the portal counts for the question.
 */
export function keyset(
  select: string,
  since: Since | undefined,
  count: number,
  limit: number,
  dividers: readonly Divider[] = [],
): Pick<PartRequests, 'requests' | 'expander'> {
  const ranges = rangesOf(dividers, count);
  const params: KeysetParams = { select, where: since === undefined ? '' : condition(since), ranges };
  const requests = ranges.map((range) => keyPage(params, range, range.from, range.start, limit));
  const reads = { last: ':id' };
  return {
    requests,
    expander: { kind: 'socrata_keyset', byKey: true, first: requests[0]!.id, params: { ...params }, reads },
  };
}

/** The page behind the last key of one that came; none at the end of its range. @throws LakeError LK3005 for rows without a key. */
export function afterKey(
  expander: Expander,
  previous: RequestSpec,
  { rows, last }: PageAnswer,
): readonly RequestSpec[] {
  const params = expander.params as unknown as KeysetParams;
  const range = params.ranges.find(({ name }) => previous.id.startsWith(name))!;
  const { offset: before = 0, limit = rows } = previous;
  const read = before + rows;
  const isFirst = before === range.start;
  // What the first page brings is what the server gives; only then is another page known to be full or not.
  if (rows === 0 || (!isFirst && rows < limit && read >= range.end)) return [];
  if (last === undefined || last === '') {
    throw new LakeError('LK3005', `${previous.url} answered with rows that have no :id`, {
      hint: 'The portal may be refreshing the table: run the same command again in some minutes',
      details: { url: previous.url },
    });
  }
  if (last === range.to) return [];
  return [keyPage(params, range, last, read, isFirst ? Math.min(limit, rows) : limit)];
}

function rangesOf(dividers: readonly Divider[], count: number): readonly KeyRange[] {
  return [...dividers, undefined].map((divider, i) => {
    const before = dividers[i - 1];
    return {
      name: `k${String(i).padStart(2, '0')}-`,
      ...(before === undefined ? {} : { from: before.key }),
      ...(divider === undefined ? {} : { to: divider.key }),
      start: before?.rows ?? 0,
      end: divider?.rows ?? count,
    };
  });
}

function keyPage(
  { select, where }: KeysetParams,
  { name, to }: KeyRange,
  after: string | undefined,
  offset: number,
  limit: number,
): RequestSpec {
  const keys = [
    ...(after === undefined ? [] : [`:id > ${literal(after)}`]),
    ...(to === undefined ? [] : [`:id <= ${literal(to)}`]),
  ];
  const all = [...(where === '' ? [] : [keys.length > 0 ? `(${where})` : where]), ...keys];
  const clause = all.length === 0 ? '' : `&$where=${encode(all.join(' AND '))}`;
  return {
    id: `${name}${String(offset).padStart(10, '0')}`,
    url: `${select}${clause}&$order=:id&$limit=${limit}`,
    method: 'GET',
    expect: 'csv',
    offset,
    limit,
    conditional: false,
  };
}
