/** `lake diff` for a person: how many rows, why columns changed, edits row by row; and the same as rows for a program. */
import { printable } from '../../errors/printable.js';
import { columnWords } from '../../quality/compare/column-change.js';
import type { BagDiff } from '../../quality/diff/bag-diff-sql.js';
import type { Cause, CauseCount, KeyedDiff } from '../../quality/diff/diff-sql.js';
import type { LayerDiff } from '../../run/compare/ask-diff.js';
import type { DatasetDiff } from '../../run/compare/diff.js';
import type { TableDiff } from '../../run/compare/diff-table.js';
import { count, counted } from '../progress/format.js';
import type { Rows } from './print-rows.js';

const WORDS: Readonly<Record<Cause, string>> = {
  nothing: 'another spelling of nothing',
  blanks: 'blanks',
  case: 'capitals',
  'leading zeros': 'leading zeros',
  number: 'the same number',
  date: 'the same date',
  notation: 'the same numbers in another notation',
  suffix: 'something added or cut at the end',
  mapping: 'one value for another',
  everywhere: 'nearly every row',
  edit: 'edits',
};

export function diffText(diff: DatasetDiff, limit: number): string {
  const lines = [
    `${diff.dataset}: ${diff.from} → ${diff.to}`,
    ...(diff.difference ? [`  columns: ${printable(columnWords(diff.difference))}`] : []),
    '',
    ...layer('As the portal delivered it', diff.bronze, limit, (column, cause) =>
      inSilver(diff, column, cause),
    ),
    ...(diff.silver ? ['', ...silver(diff.silver)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function tableDiffText({ table, from, to, key, difference, rows }: TableDiff, limit: number): string {
  const lines = [
    `${table}: ${from} → ${to}`,
    ...(difference ? [`  columns: ${printable(columnWords(difference))}`] : []),
    '',
    ...layer(key ? `Rows by ${key.join(', ')}` : 'Rows', rows, limit, () => ''),
  ];
  return `${lines.join('\n')}\n`;
}

type Beside = (column: string, cause: Cause) => string;

function layer(title: string, { columns, rows }: LayerDiff, limit: number, beside: Beside): string[] {
  return 'edits' in rows ? keyed(title, columns, rows, limit, beside) : bag(title, columns, rows);
}

function keyed(
  title: string,
  columns: readonly string[],
  rows: KeyedDiff,
  limit: number,
  beside: Beside,
): string[] {
  const { before, now, added, removed, changed, edited } = rows;
  const table = columns.flatMap((column, i) =>
    rows.columns[i]!.map((cause) => [
      printable(column),
      count(cause.rows),
      causeWords(cause),
      beside(column, cause.cause),
    ]),
  );
  return [
    `${title}: ${count(before)} → ${counted(now, 'row')}, ${count(added)} added, ${count(removed)} removed, ${count(changed)} changed, ${edited === 0 ? 'none of them edited' : `${count(edited)} of them edited`}`,
    ...aligned(table),
    ...(rows.edits.length > 0
      ? [
          `Edits, row by row${rows.edits.length < limit ? '' : `, the first ${limit}`}:`,
          ...aligned(
            rows.edits.map(({ key, column, before: a, now: b }) => [
              printable(key),
              printable(columns[column]!),
              `${value(a)} → ${value(b)}`,
            ]),
          ),
        ]
      : []),
    ...keys('Added', rows.addedKeys, added),
    ...keys('Removed', rows.removedKeys, removed),
  ];
}

function keys(title: string, list: readonly string[], total: number): string[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, 10);
  const more = total > shown.length ? ` and ${count(total - shown.length)} more` : '';
  return [`${title}: ${printable(shown.join(', '))}${more}`];
}

function causeWords({ cause, example }: CauseCount): string {
  return `${WORDS[cause]}: ${value(example.before)} → ${value(example.now)}`;
}

/** Whether silver made one value of both spellings. */
function inSilver({ silver: layer, fields }: DatasetDiff, column: string, cause: Cause): string {
  const own = fields[column] ?? [];
  if (!layer || own.length === 0 || cause === 'edit' || !('edits' in layer.rows)) return '';
  const { columns } = layer.rows;
  const changed = own.filter((field) => (columns[layer.columns.indexOf(field)] ?? []).length > 0);
  if (changed.length === 0) return 'silver: the same';
  const of = (field: string) =>
    columns[layer.columns.indexOf(field)]!.reduce((sum, one) => sum + one.rows, 0);
  return `silver: ${changed.map((field) => `${field} in ${counted(of(field), 'row')}`).join(', ')}`;
}

function bag(title: string, columns: readonly string[], rows: BagDiff): string[] {
  const { before, now, added, removed, respelled } = rows;
  const table = columns.flatMap((column, i) => {
    const { changed, respelled: same, before: a, now: b } = rows.columns[i]!;
    if (changed === 0) return [];
    const what =
      same === changed
        ? 'the same values in another spelling'
        : same > 0
          ? `${count(same)} in another spelling alone`
          : 'other values';
    return [[printable(column), count(changed), `${what}, such as ${value(a)} → ${value(b)}`]];
  });
  return [
    `${title}, as a bag of rows: ${count(before)} → ${counted(now, 'row')}, ${count(added)} added, ${count(removed)} removed${respelled > 0 ? `, of which ${count(respelled)} only in another spelling` : ''}`,
    ...aligned(table),
    ...listed('Added', columns, rows.addedRows),
    ...listed('Removed', columns, rows.removedRows),
  ];
}

function listed(title: string, columns: readonly string[], rows: BagDiff['addedRows']): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, 5).map((cells) => {
    const pairs = cells.flatMap((cell, i) => (cell === null ? [] : [`${columns[i]} ${cell}`]));
    return `  ${shortened(printable(pairs.join(', ')), 140)}`;
  });
  return [`${title}, such as:`, ...shown];
}

function silver({ columns, rows }: LayerDiff): string[] {
  const { before, now, added, removed } = rows;
  const start = `In silver: ${count(before)} → ${counted(now, 'row')}, ${count(added)} added, ${count(removed)} removed`;
  if (!('edits' in rows)) return [start];
  const table = columns.flatMap((column, i) =>
    rows.columns[i]!.map((cause) => [column, count(cause.rows), causeWords(cause)]),
  );
  return [`${start}, ${count(rows.changed)} changed`, ...aligned(table)];
}

function value(text: string | null): string {
  return text === null ? 'NULL' : `'${printable(shortened(text, 48))}'`;
}

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Columns of texts, two blanks in; the second is of numbers. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  const isNumber = (i: number) => table.every((row) => /^[\d,]+$/.test(row[i]!));
  return table.map((row) =>
    `  ${row.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ')}`.trimEnd(),
  );
}

