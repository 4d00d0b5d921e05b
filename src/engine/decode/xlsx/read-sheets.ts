/** Reads the chosen sheets of a workbook as tables of text. The library is loaded only here. */

import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type * as Xlsx from '@e965/xlsx';
import type { CellObject, WorkBook } from '@e965/xlsx';
import { LakeError } from '../../../errors/lake-error.js';
import type { DecodeHint } from '../../../sources/types.js';
import { cellText } from './cell-text.js';
import { type ChosenSheet, chooseSheets } from './sheet-names.js';
import { unzippedBytes } from './unzipped-bytes.js';

/** A workbook is held in memory as a whole, several times its unpacked size. */
const MOST_BYTES = 256 << 20;
const MOST_UNPACKED_BYTES = 1 << 30;

export interface SheetTable extends Pick<ChosenSheet, 'variables'> {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

type Options = Pick<DecodeHint, 'sheet' | 'header' | 'skipRows' | 'footerRows'>;

/** @throws LakeError LK5016 for a workbook or sheet that cannot be read, LK5017 when it is too large. */
export async function readSheets(
  path: string,
  options: Options,
  part: string,
): Promise<readonly SheetTable[]> {
  const bytes = await loadWorkbook(path, part);
  const xlsx = await import('@e965/xlsx');
  const open = (only: Xlsx.ParsingOptions): WorkBook => {
    try {
      return xlsx.read(bytes, { dense: true, cellNF: true, cellText: false, cellHTML: false, ...only });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw unreadable(part, path, /password|encrypt/i.test(why) ? 'it has a password' : why);
    }
  };
  const names = open({ bookSheets: true }).SheetNames;
  const chosen = chooseSheets(names, options.sheet, part);
  const book = open({ sheets: chosen.map(({ name }) => name) });
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  return chosen.map(({ name, variables }) => {
    const cells =
      (book.Sheets[name] as { '!data'?: (CellObject | undefined)[][] } | undefined)?.['!data'] ?? [];
    const text = Array.from(cells, (row, r) =>
      Array.from(row ?? [], (cell, c) => {
        const value = cellText(cell, xlsx.SSF, date1904);
        if (value !== undefined) return value;
        const address = xlsx.utils.encode_cell({ r, c });
        throw unreadable(
          part,
          path,
          `cell ${address} of sheet "${name}" holds a formula that was never calculated`,
        );
      }),
    );
    return { variables, ...table(text, options) };
  });
}

async function loadWorkbook(path: string, part: string): Promise<Buffer> {
  const { size } = await stat(path);
  const bytes = size > MOST_BYTES ? undefined : await readFile(path);
  // Old .xls workbooks are no archives and cannot swell.
  const isArchive = bytes?.[0] === 0x50;
  const unpacked = bytes && isArchive ? unzippedBytes(bytes) : 0;
  if (unpacked === undefined && isArchive) throw unreadable(part, path, 'it is cut off');
  if (bytes === undefined || (unpacked ?? 0) > MOST_UNPACKED_BYTES) {
    throw new LakeError('LK5017', `${part}: the workbook ${basename(path)} is too large to be read`, {
      hint: `at most ${MOST_BYTES >> 20} MiB, ${MOST_UNPACKED_BYTES >> 20} MiB unpacked; ask the portal for CSV`,
      details: { path, bytes: size, unpacked },
    });
  }
  return bytes;
}

/** Header and rows of a sheet: rows without any value are left out, as are columns without name and value. */
function table(
  text: readonly (readonly (string | null)[])[],
  options: Options,
): Pick<SheetTable, 'header' | 'rows'> {
  const headless = options.header === 'none';
  const at = (options.skipRows ?? 0) + (options.header === 'none' ? 0 : (options.header ?? 1)) - 1;
  const below = text.slice(at + 1).filter((row) => row.some((value) => value !== null));
  const rows = options.footerRows ? below.slice(0, -options.footerRows) : below;
  const names = (headless ? undefined : text[at]) ?? [];
  const width = Math.max(
    lastValue(names),
    rows.reduce((most, row) => Math.max(most, lastValue(row)), 0),
  );
  return {
    header: Array.from({ length: width }, (_, c) => (names[c] ?? '').replace(/\s+/g, ' ').trim()),
    rows: rows.map((row) => Array.from({ length: width }, (_, c) => row[c] ?? null)),
  };
}

/** Number of cells up to the last that holds something. */
function lastValue(row: readonly (string | null | undefined)[]): number {
  return row.findLastIndex((value) => value !== null && value !== undefined) + 1;
}

function unreadable(part: string, path: string, why: string): LakeError {
  return new LakeError('LK5016', `${part}: the workbook ${basename(path)} cannot be read: ${why}`, {
    hint: 'open it in a spreadsheet program and save it again, or ask the portal for CSV',
    details: { path },
  });
}
