/** Every command's result goes through here: a table for a person, one JSON array or CSV for a program. */
import { count } from '../progress/format.js';
import { useColor } from './color.js';
import { fitColumns } from './fit-columns.js';

export type OutputFormat = 'table' | 'json' | 'csv';

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The column of sentences, which a table shows whole: they say why. */
  readonly sentences?: string;
  /** The column of names, which are typed elsewhere: no narrow terminal cuts it, others have to make room. */
  readonly names?: string;
  /** Rows of data: a table shows NULL as `∅`, which no empty text looks like. Elsewhere what is not there stays blank. */
  readonly nulls?: boolean;
}

/** The format that was asked for, else a table on a terminal and JSON where another program reads. */
export function outputFormat(asked: string | undefined): OutputFormat {
  if (asked === 'json' || asked === 'csv' || asked === 'table') return asked;
  return process.stdout.isTTY ? 'table' : 'json';
}

/** Prints rows to standard output. `grouped`: counts, to be read as `32,000`; ids are not. */
export async function printRows(rows: Rows, format: OutputFormat, grouped = false): Promise<void> {
  process.stdout.write(await renderRows(rows, format, useColor(process.stdout), grouped));
}

/** Rows as text, newline at the end. */
export async function renderRows(
  { columns, rows, sentences, names, nulls = false }: Rows,
  format: OutputFormat,
  color: boolean,
  grouped = false,
): Promise<string> {
  if (format === 'json') {
    const objects = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
    return `${objects.length === 0 ? '[]' : `[\n${objects.map((o) => `  ${JSON.stringify(o)}`).join(',\n')}\n]`}\n`;
  }
  if (format === 'csv') {
    return `${[columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`;
  }
  const numeric = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'));
  const wrapping = sentences === undefined ? -1 : columns.indexOf(sentences);
  const cells = rows.map((row) =>
    columns.map((_, i) => tableCell(row[i], grouped, i === wrapping, nulls ? '∅' : '')),
  );
  const named = names === undefined ? -1 : columns.indexOf(names);
  // Half a time is no time.
  const whole = numeric.map(
    (yes, i) =>
      yes || i === named || cells.every((row) => row[i] === '' || row[i] === '∅' || TIME.test(row[i]!)),
  );
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const fitted = fitColumns(columns, cells, whole, width, wrapping);
  const more = leftOut(columns, fitted.shown, width);
  const rightAligned = fitted.shown.map((i) => numeric[i]!);
  if (!color && [fitted.head, ...fitted.rows].every((row) => row.every((cell) => ONE_WIDTH.test(cell))))
    return `${plainTable(fitted.head, fitted.rows, rightAligned)}\n${more}`;
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: [...fitted.head],
    chars: PLAIN,
    colAligns: rightAligned.map((right) => (right ? 'right' : 'left')),
    style: { head: color ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  for (const row of fitted.rows) table.push([...row]);
  return `${table.toString().replace(/[ \t]+$/gm, '')}\n${more}`;
}

/** Names the columns that had no room: `(no room for tags, file: --output json shows all)`. */
function leftOut(columns: readonly string[], shown: readonly number[], width = 80): string {
  const left = columns.filter((_, i) => !shown.includes(i));
  if (left.length === 0) return '';
  const text = (named: readonly string[]) => {
    const others = left.length - named.length;
    const more = others === 0 ? '' : ` and ${others} more`;
    return `(no room for ${named.join(', ')}${more}: --output json shows all)`;
  };
  const fits = left.findLastIndex((_, i) => text(left.slice(0, i + 1)).length <= width);
  return `${text(left.slice(0, Math.max(1, fits + 1)))}\n`;
}

/** Characters that are as wide as they are many; anything else is the library's to measure. */
const ONE_WIDTH = /^[\x20-\x7e∅]*$/;

/** What the library prints, at a hundredth of its time: a build may have thousands of rows. */
function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly boolean[],
): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => all.reduce((width, row) => Math.max(width, row[i]!.length), 0));
  const cell = (text: string, i: number) =>
    rightAligned[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  return all
    .map((row) =>
      row
        .map((text, i) => `${cell(text, i)}  `)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

const TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/;

const PLAIN = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
);

function tableCell(value: unknown, grouped: boolean, sentence: boolean, missing: string): string {
  if (value === null || value === undefined) return missing;
  if (typeof value === 'number') return grouped && Number.isInteger(value) ? count(value) : String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 80 && !sentence ? `${text.slice(0, 79)}…` : text;
}

/** RFC 4180; what is not there has no quotes, an empty text has two, as PostgreSQL and DuckDB write them. */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text === '' || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
