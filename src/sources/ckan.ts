import { LakeError } from '../errors/lake-error.js';
import type { SourceSpec } from '../project/types.js';
import { resourcesOfPackage } from './ckan-package.js';
import { type ChosenResource, type CkanResource, readResources } from './ckan-resources.js';
import { decodeHint, fileFormat } from './decode-hint.js';
import { missingNote, missingYear, sameTitle } from './family.js';
import { unprobed } from './file-parts.js';
import { absolute } from './http.js';
import { portalDate } from './portal-date.js';
import type { Part, PartRequests, PortalClient, Probe, RequestSpec, Source, SourceContext } from './types.js';

/** `ckan.datastore.search.rows_max` where nobody changed it. */
const defaultCap = 32_000;

/**
 * The City of Toronto's loader deletes a datastore table and creates it anew in batches of so many rows, while everybody reads
 * it (open-data-toronto/operations). Nothing of the kind is known of other portals: CKAN's own loaders write all rows at once
 * (xloader) or a few hundred at a time (DataPusher).
 */
const toronto = { host: /(^|\.)prod-toronto\.ca$/, batch: 20_000 };

/** Where datastore_search tells the number of all rows, and the limit that it really applied. */
const TOTAL = 'result.total';
const LIMIT = 'result.limit';
const RECORDS = 'result.records';

/** Where a part's rows are: the datastore, a file of the package, or the manifest's fallback. */
interface Locator {
  readonly kind: 'datastore' | 'file' | 'fallback';
  readonly base: string;
  readonly url: string;
  readonly format: string;
  readonly uploaded: boolean;
  readonly lastModified?: string;
}

/**
 * CKAN's action API, version 3 (docs.ckan.org/en/2.9/api): a package's resource, from the datastore by dump or in pages,
 * else as a file. The part's id is the resource's.
 */
export const ckan: Source = {
  type: 'ckan',
  incremental: false,

  refreshBatch({ url, refreshBatch }) {
    const host = URL.canParse(url) ? new URL(url).hostname : '';
    return refreshBatch ?? (toronto.host.test(host) ? toronto.batch : undefined);
  },

  caps: () => ({ [defaultCap]: 'the most rows that CKAN’s datastore gives in one answer' }),

  async discover(context, client) {
    const { source } = context.dataset;
    try {
      const { chosen } = await resourcesOfPackage(context, client);
      const parts = chosen.map((one) => resourcePart(one, context.portal.url));
      const isTwin = ({ label }: Part) => parts.filter((part) => part.label === label).length > 1;
      return parts.map((part) => (isTwin(part) ? { ...part, label: `${part.label} (${part.id})` } : part));
    } catch (error) {
      if (source.url === undefined || !isPortalsFault(error)) throw error;
      return [fallbackPart(source.url, context.portal.url)];
    }
  },

  async probe(part, context, client) {
    const locator = locatorOf(part);
    if (locator.kind === 'datastore') return probeDatastore(part, locator, context, client);
    const updatedAt = portalDate(locator.lastModified);
    if (locator.kind === 'fallback') return unprobed;
    if (locator.uploaded && locator.lastModified !== undefined) {
      return { exists: true, requests: 0, fingerprint: locator.lastModified, updatedAt };
    }
    return probeFile(locator.url, client);
  },

  /** The next member of a family is a resource of the same package, under the title that the manifest gives. */
  async remarks(context, client) {
    const missing = missingYear(context);
    if (missing === undefined) return [];
    const { title } = missing;
    if (title === undefined) return [missingNote(context, missing)];
    const all = await resourcesOfPackage(context, client).catch(() => undefined);
    if (all === undefined) return [missingNote(context, missing)];
    const found = all.resources.find((one) => !one.cacheCopy && sameTitle(one.name, title));
    return [missingNote(context, missing, found?.id ?? null)];
  },

  async recount(part, context, client) {
    const locator = locatorOf(part);
    if (locator.kind !== 'datastore') return {};
    const { count } = await probeDatastore(part, locator, context, client);
    const stamp = locator.lastModified === undefined ? undefined : await lastModified(part, locator, client);
    return { ...(count === undefined ? {} : { count }), ...(stamp === undefined ? {} : { stamp }) };
  },

  requests(part, probe, context, options) {
    const locator = locatorOf(part);
    if (locator.kind !== 'datastore') return fileRequests(locator, context.dataset.source);
    if (options.limit !== undefined) {
      const { decode } = pages(part, locator, probe);
      const limit = Math.min(options.limit, probe.pageCap ?? defaultCap);
      return { requests: [page(locator.base, part.id, 0, limit)], decode };
    }
    // A dump has no length and no count in it: where nothing else counts either, pages tell their own end.
    if (probe.count === undefined) return pages(part, locator, probe);
    const made = options.strategy === 'fast' ? dump(part, locator) : pages(part, locator, probe);
    return { ...made, expectedRows: probe.count };
  },

  /** Pages follow each other by the rows that really came: the server lowers a limit above its cap without a word (fault F13). */
  advance(expander, previous, { rows, values }) {
    if (rows === 0) return [];
    const { [TOTAL]: total, [LIMIT]: limit } = values;
    const offset = (previous.offset ?? 0) + rows;
    // An estimate is no end: there it is an empty page.
    if (expander.params['uncounted'] !== true && typeof total === 'number' && offset >= total) return [];
    const applied =
      typeof limit === 'number' && limit > 0 ? Math.min(limit, previous.limit ?? limit) : previous.limit!;
    return [page(String(expander.params['base']), String(expander.params['resource']), offset, applied)];
  },
};

