/** What a file is by its first bytes, whatever its name or its portal say. */
import { open } from 'node:fs/promises';

export type SniffedFormat =
  | 'empty'
  | 'csv'
  | 'json'
  | 'xlsx'
  | 'xls'
  | 'zip'
  | 'gzip'
  | 'parquet'
  | 'html'
  | 'xml'
  | 'binary';

const HEAD = 4_096;

/** `csv` means any other text. Reads the first 4 KiB of the file at the absolute path. */
export async function sniffFormat(path: string): Promise<SniffedFormat> {
  return sniffBytes(await readHead(path, HEAD));
}

/** The first bytes of a file, fewer when it is shorter. */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function sniffBytes(head: Buffer): SniffedFormat {
  if (head.length === 0) return 'empty';
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06)) {
    return isWorkbook(head) ? 'xlsx' : 'zip';
  }
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return 'xls';
  if (startsWith(head, 0x1f, 0x8b)) return 'gzip';
  if (startsWith(head, 0x50, 0x41, 0x52, 0x31)) return 'parquet';
  if (startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff)) return 'csv';
  if (head.includes(0) && !/[\r\n,;\t]/.test(head.toString('latin1'))) return 'binary';

  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^<(?:!doctype\s+html|html|head|body)\b/i.test(text)) return 'html';
  if (text.startsWith('<?xml')) return 'xml';
  if (/^(?:\{\s*["}]|\[\s*(?:[[{\]"]|-?\d|null|true|false|$))/.test(text)) return 'json';
  return 'csv';
}

/** An archive whose first entry is one that a workbook begins with. Source: ECMA-376 part 2, 6.2.2 and 10.1. */
function isWorkbook(head: Buffer): boolean {
  if (head.length < LOCAL_HEADER) return false;
  const name = head.subarray(LOCAL_HEADER, LOCAL_HEADER + head.readUInt16LE(26)).toString('latin1');
  return /^(?:\[Content_Types\]\.xml|_rels\/|xl\/|docProps\/|customXml\/)/.test(name);
}

/** A ZIP entry's header up to its name. */
const LOCAL_HEADER = 30;

function startsWith(bytes: Buffer, ...start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
