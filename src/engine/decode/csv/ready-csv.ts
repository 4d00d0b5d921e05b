/** Makes a CSV part ready: one header for all its pages, UTF-8, rows only. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { DecodeTask } from '../../types.js';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import type { ReadyFile, ReadyPart } from '../layout.js';
import { encodingOf, writeAsUtf8 } from '../to-utf8.js';
import { copyBytes, footerStart } from './body.js';
import { type CsvHeader, readCsvHeader } from './header.js';
import { csvLayout } from './layout.js';

type Part = DecodeTask['parts'][number];

/** @throws LakeError LK5010 to LK5013 naming the part and the file. */
export async function readyCsv(part: Part, index: number, scratch: string): Promise<ReadyPart> {
  const pages: Page[] = [];
  for (const [i, spooled] of part.files.entries()) {
    if (!(await checkFormat(spooled, 'csv', part.label))) continue;
    const encoding = await encodingOf(spooled, part.decode.encoding, part.label);
    const path = encoding === 'utf-8' ? spooled : join(scratch, `${index}-${i}.utf8.csv`);
    if (path !== spooled) await writeAsUtf8(spooled, path, encoding, part.label);
    const header = await readCsvHeader(path, part.decode, part.label);
    if (header) pages.push({ origin: spooled, path, header });
  }
  const [first] = pages;
  if (!first) return { index, files: [] };
  for (const page of pages) requireSameHeader(first, page, part.label);

  // One way for all pages of the part: as they are, or without whatever is above and below the rows.
  const asTheyAre = pages.every(({ header }) => header.firstLine) && !part.decode.footerRows;
  const files: ReadyFile[] = [];
  for (const [i, { origin, path, header }] of pages.entries()) {
    if (asTheyAre) {
      files.push({ path, bytes: (await stat(path)).size, part: part.label, origin, linesBefore: 0 });
      continue;
    }
    const body = join(scratch, `${index}-${i}.body.csv`);
    const end = await footerStart(path, part.decode.footerRows ?? 0, part.label);
    await copyBytes(path, body, header.bodyStart, end);
    const bytes = Math.max(0, end - header.bodyStart);
    files.push({ path: body, bytes, part: part.label, origin, linesBefore: header.linesBefore });
  }
  const names = first.header.names;
  const columns = bronzeNames(names, Object.keys(part.variables));
  const rowId = part.decode.rowId === undefined ? -1 : names.indexOf(part.decode.rowId);
  return {
    index,
    layout: csvLayout({ ...first.header, columns, variables: [], header: asTheyAre }),
    files,
    rowIdColumn: columns[rowId],
  };
}

interface Page {
  /** As it was spooled. */
  readonly origin: string;
  /** As UTF-8. */
  readonly path: string;
  readonly header: CsvHeader;
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
