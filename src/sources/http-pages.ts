/** Pages of an HTTP source: how they follow each other, as `pages:` of the manifest says. Pure. */
import { LakeError } from '../errors/lake-error.js';
import type { PagesSpec } from '../project/types.js';
import type { Expander, PageAnswer, RequestOptions, RequestSpec } from './types.js';

/** What an expander of kind `http_pages` carries, as plain data. */
interface Params {
  readonly pages: PagesSpec;
  /** Origins and hosts that a next link may lead to beside its own. */
  readonly hosts: readonly string[];
  /** One page after the other, each judged by what really came: the second try. */
  readonly oneByOne: boolean;
}

/** Where nothing is said in the manifest. */
const MOST_PAGES = 100_000;

export interface PagedRequests {
  readonly requests: readonly RequestSpec[];
  readonly expander: Expander;
}

/** The first page of a part, and how the others are found from its answer. `only`: the part's one request without pages. */
export function firstPage(
  only: RequestSpec,
  pages: PagesSpec,
  records: string | undefined,
  hosts: readonly string[],
  strategy: RequestOptions['strategy'],
): PagedRequests {
  const start =
    pages.type === 'page' || pages.type === 'offset'
      ? position(pages, pages.first ?? (pages.type === 'page' ? 1 : 0))
      : {};
  const first: RequestSpec = {
    ...only,
    url: withParameters(only.url, { ...start, ...sizeOf(pages, pages.size) }),
    expect: needsJson(pages) ? 'json' : only.expect,
    offset: 0,
    conditional: false,
    ...(pages.size === undefined ? {} : { limit: pages.size }),
  };
  const params: Params = { pages, hosts, oneByOne: strategy === 'safe' };
  const values = [pages.path, pages.total].filter((path) => path !== undefined);
  return {
    requests: [first],
    expander: {
      kind: 'http_pages',
      first: first.id,
      params: { ...params },
      reads: {
        ...(records === undefined ? {} : { records }),
        values,
        ...(pages.total === undefined ? {} : { total: pages.total }),
      },
      maxPages: pages.maxPages ?? MOST_PAGES,
    },
  };
}

/** Links, cursors and totals stand in the body: it has to be JSON. */
export function needsJson(pages: PagesSpec): boolean {
  return pages.type === 'next_link' || pages.type === 'cursor' || pages.total !== undefined;
}

/**
 * The pages after one. They end where the portal names no next one, where an empty page comes and no total is known, or
 * where the total is reached: never because a page is shorter than asked for (fault F13).
 * @throws LakeError LK3005 for a next link or cursor that is no text and a total that is no number, LK3121 for a link to another host, LK3132.
 */
export function nextPages(
  expander: Expander,
  previous: RequestSpec,
  answer: PageAnswer,
): readonly RequestSpec[] {
  const { pages, hosts, oneByOne } = expander.params as unknown as Params;
  const total = pages.total === undefined ? undefined : answer.values[pages.total];
  if (pages.total !== undefined && typeof total !== 'number' && previous.id === expander.first) {
    throw new LakeError('LK3005', `${previous.url} has no number at "${pages.total}"`, {
      hint: 'Correct `pages: {total:}` in the manifest, or leave it out: then nothing says how many rows there are',
      details: { url: previous.url, path: pages.total },
    });
  }
  const read = (previous.offset ?? 0) + answer.rows;
  const next = (url: string, more: Partial<RequestSpec> = {}): readonly RequestSpec[] => [
    { ...previous, id: idAfter(previous.id), url, offset: read, ...more },
  ];
  switch (pages.type) {
    case 'next_link':
      return follow(textAt(answer, pages.path!, previous), previous, hosts).flatMap((url) => next(url));
    case 'link_header':
      return follow(answer.next, previous, hosts).flatMap((url) => next(url));
    case 'cursor': {
      const cursor = textAt(answer, pages.path!, previous);
      return cursor === undefined ? [] : next(withParameters(previous.url, { [pages.param!]: cursor }));
    }
    case 'page':
    case 'offset': {
      if (typeof total !== 'number') {
        if (answer.rows === 0) return [];
      } else if (read >= total) return [];
      if (typeof total === 'number' && !oneByOne) {
        return previous.id === expander.first ? allAtOnce(expander, previous, answer.rows, total) : [];
      }
      if (answer.rows > 0 || pages.type === 'page') return next(numbered(pages, previous, read));
      // An empty page before the total: beyond the hole there may be more.
      const beyond = read + (pages.size ?? 1);
      return next(numbered(pages, previous, beyond), { offset: beyond });
    }
  }
}