function resourcePart({ resource, variables }: ChosenResource, base: string): Part {
  return {
    id: resource.id,
    label: resource.name === '' ? resource.id : resource.name,
    variables,
    locator: {
      kind: resource.inDatastore ? 'datastore' : 'file',
      base,
      url: resource.inDatastore ? `${base}/datastore/dump/${resource.id}` : fileUrl(resource, base),
      format: resource.format,
      uploaded: resource.urlType === 'upload',
      ...(resource.lastModified === undefined ? {} : { lastModified: resource.lastModified }),
    } satisfies Locator,
  };
}

/** A portal's own uploads are asked for at its own address: the one in `url` may be an internal host, or relative. */
function fileUrl(resource: CkanResource, base: string): string {
  const url = absolute(resource.url, base);
  const own =
    resource.urlType === 'upload' && URL.canParse(url)
      ? /\/dataset\/.*$/.exec(new URL(url).pathname)?.[0]
      : undefined;
  if (own !== undefined) return base + own;
  if (resource.url !== '' && URL.canParse(url)) return url;
  throw new LakeError('LK3005', `Resource "${resource.name}" has no usable address: "${resource.url}"`, {
    hint: 'Choose another of its resources with `resource:` in the manifest, or tell the portal',
    details: { resource: resource.id },
  });
}

function fallbackPart(url: string, base: string): Part {
  const address = absolute(url, base);
  return {
    id: address,
    label: address,
    variables: {},
    locator: { kind: 'fallback', base, url: address, format: '', uploaded: false } satisfies Locator,
  };
}

/** The fallback answers for a portal that is down, lost the package or hides it; not for a manifest that is ambiguous. */
function isPortalsFault(error: unknown): boolean {
  return (
    error instanceof LakeError &&
    error.code !== 'LK3004' &&
    error.code !== 'LK3110' &&
    error.code.startsWith('LK3')
  );
}

function locatorOf(part: Part): Locator {
  return part.locator as unknown as Locator;
}

