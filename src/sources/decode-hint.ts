import type { SourceSpec } from '../project/types.js';
import type { DecodeHint, RequestSpec } from './types.js';

/** The manifest's `records`, `read` and `explode`, as far as they concern the format. */
export function decodeHint(source: SourceSpec, format: DecodeHint['format']): DecodeHint {
  const { read } = source;
  return present({
    format,
    records: source.records,
    explode: source.explode,
    sheet: read?.sheet,
    header: read?.header,
    skipRows: read?.skipRows,
    footerRows: read?.footerRows,
    delimiter: read?.delimiter,
    quote: read?.quote,
    encoding: read?.encoding,
  });
}

/**
 * The format of a file before its bytes are known. What the manifest says about reading is binding; a name is only a
 * guess, and then the bytes decide (`expect: 'any'`), except that JSON is always known by its first character.
 */
export function fileFormat(
  source: SourceSpec,
  name: string,
): { readonly format: DecodeHint['format']; readonly expect: RequestSpec['expect'] } {
  if (source.records !== undefined || source.explode !== undefined) return { format: 'json', expect: 'json' };
  if (source.read?.sheet !== undefined) return { format: 'xlsx', expect: 'xlsx' };
  if (source.read?.delimiter !== undefined || source.read?.quote !== undefined)
    return { format: 'csv', expect: 'csv' };
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === 'json') return { format: 'json', expect: 'json' };
  return { format: extension === 'xlsx' ? 'xlsx' : 'csv', expect: 'any' };
}

/** Without the keys whose value is undefined, so that equal hints are equal as JSON and in tests. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
