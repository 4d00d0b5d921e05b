import type { SourceSpec } from '../project/types.js';
import type { DecodeHint, RequestSpec } from './types.js';

/**
 * The manifest's `records`, `read` and `explode`, as far as they concern the format.
 * @param name The file's name or `.format`, where one is known: a `.tsv` has tabs.
 */
export function decodeHint(source: SourceSpec, format: DecodeHint['format'], name = ''): DecodeHint {
  const { read } = source;
  return present({
    format,
    member: read?.member,
    records: source.records,
    explode: source.explode,
    sheet: read?.sheet,
    header: read?.header,
    skipRows: read?.skipRows,
    footerRows: read?.footerRows,
    delimiter: read?.delimiter ?? (TABS.has(extensionOf(name)) ? '\t' : undefined),
    quote: read?.quote,
    encoding: read?.encoding,
    invalidBytes: read?.invalidBytes,
    ragged: read?.ragged,
    repeatedHeader: read?.repeatedHeader,
  });
}

const TABS: ReadonlySet<string> = new Set(['tsv', 'tab']);

/** What files of these endings are, as far as their bytes cannot tell it better. */
const BY_EXTENSION: Readonly<Record<string, DecodeHint['format']>> = {
  xlsx: 'xlsx',
  xls: 'xlsx',
  parquet: 'parquet',
  zip: 'zip',
  ndjson: 'json',
  jsonl: 'json',
};

/** Lower case, without the `.gz` of a file that is unpacked on its way. */
function extensionOf(name: string): string {
  return /\.([a-z0-9]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

/**
 * The format of a file before its bytes are known. What the manifest says about reading is binding; a name is only a
 * guess, and then the bytes decide (`expect: 'any'`), except that JSON is always known by its first character.
 */
export function fileFormat(
  source: SourceSpec,
  name: string,
): { readonly format: DecodeHint['format']; readonly expect: RequestSpec['expect'] } {
  const extension = extensionOf(name);
  if (source.read?.member !== undefined) return { format: 'zip', expect: 'zip' };
  // An archive's members are told apart one by one, by what the manifest says of reading them.
  if (extension === 'zip') return { format: 'zip', expect: 'any' };
  if (extension === 'geojson') return { format: 'geojson', expect: 'geojson' };
  if (source.records !== undefined || source.explode !== undefined) return { format: 'json', expect: 'json' };
  if (source.read?.sheet !== undefined) return { format: 'xlsx', expect: 'xlsx' };
  if (source.read?.delimiter !== undefined || source.read?.quote !== undefined)
    return { format: 'csv', expect: 'csv' };
  if (extension === 'json') return { format: 'json', expect: 'json' };
  return { format: BY_EXTENSION[extension] ?? 'csv', expect: 'any' };
}

/** Without the keys whose value is undefined, so that equal hints are equal as JSON and in tests. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
