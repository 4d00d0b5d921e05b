/**
 * Rows of a table as those of a spreadsheet, each one line of XML, written by the engine.
 * Source: ECMA-376 Part 1, 18.3 (SpreadsheetML worksheets), 22.9.2.19 (ST_Xstring)
 */
import type { ColumnInfo } from '../engine/types.js';
import { quoteIdent, quoteText } from '../sql/quote.js';

/** https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
export const LIMITS = { rows: 1_048_576, columns: 16_384, characters: 32_767 } as const;

/** Places of the styles in `xl/styles.xml`. */
const STYLES = { date: 1, time: 2 } as const;

export function headerRow(columns: readonly ColumnInfo[]): string {
  const cells = columns.map(
    ({ name }) => `<c t="inlineStr"><is><t xml:space="preserve">${xml(name)}</t></is></c>`,
  );
  return `<row>${cells.join('')}</row>`;
}

export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** One row of the table as SQL; it fails where a text is longer than a cell. */
export function rowSql(columns: readonly ColumnInfo[]): string {
  return `concat('<row>', ${columns.map((column) => `coalesce(${cell(column)}, '<c/>')`).join(', ')}, '</row>')`;
}

function cell({ name, type }: ColumnInfo): string {
  const column = quoteIdent(name);
  const asText = (value: string) => textCell(value, name);
  const number = (value: string) => `concat('<c><v>', ${value}, '</v></c>')`;
  const whole = (value: string) =>
    `case when ${value} is null then null when ${value} between -999999999999999 and 999999999999999
      then ${number(value)} else ${asText(`cast(${value} as varchar)`)} end`;
  if (type === 'BOOLEAN')
    return `case ${column} when true then '<c t="b"><v>1</v></c>' when false then '<c t="b"><v>0</v></c>' end`;
  if (/^U?(?:TINY|SMALL)INT$|^U?INTEGER$/.test(type))
    return `case when ${column} is not null then ${number(column)} end`;
  if (/^U?(?:BIG|HUGE)INT$/.test(type)) return whole(column);
  if (/^(?:FLOAT|DOUBLE)$/.test(type))
    return `case when ${column} is null then null when isfinite(${column}) then ${number(column)} else ${asText(`cast(${column} as varchar)`)} end`;
  const [, digits] = /^DECIMAL\((\d+),/.exec(type) ?? [];
  // A spreadsheet keeps fifteen digits.
  if (digits !== undefined && Number(digits) <= 15)
    return `case when ${column} is not null then ${number(column)} end`;
  if (type === 'DATE') return dayCell(column, STYLES.date, asText(`cast(${column} as varchar)`));
  if (/^TIMESTAMP/.test(type)) return dayCell(column, STYLES.time, asText(`cast(${column} as varchar)`));
  if (type === 'BLOB') return asText(`to_base64(${column})`);
  if (/\[\d*\]$|^(?:STRUCT|MAP)\(/.test(type)) return asText(`cast(to_json(${column}) as varchar)`);
  return asText(type === 'VARCHAR' ? column : `cast(${column} as varchar)`);
}

/** Days since the last of 1899; before March 1900 spreadsheets count a day that never was, after 9999 none. Others are text. */
function dayCell(column: string, style: number, otherwise: string): string {
  const days = `(epoch_us(${column}) / 86400000000.0 + 25569)`;
  return `case when ${column} is null then null
    when isfinite(${column}) and ${days} >= 61 and ${days} < 2958466 then concat('<c s="${style}"><v>', ${days}, '</v></c>')
    else ${otherwise} end`;
}

/** XML has no way to write most control characters; `_x0007_` stands for one, so that such a text itself is written `_x005F_x0007_`. */
function textCell(value: string, name: string): string {
  const long = `error('the column ' || ${quoteText(name)} || ' has a text of ' || length(${value}) || ' characters')`;
  const shielded = `regexp_replace(${value}, '_(x[0-9A-Fa-f]{4}_)', '_x005F_\\1', 'g')`;
  const control = Array.from({ length: 32 }, (_, code) => code).filter((code) => ![9, 10].includes(code));
  const spelt = [...control, 0xfffe, 0xffff].reduce(
    (sql, code) => `replace(${sql}, chr(${code}), '_x${code.toString(16).toUpperCase().padStart(4, '0')}_')`,
    shielded,
  );
  const isOdd = `regexp_matches(${value}, '[\\x00-\\x08\\x0B-\\x1F\\x{FFFE}\\x{FFFF}]|_x[0-9A-Fa-f]{4}_')`;
  const readable = `case when ${isOdd} then ${spelt} else ${value} end`;
  const escaped = [
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['\t', '&#9;'],
    ['\n', '&#10;'],
  ].reduce((sql, [from, to]) => `replace(${sql}, ${quoteText(from!)}, ${quoteText(to!)})`, readable);
  return `case when ${value} is null then null when length(${value}) > ${LIMITS.characters} then ${long}
    else concat('<c t="inlineStr"><is><t xml:space="preserve">', ${escaped}, '</t></is></c>') end`;
}
