import { printable } from '../../errors/printable.js';
import type { DriftReport, DriftSide } from '../../run/compare/drift.js';
import { rows } from '../progress/format.js';

/** One block a dataset: which two loads, then a line a change. */
export function driftText(reports: readonly DriftReport[]): string {
  if (reports.length === 0) return 'No dataset has a load yet.\n';
  return `${reports.map(block).join('\n\n')}\n`;
}

function block({ dataset, from, to, baseline, drift }: DriftReport): string {
  if (!to) return `${dataset}: never loaded`;
  if (!from) return `${dataset}: ${side(to)} has nothing to be compared with yet`;
  const title = `${dataset}: ${baseline ? 'baseline ' : ''}${side(from)} → ${side(to)}`;
  if (drift.length === 0) return `${title}\n  no drift`;
  const kinds = Math.max(...drift.map(({ kind }) => kind.length));
  const names = Math.min(32, Math.max(...drift.map(({ column }) => column.length)));
  const lines = drift.map(
    (one) => `  ${one.kind.padEnd(kinds)}  ${printable(one.column).padEnd(names)}  ${printable(one.drift)}`,
  );
  return [title, ...lines].join('\n');
}

function side({ loadId, at, rows: count, rejected }: DriftSide): string {
  return `load ${loadId} (${at.slice(0, 10)}, ${rows(count)}${rejected ? ', taken back by a guard' : ''})`;
}