/** One row a cause, an edit, or a number of rows added or removed. */
export function diffRows(diff: DatasetDiff | TableDiff): Rows {
  const layers: readonly (readonly [string, LayerDiff | undefined])[] =
    'table' in diff
      ? [[diff.table.slice(0, diff.table.indexOf('.')), diff.rows]]
      : [
          ['bronze', diff.bronze],
          ['silver', diff.silver],
        ];
  return {
    columns: ['layer', 'change', 'column', 'rows', 'key', 'before', 'now'],
    rows: layers.flatMap(([layer, one]) => (one ? layerRows(layer, one) : [])),
  };
}

function layerRows(layer: string, { columns, rows }: LayerDiff): readonly (readonly unknown[])[] {
  const totals = [
    [layer, 'added', null, rows.added, null, null, null],
    [layer, 'removed', null, rows.removed, null, null, null],
  ];
  if (!('edits' in rows)) {
    const changed = columns.flatMap((column, i) => {
      const one = rows.columns[i]!;
      if (one.changed === 0) return [];
      const cause = one.respelled === one.changed ? 'spelling' : 'values';
      return [[layer, cause, column, one.changed, null, one.before, one.now]];
    });
    return [...totals, ...changed];
  }
  const causes = columns.flatMap((column, i) =>
    rows.columns[i]!.filter(({ cause }) => cause !== 'edit').map(({ cause, rows: n, example }) => [
      layer,
      cause,
      column,
      n,
      example.key,
      example.before,
      example.now,
    ]),
  );
  const edits = rows.edits.map(({ key, column, before, now }) => [
    layer,
    'edit',
    columns[column],
    1,
    key,
    before,
    now,
  ]);
  return [...totals, [layer, 'changed', null, rows.changed, null, null, null], ...causes, ...edits];
}
