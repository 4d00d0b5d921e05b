/** Bytes decide: a workbook named .csv, or an error page, is told from what was asked for before anything reads it. */
import { basename } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import type { DecodeHint } from '../../sources/types.js';
import { type SniffedFormat, sniffFormat } from './sniff-format.js';

const NAMES: Readonly<Record<SniffedFormat, string>> = {
  empty: 'empty',
  csv: 'text',
  json: 'JSON',
  xlsx: 'an XLSX workbook',
  xls: 'an XLS workbook',
  zip: 'a ZIP archive',
  gzip: 'gzip-compressed',
  parquet: 'a Parquet file',
  html: 'an HTML page',
  xml: 'XML',
  binary: 'no text',
};

const READABLE: Readonly<Record<DecodeHint['format'], readonly SniffedFormat[]>> = {
  csv: ['csv'],
  // What is no JSON at all gets a better message from the JSON reader, with the place.
  json: ['json', 'csv'],
  geojson: ['json', 'csv'],
  xlsx: ['xlsx', 'xls'],
  parquet: ['parquet'],
  zip: ['zip'],
};

/**
 * True when the file holds bytes of the declared format, false when it is empty.
 * @throws LakeError LK5010 when it is something else; `details.sniffed` says what.
 */
export async function checkFormat(
  path: string,
  format: DecodeHint['format'],
  part: string,
): Promise<boolean> {
  const sniffed = await sniffFormat(path);
  if (sniffed === 'empty') return false;
  if (READABLE[format].includes(sniffed)) return true;
  throw new LakeError(
    'LK5010',
    `${part}: ${basename(path)} should be ${format.toUpperCase()} but is ${NAMES[sniffed]} by its first bytes`,
    {
      hint:
        sniffed === 'xlsx' || sniffed === 'xls' || sniffed === 'json'
          ? `choose the resource by its real format: \`resource: {format: ${sniffed === 'json' ? 'json' : 'xlsx'}}\``
          : 'look at what the portal sends at this address',
      details: { path, declared: format, sniffed },
    },
  );
}
