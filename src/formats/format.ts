/** Which format an export has: what was asked for, else what the file's ending says. */
import { LakeError } from '../errors/lake-error.js';

export const formats = ['parquet', 'csv', 'json', 'ndjson', 'geojson', 'xlsx', 'arrow'] as const;
export type Format = (typeof formats)[number];

export interface FileFormat {
  readonly format: Format;
  /** The file's name ends in `.gz`. */
  readonly gzip: boolean;
}

const endings: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(formats.map((format) => [format, format])),
  jsonl: 'ndjson',
  feather: 'arrow',
};

/** https://www.iana.org/assignments/media-types */
export const mediaTypes: Readonly<Record<Format, string>> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  geojson: 'application/geo+json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  arrow: 'application/vnd.apache.arrow.file',
};

/** Parquet and XLSX are compressed inside. */
const TEXT: readonly Format[] = ['csv', 'json', 'ndjson', 'geojson'];

/**
 * @param file Name of the file, `-` for standard output, undefined where it is still to be named.
 * @throws LakeError LK7040
 */
export function formatOf(file: string | undefined, asked: string | undefined): FileFormat {
  const gzip = file?.toLowerCase().endsWith('.gz') ?? false;
  const bare = gzip ? file!.slice(0, -3) : file;
  const ending = /\.([^./\\]+)$/.exec(bare ?? '')?.[1]?.toLowerCase();
  const format = asked === undefined ? endings[ending ?? ''] : endings[asked.toLowerCase()];
  if (format === undefined) {
    const what =
      asked !== undefined
        ? `there is no format ${JSON.stringify(asked)}`
        : file === undefined || file === '-'
          ? 'nothing says in which format'
          : `the ending of ${file} says no format`;
    throw new LakeError('LK7040', what, { hint: `say which with --format: ${formats.join(', ')}` });
  }
  if (gzip && !TEXT.includes(format)) {
    throw new LakeError('LK7040', `a file of ${format} is compressed inside, and ${file} ends in .gz`, {
      hint: 'leave the .gz out',
    });
  }
  return { format, gzip };
}
