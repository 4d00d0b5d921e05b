/** `source:` of a manifest. */
import type { SourceObject } from '../schema/source.js';
import type { PagesSpec, ReadOptions, SourceSpec } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';
import { asList } from './as-written.js';
import { defined } from './defined.js';

/** Credentials and headers are left out on purpose: they live in `Secrets` alone. */
export function toSource(s: SourceObject, doc: YamlFile): SourceSpec {
  const { resource, family, for_each, explode } = s;
  return defined({
    package: s.package,
    resource: resource && defined({ format: asList(resource.format), name: resource.name, id: resource.id }),
    id: s.id,
    url: s.url,
    urls: s.urls,
    files: asList(s.files),
    records: s.records,
    pages: s.pages && toPages(s.pages),
    family: family && toFamily(family),
    forEach: for_each && {
      ...defined({ dataset: for_each.dataset, where: for_each.where }),
      at: doc.at(['source', 'for_each', 'dataset']),
    },
    missing: s.missing,
    read: s.read && toRead(s.read),
    explode:
      typeof explode === 'string'
        ? { path: explode, keepEmpty: false }
        : explode && { path: explode.path, keepEmpty: explode.keep_empty ?? false },
    at: doc.atKey(['source']),
  });
}

/** Query parameters and paths where the manifest names none. */
const PAGE_DEFAULTS: Readonly<Record<PagesSpec['type'], Partial<PagesSpec>>> = {
  next_link: { path: 'next' },
  link_header: {},
  page: { param: 'page' },
  offset: { param: 'offset', sizeParam: 'limit' },
  cursor: { param: 'cursor' },
};

function toPages(written: NonNullable<SourceObject['pages']>): PagesSpec {
  const { size_param: sizeParam, max_pages: maxPages, ...others } = written;
  return { ...PAGE_DEFAULTS[written.type], ...defined({ ...others, sizeParam, maxPages }) };
}

function toRead(read: NonNullable<SourceObject['read']>): ReadOptions {
  const {
    skip_rows: skipRows,
    footer_rows: footerRows,
    invalid_bytes: invalidBytes,
    repeated_header: repeatedHeader,
    ...others
  } = read;
  return defined({ ...others, skipRows, footerRows, invalidBytes, repeatedHeader });
}

/** The one key beside `catalogue` is the variable; `undefined` where there is none, which a check reports. */
function toFamily({ catalogue, ...variables }: NonNullable<SourceObject['family']>): SourceSpec['family'] {
  const [entry] = Object.entries(variables as Readonly<Record<string, Readonly<Record<string, string>>>>);
  if (!entry) return undefined;
  const [variable, members] = entry;
  return defined({ variable, members, catalogue });
}
