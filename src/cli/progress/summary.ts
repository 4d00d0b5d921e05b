/** The end of a run: what each dataset gained and lost, what failed, where the tables lie, what to type next. */

import type { CompiledProject } from '../../api/load-and-compile.js';
import type { SourceSpan } from '../../errors/diagnostic.js';
import type { ErrorInfo } from '../../errors/lake-error.js';
import type { NodeResult, RunResult } from '../../run/events.js';
import { renderRows } from '../output/print-rows.js';
import type { CarriedFlags } from './carried-flags.js';
import { count } from './format.js';
import { headline } from './headline.js';
import type { Paint } from './paint.js';
import { summaryNotes } from './summary-notes.js';
import { whereAndNext } from './where-and-next.js';

/** Text with a newline at its end. */
export async function summary(
  result: RunResult,
  opened: CompiledProject,
  paint: Paint,
  carried: CarriedFlags,
): Promise<string> {
  const parts = [
    await tables(result),
    ...(result.problems ?? []).map((problem) => paint.red(`${problem.code} ${problem.message}`)),
    ...(result.hookFailures ?? []).map((failure) => hookLines(failure, paint)),
    headline(result, paint, hasDatasets(opened)),
    ...summaryNotes(result, opened.graph, paint, carried),
    ...whereAndNext(result, opened, paint, carried),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n')}\n`;
}

/** A hook of the run that failed, with its place in project.yml. */
function hookLines({ code, message, hint, details }: ErrorInfo, paint: Paint): string {
  const at = details?.['at'] as SourceSpan | undefined;
  const place = at ? `${at.file}:${at.line}:${at.col} ` : '';
  return `${place}${paint.red(code)} ${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`;
}

/** More tables than these nobody reads: the ones that took longest are named, the others are in the file of results. */
const MOST_TABLES = 50;
const SLOWEST = 20;

/** Silver and gold tables that were built, a row each. */
async function tables(result: RunResult): Promise<string> {
  const built = result.nodes.filter(
    (node) => !['bronze', 'test', 'publication'].includes(node.kind) && node.status === 'success',
  );
  if (built.length === 0 || result.command === 'test') return '';
  const all = built.length <= MOST_TABLES;
  const sorted = all
    ? [...built].sort((a, b) => a.kind.localeCompare(b.kind) * -1 || a.id.localeCompare(b.id))
    : [...built].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const columns = COLUMNS.filter(({ value, isTold }) =>
    sorted.some((node) => value(node) !== null && (isTold?.(node) ?? true)),
  );
  const table = await renderRows(
    {
      columns: columns.map(({ name }) => name),
      rows: sorted.map((node) => columns.map(({ value }) => value(node))),
      names: 'table',
    },
    'table',
    false,
    true,
  );
  if (all) return table;
  return `${table}The ${SLOWEST} slowest of ${count(built.length)} tables. All of them: run_results.json in target/\n`;
}

interface Column {
  readonly name: string;
  readonly value: (node: NodeResult) => string | number | null;
  /** Whether the table has anything to say here; where none has, the column is left out. Any value that is not null by default. */
  readonly isTold?: (node: NodeResult) => boolean;
}

const COLUMNS: readonly Column[] = [
  { name: 'table', value: ({ id }) => id },
  { name: 'rows', value: ({ rows = null }) => rows },
  // In a first build all rows are new, and none is changed or gone.
  { name: 'new', value: ({ added = null }) => added, isTold: ({ added, rows }) => added !== rows },
  { name: 'changed', value: ({ changed = null }) => changed, isTold: ({ changed }) => changed !== 0 },
  { name: 'gone', value: ({ removed = null }) => removed, isTold: ({ removed }) => removed !== 0 },
  { name: 'quarantined', value: ({ accounting }) => accounting?.quarantined ?? null },
  { name: 'tests', value: testCount },
  { name: 'seconds', value: ({ seconds }) => Number(seconds.toFixed(1)) },
];

function testCount(node: NodeResult): string {
  const failed = node.tests.filter((t) => t.status === 'fail' || t.status === 'error').length;
  const warned = node.tests.filter((t) => t.status === 'warn').length;
  const notes = [failed > 0 ? `${failed} failed` : '', warned > 0 ? `${warned} warned` : ''].filter(Boolean);
  return notes.length > 0 ? `${node.tests.length} (${notes.join(', ')})` : String(node.tests.length);
}

function hasDatasets({ graph }: CompiledProject): boolean {
  return graph.nodes.some(({ kind }) => kind === 'bronze');
}
