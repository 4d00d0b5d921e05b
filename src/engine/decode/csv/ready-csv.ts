/** Makes a CSV reading ready: one header for all its pages, UTF-8, rows only. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import type { Reading, ReadyFile, ReadyPart } from '../layout.js';
import type { Scratch } from '../scratch.js';
import { asUtf8, replacedNote } from '../to-utf8.js';
import { copyBytes, footerStart } from './body.js';
import { type CsvHeader, readCsvHeader } from './header.js';
import { csvLayout } from './layout.js';
import { type Rewritten, rewriteCsv } from './rewrite.js';

/**
 * @param rewrite True to bring all rows to one kind of line end.
 * @throws LakeError LK5010 to LK5013, LK5017 naming the part and the file.
 */
export async function readyCsv(
  { part, index }: Reading,
  scratch: Scratch,
  rewrite: boolean,
): Promise<ReadyPart> {
  const { decode, label, variables } = part;
  const pages: Page[] = [];
  let replaced = 0;
  for (const spooled of part.files) {
    if (!(await checkFormat(spooled, 'csv', label))) continue;
    const text = await asUtf8(spooled, decode, scratch, label);
    replaced += text.replaced;
    const header = await readCsvHeader(text.path, decode, label);
    if (header) pages.push({ origin: spooled, path: text.path, header });
  }
  const [first] = pages;
  if (!first) return { index, variables, files: [] };
  for (const page of pages) requireSameHeader(first, page, label);
  const { names, delimiter, quote } = first.header;

  const rows = rewrite || decode.ragged === 'fill' || decode.repeatedHeader === 'skip';
  // One way for all pages of the part: as they are, or without whatever is above and below the rows.
  const asTheyAre = !rows && pages.every(({ header }) => header.firstLine) && !decode.footerRows;
  const files: ReadyFile[] = [];
  const counts: Rewritten[] = [];
  for (const { origin, path, header } of pages) {
    if (asTheyAre) {
      files.push({ path, bytes: (await stat(path)).size, part: label, origin, linesBefore: 0 });
      continue;
    }
    const { bodyStart: start, linesBefore } = header;
    const end = await footerStart(path, decode.footerRows ?? 0, label);
    const body = scratch.path('body.csv', path);
    let bytes = Math.max(0, end - start);
    if (rows) {
      const done = await rewriteCsv(path, body, {
        ...{ delimiter, quote, columns: names.length, start, end, linesBefore, part: label, origin },
        ragged: decode.ragged ?? 'fail',
        skip: decode.repeatedHeader === 'skip' ? header.bytes : undefined,
      });
      counts.push(done);
      bytes = done.bytes;
    } else {
      await copyBytes(path, body, start, end);
    }
    files.push({ path: body, bytes, part: label, origin, linesBefore });
  }
  const columns = bronzeNames(names, Object.keys(variables));
  const rowId = decode.rowId === undefined ? -1 : names.indexOf(decode.rowId);
  return {
    index,
    variables,
    layout: csvLayout({
      ...{ columns, variables: [], delimiter, quote },
      header: asTheyAre,
      lineFeeds: rows,
    }),
    files,
    rowIdColumn: columns[rowId],
    notes: [...replacedNote(replaced, label), ...rewriteNotes(counts, label)],
  };
}

interface Page {
  /** As it was spooled. */
  readonly origin: string;
  /** As UTF-8. */
  readonly path: string;
  readonly header: CsvHeader;
}

function rewriteNotes(counts: readonly Rewritten[], part: string): readonly string[] {
  const sum = (of: (one: Rewritten) => number) => counts.reduce((total, one) => total + of(one), 0);
  const note = (count: number, what: string) => (count > 0 ? [`${part}: ${rowsOf(count)} ${what}`] : []);
  return [
    ...note(
      sum(({ filled }) => filled),
      'shorter than the header; what is missing is null',
    ),
    ...note(
      sum(({ shortened }) => shortened),
      'longer than the header, by empty values that were left out',
    ),
    ...note(
      sum(({ skipped }) => skipped),
      'left out: they repeat the header',
    ),
  ];
}

function rowsOf(count: number): string {
  return count === 1 ? '1 row was' : `${count.toLocaleString('en')} rows were`;
}

function requireSameHeader(first: Page, page: Page, part: string): void {
  const [a, b] = [first.header, page.header];
  if (a.delimiter === b.delimiter && JSON.stringify(a.names) === JSON.stringify(b.names)) return;
  const missing = a.names.filter((name) => !b.names.includes(name));
  const added = b.names.filter((name) => !a.names.includes(name));
  const difference = [
    ...missing.map((name) => `"${name}" is missing`),
    ...added.map((name) => `"${name}" is new`),
  ].join(', ');
  throw new LakeError(
    'LK5013',
    `${part}: ${basename(page.origin)} has other columns than ${basename(first.origin)}: ${difference || 'their order differs'}`,
    { hint: 'the portal changed while it was read: run again', transient: true, details: { missing, added } },
  );
}
