/** Finds the row of column names in a CSV file and where its rows begin. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { DecodeHint } from '../../../sources/types.js';
import { readHead } from '../sniff-format.js';

/** A header of 5,000 long names fits. */
const MOST_BYTES = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];
const BOM = '\xEF\xBB\xBF';

export interface CsvHeader {
  /** As delivered: undecorated, perhaps blank or repeated. */
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly quote: string;
  /** The header's own bytes, without its line end; empty where the file has none. */
  readonly bytes: Buffer;
  /** Byte offset of the first row after the header. */
  readonly bodyStart: number;
  /** Lines before the first row, for the line numbers of messages. */
  readonly linesBefore: number;
  /** True when the header is the file's first line, so that DuckDB can skip it by itself. */
  readonly firstLine: boolean;
}

type Options = Pick<DecodeHint, 'header' | 'skipRows' | 'delimiter' | 'quote'>;

/**
 * `skipRows` lines are left out, then the `header`-th line from there holds the names (1 by default); blank lines before
 * it do not count. Without `delimiter` the one of `, ; tab |` that the header has most of is taken, or what a first
 * line `sep=;` says, as Excel writes it. With `header: none` the columns are numbered, as many as the first row has.
 * @returns undefined when nothing but blank lines is there.
 * @throws LakeError LK5011 when the header does not end within 1 MiB.
 */
export async function readCsvHeader(
  path: string,
  options: Options,
  part: string,
): Promise<CsvHeader | undefined> {
  // One character a byte, so that places in the text are places in the file.
  const text = (await readHead(path, MOST_BYTES)).toString('latin1');
  const quote = options.quote ?? '"';
  const start = text.startsWith(BOM) ? BOM.length : 0;
  const separator = /^sep=(.)(?:\r\n|\r|\n)/i.exec(text.slice(start, start + 8));
  let at = start + (separator?.[0].length ?? 0);
  let lines = separator ? 1 : 0;
  const headless = options.header === 'none';
  const skip = lines + (options.skipRows ?? 0) + (options.header === 'none' ? 0 : (options.header ?? 1) - 1);
  while (at < text.length && (lines < skip || isLineEnd(text, at))) {
    at = nextLine(text, at);
    lines += 1;
  }
  if (at >= text.length) return undefined;

  const row = endOfRecord(text, at, quote);
  if (row === undefined || (row.end >= MOST_BYTES && row.next >= MOST_BYTES)) {
    throw new LakeError('LK5011', `${part}: the header of ${basename(path)} does not end within 1 MiB`, {
      hint: 'see whether the file has a header, and whether a quote in it is never closed; `read: {header, quote}`',
      details: { path },
    });
  }
  const header = text.slice(at, row.end);
  const delimiter = options.delimiter ?? separator?.[1] ?? mostFrequent(header, quote);
  const values = splitRecord(header, delimiter, quote);
  return {
    names: headless
      ? values.map((_, i) => `column_${i + 1}`)
      : values.map((name) => Buffer.from(name, 'latin1').toString('utf8')),
    delimiter,
    quote,
    bytes: headless ? Buffer.alloc(0) : Buffer.from(header, 'latin1'),
    bodyStart: headless ? at : row.next,
    linesBefore: headless ? lines : lines + header.split(/\r\n|\r|\n/).length,
    // DuckDB does not look for a quote behind a byte order mark, nor for the end of a header over several lines there.
    // CKAN's dump ends its header with \r\n and its rows with \n; the strict reader takes one kind of line end only.
    firstLine:
      !headless &&
      at === start &&
      !(start > 0 && header.startsWith(quote)) &&
      !/[\r\n]/.test(header) &&
      sameLineEnds(text, row, quote),
  };
}

/** True when the first row ends as the header does. */
function sameLineEnds(text: string, header: { end: number; next: number }, quote: string): boolean {
  const first = endOfRecord(text, header.next, quote);
  if (!first || first.next === first.end) return true;
  return text.slice(header.end, header.next) === text.slice(first.end, first.next);
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

/** Place after the line that `at` stands in; `\r\n`, `\n` and `\r` end lines. */
function nextLine(text: string, at: number): number {
  let i = at;
  while (i < text.length && !isLineEnd(text, i)) i++;
  return i + (text[i] === '\r' && text[i + 1] === '\n' ? 2 : 1);
}

/** End of the record that starts at `at`, line ends in quotes not counted; undefined when a quote stays open. */
function endOfRecord(text: string, at: number, quote: string): { end: number; next: number } | undefined {
  let quoted = false;
  for (let i = at; i < text.length; i++) {
    if (quote !== '' && text[i] === quote) quoted = !quoted;
    else if (!quoted && isLineEnd(text, i)) return { end: i, next: nextLine(text, i) };
  }
  return quoted ? undefined : { end: text.length, next: text.length };
}

function mostFrequent(header: string, quote: string): string {
  const counts = DELIMITERS.map((delimiter) => splitRecord(header, delimiter, quote).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** Values of one record; a doubled quote within quotes is one quote. */
function splitRecord(record: string, delimiter: string, quote: string): string[] {
  const values: string[] = [];
  let value = '';
  let quoted = false;
  for (let i = 0; i < record.length; i++) {
    if (quote !== '' && record[i] === quote) {
      if (quoted && record[i + 1] === quote) value += record[++i];
      else quoted = !quoted;
    } else if (!quoted && record.startsWith(delimiter, i)) {
      values.push(value);
      value = '';
      i += delimiter.length - 1;
    } else {
      value += record[i];
    }
  }
  return [...values, value];
}
