/**
 * Judges a unit test: the rows that came out against the rows that were expected. Both are text as the engine prints
 * the columns' own types, so that equal values have equal text.
 */
import type { Json } from '../project/types.js';
import { hasColumn } from './unit-rows.js';

/** A row's cells in the order of the columns; in an expected row `undefined` stands for "not compared". */
export type ExpectedRow = readonly (string | null | undefined)[];
export type ActualRow = readonly (string | null)[];

export interface RowComparison {
  readonly equal: boolean;
  /** Rows that are missing, not expected, or different. */
  readonly differing: number;
  /** Empty when equal; else a heading and a small table of the rows that differ. */
  readonly diff: string;
}

/** Compares two bags of rows: order does not count, repeated rows do. */
export function compareRows(
  expected: readonly ExpectedRow[],
  actual: readonly ActualRow[],
  columns: readonly string[],
): RowComparison {
  const partner = matchRows(expected, actual);
  const missing = expected.filter((_, i) => partner[i] === undefined);
  const taken = new Set(partner);
  const extra = actual.filter((_, j) => !taken.has(j));
  if (missing.length === 0 && extra.length === 0) return { equal: true, differing: 0, diff: '' };
  const differing = Math.max(missing.length, extra.length);
  return {
    equal: false,
    differing,
    diff: renderDiff(expected.length, actual.length, missing, extra, columns),
  };
}

/** Expected rows as the engine printed them, less the cells that the test does not name. */
export function namedCells(
  expect: readonly Readonly<Record<string, Json>>[],
  columns: readonly string[],
  printed: readonly ActualRow[],
): readonly ExpectedRow[] {
  return printed.map((row, i) =>
    row.map((cell, c) => (hasColumn(expect[i]!, columns[c]!) ? cell : undefined)),
  );
}

/**
 * For each expected row the index of its own actual row. A row that names few columns may fit several actual rows,
 * so first come is not enough: a taken row is given up where its owner finds another (Kuhn's matching).
 */
function matchRows(
  expected: readonly ExpectedRow[],
  actual: readonly ActualRow[],
): readonly (number | undefined)[] {
  const owner: (number | undefined)[] = actual.map(() => undefined);
  const claim = (i: number, tried: Set<number>): boolean => {
    for (const [j, row] of actual.entries()) {
      if (tried.has(j) || differingCells(expected[i]!, row) > 0) continue;
      tried.add(j);
      const current = owner[j];
      if (current === undefined || claim(current, tried)) {
        owner[j] = i;
        return true;
      }
    }
    return false;
  };
  for (const i of expected.keys()) claim(i, new Set());
  const partner: (number | undefined)[] = expected.map(() => undefined);
  for (const [j, i] of owner.entries()) if (i !== undefined) partner[i] = j;
  return partner;
}

function differingCells(expected: ExpectedRow, actual: ActualRow): number {
  return expected.filter((cell, c) => cell !== undefined && cell !== actual[c]).length;
}

function renderDiff(
  expectedCount: number,
  actualCount: number,
  missing: readonly ExpectedRow[],
  extra: readonly ActualRow[],
  columns: readonly string[],
): string {
  const { pairs, alone, surplus } = pairNearest(missing, extra);
  const rows = [
    ['', ...columns],
    ...pairs.map(([want, got]) => ['~', ...columns.map((_, c) => changedCell(want[c], got[c]!))]),
    ...alone.map((row) => ['-', ...columns.map((_, c) => cellText(row[c]))]),
    ...surplus.map((row) => ['+', ...columns.map((_, c) => cellText(row[c]))]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const legend = [
    pairs.length > 0 ? `~ ${pairs.length} different (expected → actual)` : '',
    alone.length > 0 ? `- ${alone.length} missing` : '',
    surplus.length > 0 ? `+ ${surplus.length} not expected` : '',
  ].filter((part) => part !== '');
  return [`expected ${countRows(expectedCount)}, got ${actualCount}: ${legend.join(', ')}`, ...lines].join(
    '\n',
  );
}

/** Rows that have at least one cell in common stand on one line; the nearest find each other first. */
function pairNearest(missing: readonly ExpectedRow[], extra: readonly ActualRow[]) {
  const candidates = missing.flatMap((want, i) =>
    extra.map((got, j) => {
      const named = want.filter((cell) => cell !== undefined).length;
      return { i, j, common: named - differingCells(want, got) };
    }),
  );
  const pairs: (readonly [ExpectedRow, ActualRow])[] = [];
  const pairedMissing = new Set<number>();
  const pairedExtra = new Set<number>();
  for (const { i, j, common } of candidates.sort((a, b) => b.common - a.common)) {
    if (common === 0 || pairedMissing.has(i) || pairedExtra.has(j)) continue;
    pairedMissing.add(i);
    pairedExtra.add(j);
    pairs.push([missing[i]!, extra[j]!]);
  }
  return {
    pairs,
    alone: missing.filter((_, i) => !pairedMissing.has(i)),
    surplus: extra.filter((_, j) => !pairedExtra.has(j)),
  };
}

function changedCell(want: string | null | undefined, got: string | null): string {
  return want === undefined || want === got ? cellText(got) : `${cellText(want)} → ${cellText(got)}`;
}

function cellText(value: string | null | undefined): string {
  if (value === undefined) return '';
  if (value === null) return 'NULL';
  const line = value.replaceAll('\n', '⏎');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function countRows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