async function probeDatastore(
  part: Part,
  { base, lastModified }: Locator,
  context: SourceContext,
  client: PortalClient,
): Promise<Probe> {
  const url = `${base}/api/3/action/datastore_search?resource_id=${encodeURIComponent(part.id)}&limit=0`;
  const { status, body } = await client.getJson(url, { accept: [200, 403, 404] });
  if (status !== 200) {
    throw new LakeError(
      status === 404 ? 'LK3001' : 'LK3002',
      `The table of resource "${part.label}" cannot be read (HTTP ${status})`,
      {
        hint: `The portal may be filling it anew: run the same command again in some minutes`,
        transient: status === 404,
        details: { url, package: context.dataset.source.package },
      },
    );
  }
  const result = (body as { result?: { total?: unknown; total_was_estimated?: unknown; fields?: unknown } })
    .result;
  if (result === undefined || !Array.isArray(result.fields))
    throw new LakeError('LK3005', `${url} answered without fields`, {
      hint: 'The portal may be filling the table anew: run the same command again in some minutes',
      details: { url },
    });
  const count =
    typeof result.total === 'number' && result.total_was_estimated !== true ? result.total : undefined;
  return {
    exists: true,
    requests: 1,
    ...(count === undefined ? {} : { count }),
    // A reader may meet a table half filled: the same date with another count is another state of it.
    ...(lastModified === undefined
      ? {}
      : { fingerprint: `${lastModified} ${count ?? ''}`.trim(), stamp: lastModified }),
    columns: result.fields.map((field: { id?: unknown }) => String(field.id)),
    updatedAt: portalDate(lastModified),
    pageCap: defaultCap,
  };
}

/**
 * The date of a resource's data as resource_show has it now, the same as in package_show: a row that went while another
 * came leaves the count as it was. A portal that does not show it is known by its count alone.
 */
async function lastModified(
  part: Part,
  { base }: Locator,
  client: PortalClient,
): Promise<string | undefined> {
  const url = `${base}/api/3/action/resource_show?id=${encodeURIComponent(part.id)}`;
  const { body } = await client.getJson(url, { accept: [200, 400, 403, 404, 409] });
  const shown = (body as { result?: unknown } | null | undefined)?.result;
  return readResources([shown])[0]?.lastModified;
}

/** Linked files may change without their portal's knowledge; a server that refuses HEAD is asked again by the conditional GET. */
async function probeFile(url: string, client: PortalClient): Promise<Probe> {
  const { status, headers } = await client.head(url);
  if (status !== 200) return { exists: true, requests: 1 };
  const { etag, 'last-modified': modified } = headers;
  const date = modified === undefined ? Number.NaN : Date.parse(modified);
  return {
    exists: true,
    requests: 1,
    ...((etag ?? modified) === undefined ? {} : { fingerprint: etag ?? modified }),
    ...(Number.isNaN(date) ? {} : { updatedAt: new Date(date).toISOString() }),
  };
}

/** All rows in one answer, streamed by the server in pages of its own; it has no Content-Length, so the count is the check. */
function dump(part: Part, { base }: Locator): PartRequests {
  const url = `${base}/datastore/dump/${encodeURIComponent(part.id)}?format=csv&sort=_id`;
  return {
    requests: [{ id: 'p00000', url, method: 'GET', expect: 'csv', conditional: false }],
    lineEnds: true,
    decode: { format: 'csv', rowId: '_id' },
  };
}

/** A total is believed where the portal did not say that it is estimated. */
function pages(part: Part, { base }: Locator, probe: Probe): PartRequests {
  const uncounted = probe.count === undefined;
  const first = page(base, part.id, 0, probe.pageCap ?? defaultCap);
  return {
    requests: [first],
    expander: {
      kind: 'ckan_pages',
      first: first.id,
      params: { base, resource: part.id, ...(uncounted ? { uncounted } : {}) },
      reads: { records: RECORDS, values: [TOTAL, LIMIT], ...(uncounted ? {} : { total: TOTAL }) },
    },
    decode: { format: 'json', records: RECORDS, rowId: '_id' },
  };
}

function page(base: string, resource: string, offset: number, limit: number): RequestSpec {
  return {
    id: `p${String(offset).padStart(10, '0')}`,
    url: `${base}/api/3/action/datastore_search?resource_id=${encodeURIComponent(resource)}&sort=_id&limit=${limit}&offset=${offset}`,
    method: 'GET',
    expect: 'json',
    offset,
    limit,
    conditional: false,
  };
}

function fileRequests({ url, format }: Locator, source: SourceSpec): PartRequests {
  const name = format === '' ? new URL(url).pathname : `.${format}`;
  const guess = fileFormat(source, name);
  return {
    requests: [{ id: 'p00000', url, method: 'GET', expect: guess.expect, conditional: true }],
    decode: decodeHint(source, guess.format, name),
  };
}
