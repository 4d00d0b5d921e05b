/** A cell as the text that bronze keeps: what the cell means, not how it is displayed. */

import type * as Xlsx from '@e965/xlsx';
import type { CellObject } from '@e965/xlsx';

type Ssf = typeof Xlsx.SSF;

const DAY = 86_400_000;
/** Source: [MS-XLS] 2.5.10, the error values of a cell. */
const ERRORS: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
  43: '#GETTING_DATA',
};

/**
 * Numbers in full, dates in ISO 8601, `true` and `false`, NULL for an empty cell; of a formula its stored value.
 * @returns undefined for a formula that was never calculated.
 */
export function cellText(
  cell: CellObject | undefined,
  ssf: Ssf,
  date1904: boolean,
): string | null | undefined {
  if (cell === undefined) return null;
  if (cell.v === undefined) return cell.f === undefined ? null : undefined;
  switch (cell.t) {
    case 'n':
      return typeof cell.z === 'string' && ssf.is_date(cell.z)
        ? dateText(Number(cell.v), cell.z, ssf, date1904)
        : String(cell.v);
    case 'b':
      return cell.v ? 'true' : 'false';
    case 'e':
      return ERRORS[Number(cell.v)] ?? '#ERROR';
    default:
      return String(cell.v) === '' ? null : String(cell.v);
  }
}

/** A serial number (days since 1900 or 1904) as a day, a moment, a time of day or, by its format, a duration. */
function dateText(serial: number, format: string, ssf: Ssf, date1904: boolean): string {
  const ms = Math.round(serial * DAY);
  if (/\[(?:h+|m+|s+)\]/i.test(format)) return clock(ms);
  const days = Math.floor(ms / DAY);
  if (days === 0 && !date1904) return clock(ms);
  const date = ssf.parse_date_code(days, { date1904 }) as { y: number; m: number; d: number } | null;
  if (!date) return String(serial);
  const day = `${pad(date.y, 4)}-${pad(date.m, 2)}-${pad(date.d, 2)}`;
  return ms % DAY === 0 ? day : `${day}T${clock(ms - days * DAY)}`;
}

function clock(ms: number): string {
  const text = `${pad(Math.floor(ms / 3_600_000), 2)}:${pad(Math.floor(ms / 60_000) % 60, 2)}:${pad(Math.floor(ms / 1_000) % 60, 2)}`;
  return ms % 1_000 === 0 ? text : `${text}.${pad(ms % 1_000, 3)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