/** Total and size of the first page say which pages there are: all of them are asked for together. */
function allAtOnce(
  expander: Expander,
  first: RequestSpec,
  size: number,
  total: number,
): readonly RequestSpec[] {
  const { pages } = expander.params as unknown as Params;
  if (size === 0) return [];
  const count = Math.ceil(total / size);
  const most = expander.maxPages ?? MOST_PAGES;
  if (count > most) {
    throw new LakeError(
      'LK3132',
      `${first.url} has ${count.toLocaleString('en')} pages by its own total of ${total.toLocaleString('en')}, more than ${most.toLocaleString('en')}`,
      {
        hint: 'Ask for larger pages, or raise `pages: {max_pages:}` in the manifest',
        details: { url: first.url, total, limit: most },
      },
    );
  }
  return Array.from({ length: count - 1 }, (_, i): RequestSpec => {
    const offset = (i + 1) * size;
    const at = pages.type === 'page' ? (pages.first ?? 1) + i + 1 : (pages.first ?? 0) + offset;
    // A server that gives less than it is asked for is asked for what it gives.
    const asked = pages.size === undefined ? undefined : Math.min(pages.size, size);
    return {
      ...first,
      id: pageId(i + 1),
      url: withParameters(first.url, {
        ...position(pages, at),
        ...(pages.type === 'offset' ? sizeOf(pages, asked) : {}),
      }),
      offset,
    };
  });
}

function numbered(pages: PagesSpec, previous: RequestSpec, offset: number): string {
  const number = Number(idAfter(previous.id).slice(1));
  const at = pages.type === 'page' ? (pages.first ?? 1) + number : (pages.first ?? 0) + offset;
  return withParameters(previous.url, position(pages, at));
}

function position(pages: PagesSpec, at: number): Readonly<Record<string, string>> {
  return { [pages.param!]: String(at) };
}

function sizeOf(pages: PagesSpec, size: number | undefined): Readonly<Record<string, string>> {
  return pages.sizeParam === undefined || size === undefined ? {} : { [pages.sizeParam]: String(size) };
}

/** Null, false and empty text say that there is no next page. */
function textAt(answer: PageAnswer, path: string, previous: RequestSpec): string | undefined {
  const value = answer.values[path];
  if (value === undefined || value === null || value === false || value === '') return undefined;
  if (typeof value === 'boolean') {
    throw new LakeError('LK3005', `${previous.url} has no link or cursor at "${path}" but ${value}`, {
      hint: 'See what the portal sends, and correct `path:` under pages',
      details: { url: previous.url, path },
    });
  }
  return String(value);
}

/** The address that a link names: of the same origin, or of a host that the project allows. */
function follow(
  link: string | undefined,
  previous: RequestSpec,
  hosts: readonly string[],
): readonly string[] {
  if (link === undefined) return [];
  const from = new URL(previous.url);
  if (!URL.canParse(link, from.href)) {
    throw new LakeError(
      'LK3005',
      `${previous.url} names "${link.slice(0, 200)}" as its next page, which is no address`,
      {
        hint: 'See what the portal sends, and correct `path:` under pages',
        details: { url: previous.url },
      },
    );
  }
  const url = new URL(link, from);
  // Behind a proxy that ends TLS a server takes itself for http.
  if (
    url.protocol === 'http:' &&
    from.protocol === 'https:' &&
    url.hostname === from.hostname &&
    url.port === ''
  ) {
    url.protocol = 'https:';
    url.port = from.port;
  }
  if (url.origin !== from.origin && !hosts.includes(url.host) && !hosts.includes(url.hostname)) {
    throw new LakeError('LK3121', `${previous.url} leads to another host for its next page: ${url.origin}`, {
      hint: `If that is meant, add ${url.host} to allowed_hosts in project.yml`,
      details: { url: previous.url, next: url.href },
    });
  }
  url.hash = '';
  return [url.href];
}

/** The address with these parameters in place of its own of the same names; everything else stays as it is written. */
export function withParameters(url: string, parameters: Readonly<Record<string, string>>): string {
  const names = Object.keys(parameters);
  if (names.length === 0) return url;
  const [start = '', query = ''] = url.split('#', 1)[0]!.split(/\?(.*)/s, 2);
  const pairs = query.split('&').filter((pair) => pair !== '');
  const written = (name: string) => `${encodeURIComponent(name)}=${encodeURIComponent(parameters[name]!)}`;
  const present = new Set(pairs.map(nameOf));
  const replaced = pairs.map((pair) => (names.includes(nameOf(pair)) ? written(nameOf(pair)) : pair));
  const added = names.filter((name) => !present.has(name)).map(written);
  return `${start}?${[...new Set(replaced), ...added].join('&')}`;
}

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0]!.replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function idAfter(id: string): string {
  return pageId(Number(id.slice(1)) + 1);
}

function pageId(number: number): string {
  return `p${String(number).padStart(6, '0')}`;
}
