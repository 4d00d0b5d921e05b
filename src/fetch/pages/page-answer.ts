import type { DecodeHint, Expander, PageAnswer } from '../../sources/types.js';
import { badJsonEnd } from '../bad-json-end.js';
import type { SpoolFile } from '../types.js';
import { scanCsv } from './scan-csv.js';
import { scanJson } from './scan-json.js';

/**
 * What a page in the spool tells of the pages that follow: read again from the file, so that a later run can do the same.
 * @throws LakeError LK3133 for a JSON page that ends in the middle or has something behind its end.
 */
export async function readPageAnswer(
  file: SpoolFile,
  format: DecodeHint['format'],
  reads: Expander['reads'] = {},
): Promise<PageAnswer> {
  const next = file.next === undefined ? {} : { next: file.next };
  if (format !== 'json') {
    const { records, last } = await scanCsv(file.path, reads.last);
    return { rows: records, values: {}, ...(last === undefined ? {} : { last }), ...next };
  }
  const facts = await scanJson(file.path, { records: reads.records, values: reads.values ?? [] });
  if (!facts.complete || facts.trailing) throw badJsonEnd(file, facts);
  return { rows: facts.records, values: Object.fromEntries(facts.values), ...next };
}
