import { LakeError } from '../errors/lake-error.js';
import type { Dataset } from '../project/types.js';
import { fileParts, fileRequest, unprobed } from './file-parts.js';
import { firstPage, needsJson, nextPages } from './http-pages.js';
import type { Source } from './types.js';
import { renderUrl } from './url-template.js';

/** Files at `url:` or `urls:`, absolute or below the portal's own address, whole or in pages. The part's id is the address. */
export const http: Source = {
  type: 'http',
  incremental: false,

  caps: (dataset) => Object.assign({}, ...urlTemplates(dataset).flatMap(capsOfAddress)),

  async discover(context) {
    const { source } = context.dataset;
    return fileParts(context, urlTemplates(context.dataset), (template, values) => {
      const url = absolute(renderUrl(template, values), context.portal.url);
      if (!URL.canParse(url)) {
        throw new LakeError('LK3006', `"${url}" is not an address`, {
          hint: 'Write an absolute address, or one below the url of its portal',
          details: { template, missing: source.missing },
        });
      }
      return { id: url, url };
    });
  },

  async probe() {
    return unprobed;
  },

  requests(part, _probe, context, { strategy }) {
    const file = fileRequest(part, context);
    const { pages, records } = context.dataset.source;
    if (pages === undefined) return file;
    const hosts = [...(context.allowedHosts ?? []), ...writtenHosts(context.dataset)];
    const paged = firstPage(file.requests[0]!, pages, records, hosts, strategy);
    return { ...paged, decode: needsJson(pages) ? { ...file.decode, format: 'json' } : file.decode };
  },

  advance: nextPages,
};

/** An address tells whose protocol answers there, and so where its answers end. */
const KNOWN_CAPS: readonly (readonly [address: RegExp, caps: Readonly<Record<number, string>>])[] = [
  [
    /\/resource\/[a-z0-9]{4}-[a-z0-9]{4}\./,
    { 1000: 'Socrata’s default $limit', 50000: 'the largest page of SODA 2.0' },
  ],
  [/\/(Feature|Map)Server\//i, { 1000: 'a page of ArcGIS servers', 2000: 'a page of ArcGIS servers' }],
  [/\/api\/(explore|records)\//, { 10000: 'the window of Opendatasoft’s records' }],
  [/\/datastore(_search|\/)/, { 32000: 'the most rows that CKAN’s datastore gives in one answer' }],
];

function capsOfAddress(address: string): readonly Readonly<Record<number, string>>[] {
  return KNOWN_CAPS.filter(([known]) => known.test(address)).map(([, caps]) => caps);
}

/** `url` and `urls` of a manifest, as written. */
export function urlTemplates(dataset: Dataset): readonly string[] {
  const { url, urls = [] } = dataset.source;
  return url === undefined ? urls : [url, ...urls];
}

/** The address itself, or the one below a portal's. */
export function absolute(url: string, base: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `${base}/${url.replace(/^\/+/, '')}`;
}

/** Hosts (`host` or `host:port`) that stand in a manifest's `url` and `urls`: the user wrote them, so they may be private. */
export function writtenHosts(dataset: Dataset): readonly string[] {
  return urlTemplates(dataset).flatMap((template) => {
    const origin = /^https?:\/\/[^/?#]+/i.exec(template)?.[0];
    return origin !== undefined && !/[{}@]/.test(origin) && URL.canParse(origin)
      ? [new URL(origin).host]
      : [];
  });
}
