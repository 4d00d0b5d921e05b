/** Tells how a JSON file's documents are laid out, from its first bytes and the hint. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { DecodeHint } from '../../../sources/types.js';
import { readHead } from '../sniff-format.js';
import type { DocumentShape } from './records-source.js';

const HEAD = 64 << 10;
/** DuckDB's own default; records of an array may be twice as long. */
const USUAL_BYTES = 16 << 20;
/** A document is parsed as a whole, so that its length costs memory. */
export const MOST_BYTES = 1 << 30;

/** The keys of a path such as `result.records`. */
export function pathKeys(path: string | undefined): readonly string[] {
  return path === undefined || path === '' ? [] : path.split('.');
}

/**
 * @param bytes The file's size.
 * @throws LakeError LK5014 when the file begins like no JSON, LK5015 when records are wanted of a top-level array,
 * LK5017 when a document is longer than 1 GiB.
 */
export async function documentShape(
  path: string,
  bytes: number,
  hint: Pick<DecodeHint, 'format' | 'records' | 'explode'>,
  part: string,
): Promise<DocumentShape> {
  const head = (await readHead(path, HEAD))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  const { records } = hint;
  const geo = geoJson(head, hint);
  const keys = geo.collection ? ['features'] : pathKeys(records);
  const file = basename(path);
  const { features } = geo;
  if (head.startsWith('[')) {
    if (keys.length > 0) {
      throw new LakeError('LK5015', `${part}: ${file} is an array, there is no "${records}" in it`, {
        hint: 'leave out `records:`',
        details: { path, records },
      });
    }
    return { format: 'array', path: keys, single: false, features, maxBytes: USUAL_BYTES };
  }
  if (!head.startsWith('{')) {
    throw new LakeError('LK5014', `${part}: ${file} is neither a JSON array nor an object`, {
      hint: 'look at what the portal sends at this address',
      details: { path, begins: head.slice(0, 80) },
    });
  }
  const firstLine = /^[^\r\n]*(?=\r?\n\s*\{)/.exec(head)?.[0];
  if (keys.length === 0 && firstLine !== undefined && isDocument(firstLine)) {
    return { format: 'lines', path: keys, single: false, features, maxBytes: USUAL_BYTES };
  }
  if (bytes > MOST_BYTES) throw tooLarge(part, file);
  return {
    format: 'documents',
    path: keys,
    single: false,
    features,
    maxBytes: Math.max(USUAL_BYTES, bytes + 1),
  };
}

/**
 * Whether the records are GeoJSON features, and whether they stand in a collection. Told by the file's name or the
 * portal's format, else by the document's own `type`; a manifest that says where its records are decides itself.
 * Source: RFC 7946, 3.2 and 3.3.
 */
function geoJson(
  head: string,
  { format, records, explode }: Pick<DecodeHint, 'format' | 'records' | 'explode'>,
): { readonly features: boolean; readonly collection: boolean } {
  if (records !== undefined) return { features: false, collection: false };
  const outer = head.slice(0, /"features"\s*:/.exec(head)?.index ?? head.length);
  const named = format === 'geojson';
  const collection = /"type"\s*:\s*"FeatureCollection"/.test(outer) || (named && outer.length < head.length);
  const opened = explode === undefined;
  return {
    features: opened && (collection || named),
    collection: head.startsWith('{') && collection && (opened || named),
  };
}

/** LK5017: a document that would have to be held in memory as a whole is over the limit. */
export function tooLarge(part: string, file: string): LakeError {
  return new LakeError(
    'LK5017',
    `${part}: ${file} holds a JSON document of more than ${MOST_BYTES >> 20} MiB`,
    {
      hint: 'ask the portal for pages, or for CSV',
    },
  );
}

function isDocument(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
