/** Every command's result goes through here: a table for a person, one JSON array or CSV for a program. */
import { useColor } from './color.js';
import { fitColumns } from './fit-columns.js';

export type OutputFormat = 'table' | 'json' | 'csv';

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The column of sentences, which a table shows whole: they say why. */
  readonly sentences?: string;
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
  { columns, rows, sentences }: Rows,
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
  const { default: Table } = await import('cli-table3');
  const numeric = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'));
  const wrapping = sentences === undefined ? -1 : columns.indexOf(sentences);
  const cells = rows.map((row) => columns.map((_, i) => tableCell(row[i], grouped, i === wrapping)));
  // Half a time is no time.
  const whole = numeric.map((yes, i) => yes || cells.every((row) => row[i] === '' || TIME.test(row[i]!)));
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const fitted = fitColumns(columns, cells, whole, width, wrapping);
  const table = new Table({
    head: [...fitted.head],
    chars: PLAIN,
    colAligns: fitted.shown.map((i) => (numeric[i] ? 'right' : 'left')),
    style: { head: color ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  for (const row of fitted.rows) table.push([...row]);
  const more = fitted.left > 0 ? `(${fitted.left} more columns: --output json shows all)\n` : '';
  return `${table.toString().replace(/[ \t]+$/gm, '')}\n${more}`;
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

function tableCell(value: unknown, grouped: boolean, sentence: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number')
    return grouped && Number.isInteger(value) ? value.toLocaleString('en') : String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 80 && !sentence ? `${text.slice(0, 79)}…` : text;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
