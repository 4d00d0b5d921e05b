import { LakeError } from '../errors/lake-error.js';
import type { DecodeHint, RequestSpec } from '../sources/types.js';
import { isErrorObject, portalMessage } from './portal-message.js';
import { webPage } from './web-page.js';

export interface ReceivedBody {
  /** First bytes of the decompressed body, at most 64 KiB. */
  readonly head: Buffer;
  readonly bytes: number;
  readonly url: string;
}

const signatures: readonly { readonly name: string; readonly start: string }[] = [
  { name: 'a PDF document', start: '%PDF' },
  { name: 'an old Excel or Word file', start: '\xd0\xcf\x11\xe0' },
  { name: 'a 7-Zip archive', start: '7z\xbc\xaf' },
  { name: 'a gzip file inside gzip inside gzip', start: '\x1f\x8b' },
  { name: 'a PNG image', start: '\x89PNG\r\n' },
  { name: 'a JPEG image', start: '\xff\xd8\xff' },
  { name: 'a GIF image', start: 'GIF87a' },
  { name: 'a GIF image', start: 'GIF89a' },
  { name: 'a TIFF image', start: 'II*\0' },
  { name: 'a TIFF image', start: 'MM\0*' },
  { name: 'a RAR archive', start: 'Rar!\x1a\x07' },
  { name: 'an XZ file', start: '\xfd7zXZ\0' },
  { name: 'an SQLite database', start: 'SQLite format 3\0' },
  { name: 'a program', start: '\x7fELF' },
];

/**
 * Whether these first bytes are no text of any encoding: control characters are more than a few stray ones. Which count:
 * the "binary data byte" of the MIME Sniffing Standard, 3.
 */
function isBinary(head: Buffer): boolean {
  const odd = head.toString('latin1').match(CONTROLS)?.length ?? 0;
  return odd > 4 && odd * 30 > head.length && !isWideText(head);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROLS = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/g;

/** UTF-16 has zeros and other such bytes in plenty; read as such it is letters, numbers, signs and lines of them. */
function isWideText(head: Buffer): boolean {
  return ['utf-16le', 'utf-16be'].some((encoding) => {
    const text = new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1));
    const readable = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\s]/gu)?.length ?? 0;
    return /[,;|\t\n]/.test(text) && readable >= [...text].length * 0.97;
  });
}

/**
 * What a body really is, judged by its first bytes and never by its header or name (faults F9, F10, F20, B15).
 * @returns the format of the bytes; for `expect: 'any'` the one that they look like.
 * @throws LakeError LK3113 for a web page (transient) or other content, LK3114 for an error in the shape of an answer,
 * LK3115 for a Git LFS pointer.
 */
export function inspectBody(body: ReceivedBody, expect: RequestSpec['expect']): DecodeHint['format'] {
  const start = body.head.subarray(0, 1024).toString('latin1');
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    throw new LakeError('LK3115', `${body.url} is a Git LFS pointer, not the file itself`, {
      hint: 'Use the address of the file in LFS storage (media.githubusercontent.com) or another copy of it',
    });
  }
  const text = start
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replace(/[\s\0]+/g, ' ')
    .trimStart();
  if (/^<(!doctype html|html|head|body|\?xml[^>]*> ?<!doctype html)/i.test(text)) {
    const title = portalMessage(body.head.toString('utf8'));
    const found = title === undefined ? 'a web page' : `a web page ("${title}")`;
    throw webPage({ wanted: wantedOf(expect), found, url: body.url }, WRONG_CONTENT);
  }
  const foreign = signatures.find((signature) => start.startsWith(signature.start));
  if (foreign) throw wrongContent(body, expect, foreign.name);

  const found = formatOf(start, text);
  if (found === 'csv' && isBinary(body.head.subarray(0, 4096)))
    throw wrongContent(body, expect, 'bytes that are no text');
  if (found === 'json') failOnErrorObject(body);
  if (expect === 'any') return found;
  if (READS[expect].includes(found)) return expect;
  throw wrongContent(body, expect, found === 'csv' && body.bytes === 0 ? 'nothing' : NAMES[found]);
}

type Found = 'csv' | 'json' | 'parquet' | 'zip';

/** A workbook is a ZIP archive, too; which of both it is shows when it is opened. */
function formatOf(start: string, text: string): Found {
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return 'zip';
  if (start.startsWith('PAR1')) return 'parquet';
  return /^[[{]/.test(text) ? 'json' : 'csv';
}

const NAMES: Readonly<Record<Found, string>> = {
  csv: 'plain text',
  json: 'JSON',
  parquet: 'a Parquet file',
  zip: 'a ZIP or XLSX file',
};

/** What the bytes of each format look like. */
const READS: Readonly<Record<DecodeHint['format'], readonly Found[]>> = {
  csv: ['csv'],
  json: ['json'],
  geojson: ['json'],
  xlsx: ['zip'],
  parquet: ['parquet'],
  zip: ['zip'],
};

/** Error objects are small: a longer document is data, and is not parsed here. */
function failOnErrorObject(body: ReceivedBody): void {
  if (body.bytes > body.head.length) return;
  let value: unknown;
  try {
    value = JSON.parse(body.head.toString('utf8'));
  } catch {
    return;
  }
  if (!isErrorObject(value)) return;
  const message = portalMessage(body.head.toString('utf8'));
  throw new LakeError(
    'LK3114',
    `The portal answered with an error instead of data${message ? `: ${message}` : ''}`,
    {
      hint: `Open ${body.url} in a browser to see all of it`,
      details: { url: body.url },
    },
  );
}

const WRONG_CONTENT =
  'Open the address in a browser: the portal may be under maintenance, or the file may have moved';

function wantedOf(expect: RequestSpec['expect']): string {
  return expect === 'any' ? 'a data file' : expect.toUpperCase();
}

function wrongContent(body: ReceivedBody, expect: RequestSpec['expect'], found: string): LakeError {
  return new LakeError('LK3113', `Expected ${wantedOf(expect)}, got ${found} from ${body.url}`, {
    hint: WRONG_CONTENT,
    details: { url: body.url, bytes: body.bytes },
  });
}
