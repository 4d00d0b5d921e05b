import { printable } from '../../errors/printable.js';
import type { DriftReport, DriftSide } from '../../run/compare/drift.js';
import { counted, rows } from '../progress/format.js';

/** One block a dataset: which two loads, then a line a change. */
export function driftText(reports: readonly DriftReport[]): string {
  if (reports.length === 0) return 'No dataset has a load yet.\n';
  // Most datasets of a project stay as they are for months: they are counted, not listed.
  const alone = reports.filter(({ from, to }) => to && !from);
  const same = reports.filter(({ from, drift }) => from && drift.length === 0);
  const told =
    reports.length === 1 ? reports : reports.filter((one) => !alone.includes(one) && !same.includes(one));
  const rest = [
    ...(same.length > 0 ? [`${datasets(same)}: no drift (${named(same)})`] : []),
    ...(alone.length > 0 ? [`${datasets(alone)} with one load: nothing to compare yet`] : []),
  ];
  const blocks = [
    ...told.map(block),
    ...(reports.length === 1 || rest.length === 0 ? [] : [rest.join('\n')]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function datasets(reports: readonly DriftReport[]): string {
  return counted(reports.length, 'dataset');
}

function named(reports: readonly DriftReport[]): string {
  const names = reports.slice(0, NAMED).map(({ dataset }) => dataset);
  return `${names.join(', ')}${reports.length > NAMED ? `, and ${reports.length - NAMED} more` : ''}`;
}

const NAMED = 8;

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
