import { createHash } from 'node:crypto';
import { LakeError } from '../errors/lake-error.js';
import { accessHint } from './access-hint.js';
import { missingNote, missingYear, sameTitle } from './family.js';
import { dividers } from './socrata-dividers.js';
import { afterKey, keyset } from './socrata-keyset.js';
import { condition, encode } from './soql.js';
import type {
  Expander,
  PageAnswer,
  Part,
  PortalClient,
  Probe,
  RequestSpec,
  Since,
  Source,
  SourceContext,
} from './types.js';
import { renderText, templateFields } from './url-template.js';
import { variants } from './variants.js';

/** SODA 2.0's own maximum; 2.1 gives it too, and a server that gives less is found out by its first page. */
const pageRows = 50_000;

const FOUR_BY_FOUR = /^[a-z0-9]{4}-[a-z0-9]{4}$/;

/** More rows than any table has: a portal that counts more is not believed, for its pages could not be listed. */
const mostRows = 5_000_000_000;

/**
 * Socrata's SODA 2 API (dev.socrata.com/docs): CSV pages in the order of `:id`, all at once. A part is one dataset, its
 * id the four-by-four; a family has one part for each member.
 */
export const socrata: Source = {
  type: 'socrata',
  incremental: true,

  caps: () => ({ 1000: 'Socrata’s default $limit', [pageRows]: 'the largest page of SODA 2.0' }),

  async discover(context) {
    const template = context.dataset.source.id;
    return variants(context, template === undefined ? [] : templateFields(template)).map((variant): Part => {
      const id = variant.member ?? renderText(template ?? '', variant.values);
      if (!FOUR_BY_FOUR.test(id)) {
        throw new LakeError('LK3006', `"${id}" is not a Socrata id`, {
          hint: 'Ids are four-by-fours, such as h9gi-nx95',
          details: { id },
        });
      }
      const values = Object.values(variant.variables);
      return {
        id,
        label: values.length === 0 ? id : `${values.join(' ')} (${id})`,
        variables: variant.variables,
        locator: {},
      };
    });
  },

  async probe(part, context, client, since, known) {
    const metadata = await readMetadata(part, context, client);
    if (
      metadata.fingerprint !== undefined &&
      metadata.fingerprint === known?.fingerprint &&
      known.count !== undefined
    ) {
      return {
        ...metadata,
        count: known.count,
        ...(since === undefined ? {} : { countSince: 0 }),
        requests: 1,
      };
    }
    const all = await countRows(part, context, client);
    if (since === undefined) return { ...metadata, ...all, requests: 2 };
    const { count: countSince } = await countRows(part, context, client, since);
    return { ...metadata, ...all, countSince, requests: 3 };
  },

  async remarks(context, client) {
    const missing = missingYear(context);
    if (missing === undefined) return [];
    if (missing.title === undefined) return [missingNote(context, missing)];
    const { url } = context.portal;
    const host = URL.canParse(url) ? new URL(url).host : '';
    const search = `${url}/api/catalog/v1?domains=${host}&search_context=${host}&only=datasets&limit=100&q=${encodeURIComponent(missing.title)}`;
    // The catalogue is a help: a dataset does not fail because it is down.
    const answer = await client.getJson(search, { accept: [200, 400, 403, 404] }).catch(() => undefined);
    const results = (answer?.body as { results?: unknown } | undefined)?.results;
    if (!Array.isArray(results)) return [missingNote(context, missing)];
    const found = results.find((one) => sameTitle(one?.resource?.name, missing.title!))?.resource?.id;
    return [
      missingNote(context, missing, typeof found === 'string' && FOUR_BY_FOUR.test(found) ? found : null),
    ];
  },

  explain(part, context, error) {
    if (error.code !== 'LK3104' || context.portal.hasToken) return error;
    const site = context.portal.url.replace(/^https?:\/\//, '');
    return new LakeError(
      'LK3002',
      `Rows of dataset ${part.label} at ${site} are not open without an app token`,
      {
        hint: `Make a token at ${context.portal.url}/profile/edit/developer_settings, and set it as token: of the portal ${context.portal.name} in project.yml`,
        details: error.details,
        cause: error,
      },
    );
  },

  async recount(part, context, client, since) {
    const { count, stamp } = await countRows(part, context, client, since);
    return { count, ...(stamp === undefined ? {} : { stamp }) };
  },

  divide(part, probe, context, client) {
    return dividers(part, probe, context, client, Math.min(pageRows, probe.pageCap ?? pageRows));
  },

  requests(part, probe, context, { since, strategy, limit: sample }) {
    const count = (since === undefined ? probe.count : probe.countSince) ?? 0;
    const limit = Math.min(pageRows, probe.pageCap ?? pageRows);
    const decode = { format: 'csv', rowId: ':id' } as const;
    // An empty table still has one page: it brings the columns. What is empty since the cursor has none.
    if (count === 0 && since !== undefined) return { requests: [], expectedRows: 0, decode };
    if (strategy === 'safe') {
      const cuts = since === undefined ? probe.dividers : undefined;
      return { ...keyset(selection(part, context), since, count, limit, cuts), expectedRows: count, decode };
    }
    const base = pageBase(part, context, since);
    if (sample !== undefined) return { requests: [page(base, 0, Math.min(sample, limit))], decode };
    const requests = range(0, Math.max(count, 1), limit).map((offset) => page(base, offset, limit));
    const first = requests[0]!.id;
    return {
      requests,
      expander: { kind: 'socrata_pages', first, params: { base, count, limit } },
      expectedRows: count,
      decode,
    };
  },

  rowIds(part, probe, context, strategy) {
    const count = probe.count ?? 0;
    const limit = Math.min(pageRows, probe.pageCap ?? pageRows);
    const decode = { format: 'csv', rowId: ':id' } as const;
    const select = `${context.portal.url}/resource/${part.id}.csv?$select=:id`;
    if (strategy === 'safe')
      return { ...keyset(select, undefined, count, limit, probe.dividers), expectedRows: count, decode };
    const base = `${select}&$order=:id`;
    const requests = range(0, Math.max(count, 1), limit).map((offset) => page(base, offset, limit));
    const expander = {
      kind: 'socrata_pages',
      first: requests[0]!.id,
      params: { base, count, limit },
    } as const;
    return { requests, expander, expectedRows: count, decode };
  },

  advance(expander, previous, answer) {
    return expander.kind === 'socrata_keyset'
      ? afterKey(expander, previous, answer)
      : shortPages(expander, previous, answer);
  },
};

/**
 * The first page shows what the server really gives. Less than asked, with more to come: every page is as short, so
 * what each left out is asked for, again all at once, in pages of the size that came.
 */
function shortPages(expander: Expander, previous: RequestSpec, { rows }: PageAnswer): readonly RequestSpec[] {
  const { base, count, limit } = expander.params as { base: string; count: number; limit: number };
  const start = previous.offset ?? 0;
  const asked = Math.min(previous.limit ?? limit, count - start);
  if (rows === 0 || rows >= asked) return [];
  const planned = previous.id === expander.first ? range(0, count, limit) : [start];
  const span = previous.id === expander.first ? limit : previous.limit!;
  return planned.flatMap((offset) => {
    const end = Math.min(offset + span, count);
    return range(offset + rows, end, rows).map((next) => page(base, next, Math.min(rows, end - next)));
  });
}

interface Metadata extends Omit<Probe, 'count' | 'requests'> {}

async function readMetadata(part: Part, context: SourceContext, client: PortalClient): Promise<Metadata> {
  const url = `${context.portal.url}/api/views/${part.id}.json`;
  const { status, body } = await client.getJson(url, { accept: [200, 401, 403, 404] });
  const site = context.portal.url.replace(/^https?:\/\//, '');
  if (status === 404) {
    throw new LakeError('LK3001', `There is no dataset ${part.label} at ${site}`, {
      hint: 'Yearly datasets are replaced by new ones: look for its new id at the portal',
      details: { url },
    });
  }
  if (status !== 200) {
    throw new LakeError('LK3002', `Dataset ${part.label} at ${site} is not public (HTTP ${status})`, {
      hint: accessHint(context.portal),
      details: { url },
    });
  }
  const view = body as { columns?: unknown; rowsUpdatedAt?: unknown; viewType?: unknown };
  if (!Array.isArray(view.columns)) {
    throw new LakeError('LK3005', `${url} answered without columns`, {
      hint: 'See what it answers in a browser: `url` of the portal in project.yml should be that of a Socrata portal',
      details: { url },
    });
  }
  if (view.viewType !== undefined && view.viewType !== 'tabular') {
    throw new LakeError(
      'LK3007',
      `Dataset ${part.label} at ${site} is not a table but of type "${String(view.viewType)}"`,
      {
        hint: "Use the id of the table that it is made from, see the dataset's page at the portal",
        details: { url },
      },
    );
  }
  const columns = (view.columns as readonly { fieldName?: unknown; position?: unknown }[])
    .toSorted((a, b) => Number(a.position ?? 0) - Number(b.position ?? 0))
    .flatMap(({ fieldName }) => (typeof fieldName === 'string' ? [fieldName] : []));
  const seconds = view.rowsUpdatedAt;
  if (typeof seconds !== 'number') return { exists: true, columns, pageCap: pageRows };
  const shape = createHash('sha256').update(columns.join('\n')).digest('hex').slice(0, 12);
  return {
    exists: true,
    columns,
    pageCap: pageRows,
    fingerprint: `${seconds} ${shape}`,
    updatedAt: new Date(seconds * 1000).toISOString(),
  };
}

/**
 * `[{"count":"2161036"}]`; the key's case differs between servers. The headers say which state of the data was counted,
 * and whether this copy of it lags behind the one that is edited (dev.socrata.com/docs/response-codes).
 */
async function countRows(
  part: Part,
  context: SourceContext,
  client: PortalClient,
  since?: Since,
): Promise<{ readonly count: number } & Pick<Probe, 'stamp' | 'notes'>> {
  const where = since === undefined ? '' : `&$where=${encode(condition(since))}`;
  const url = `${context.portal.url}/resource/${part.id}.json?$select=count(*)${where}`;
  // An answer without its one row is asked for again: everything that follows depends on it.
  let { body, headers } = await client.getJson(url);
  for (let more = 2; more > 0 && countOf(body) === undefined; more -= 1)
    ({ body, headers } = await client.getJson(url));
  const count = countOf(body);
  if (count === undefined) {
    throw new LakeError('LK3005', `${url} answered without a count`, {
      hint: 'Nothing is fetched that cannot be counted: run the same command again in some minutes',
      transient: true,
      details: { url },
    });
  }
  const stamp = headers['x-soda2-truth-last-modified'];
  const lag = replicaLag(headers);
  return {
    count,
    ...(stamp === undefined ? {} : { stamp }),
    ...(lag === undefined ? {} : { notes: [`${part.label}: ${lag}`] }),
  };
}

function countOf(body: unknown): number | undefined {
  const row: unknown = Array.isArray(body) ? body[0] : undefined;
  const count = Number(typeof row === 'object' && row !== null ? Object.values(row)[0] : Number.NaN);
  return Number.isSafeInteger(count) && count >= 0 && count <= mostRows ? count : undefined;
}

/** Portals answer from copies; one that is out of date says so in its headers. */
function replicaLag(headers: Readonly<Record<string, string>>): string | undefined {
  const truth = headers['x-soda2-truth-last-modified'];
  const copy = headers['x-soda2-secondary-last-modified'];
  const outOfDate = /^\s*true\s*$/i.test(headers['x-soda2-data-out-of-date'] ?? '');
  if (truth !== undefined && copy !== undefined && Date.parse(copy) < Date.parse(truth))
    return `the portal answers from a copy of ${copy}, while its data is of ${truth}; the next run will ask again`;
  return outOfDate
    ? 'the portal says that its answer is out of date; the next run will ask again'
    : undefined;
}

/** `:id` finds rows that two pages both deliver; other system fields come only where the cursor needs them. A star must stand first. */
function selection(part: Part, context: SourceContext): string {
  const { cursor } = context.dataset.load;
  const system = [':id', ...(cursor?.startsWith(':') && cursor !== ':id' ? [cursor] : [])];
  return `${context.portal.url}/resource/${part.id}.csv?$select=${encode(['*', ...system].join(','))}`;
}

function pageBase(part: Part, context: SourceContext, since: Since | undefined): string {
  const where = since === undefined ? '' : `&$where=${encode(condition(since))}`;
  return `${selection(part, context)}${where}&$order=:id`;
}

function page(base: string, offset: number, limit: number): RequestSpec {
  return {
    id: `p${String(offset).padStart(10, '0')}`,
    url: `${base}&$limit=${limit}&$offset=${offset}`,
    method: 'GET',
    expect: 'csv',
    offset,
    limit,
    conditional: false,
  };
}

function range(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  for (let value = from; value < to; value += step) values.push(value);
  return values;
}
