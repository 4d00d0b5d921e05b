/** One ended node as lines: what it brought, its tests as dots, failing rows as a small table. */
import { codeFrame } from '../../errors/code-frame.js';
import { calledFrom, type SourceSpan } from '../../errors/diagnostic.js';
import { renderDiagnostics } from '../../errors/render-diagnostics.js';
import type { SourceTexts } from '../../errors/source-texts.js';
import type { FetchNotice } from '../../fetch/types.js';
import type { NodeResult, RunHolder, TestOutcome } from '../../run/events.js';
import { rowsOfError } from '../report/rows-of-error.js';
import { bytes, count, counted, rows, seconds } from './format.js';
import type { Paint } from './paint.js';
import { paintDifference } from './paint-difference.js';

/**
 * Empty for nodes that stayed as they were and had no test to run.
 * @param width Characters that names are given, and that a line of the terminal has; where nobody looks at one it has no end.
 * @param testsNamed Every test has a line, also those that pass: what was tested is what was asked.
 */
export function nodeLines(
  result: NodeResult,
  paint: Paint,
  sources: SourceTexts,
  width: { readonly name: number; readonly line?: number },
  testsNamed = false,
): string[] {
  const ran = result.tests.filter((t) => t.status !== 'reused');
  const quiet =
    result.status === 'reused' ||
    result.status === 'cancelled' ||
    (result.status === 'unchanged' && !isBuiltAnew(result));
  const told = testsNamed ? result.tests : ran;
  if (quiet && told.length === 0 && result.notes === undefined) return [];
  const name = result.id.padEnd(width.name);
  const lines: string[] = [];
  switch (result.status) {
    case 'error':
      lines.push(
        `${paint.red('✗')} ${paint.bold(name)} ${paint.red('failed')}`,
        ...errorLines(result, paint, sources),
      );
      break;
    case 'skipped':
      lines.push(`${paint.yellow('-')} ${name} ${paint.yellow(`skipped: ${result.reason}`)}`);
      break;
    case 'reused':
    case 'unchanged':
      lines.push(
        `${paint.dim('=')} ${name} ${paint.dim(testsNamed || result.kind === 'publication' ? result.reason : `${isBuiltAnew(result) ? 'built' : 'not built'}: ${result.reason}`)}${testsNamed ? '' : dots(ran, paint)}`,
      );
      break;
    default:
      lines.push(`${paint.green('✓')} ${name} ${facts(result).join(paint.dim(' · '))}${dots(ran, paint)}`);
  }
  const notes = (result.notes ?? []).map((note) => `  ${paint.yellow('! note')} ${note}`);
  return [
    ...lines,
    ...notes,
    ...told.flatMap((test) => {
      if (testsNamed && test.status === 'pass') return [`  ${paint.green('✓ passed')} ${test.id}`];
      if (test.status === 'reused') return [`  ${paint.dim(`= passed before ${test.id}`)}`];
      return isToldBy(result, test) ? [] : testLines(test, paint, sources, width.line);
    }),
  ];
}

/** Whether its SQL ran, and gave the rows that were published already. */
export function isBuiltAnew({ kind, status }: Pick<NodeResult, 'kind' | 'status'>): boolean {
  return status === 'unchanged' && (kind === 'silver' || kind === 'model');
}

/** Whether the node's own error is how the unit test could not run. */
function isToldBy({ error }: NodeResult, { id, code }: TestOutcome): boolean {
  return code !== undefined && error?.code === code && error.details?.['test'] === id;
}

/** Code, sentence, the user's own line where it is known, what to do. */
function errorLines({ error, reason }: NodeResult, paint: Paint, sources: SourceTexts): string[] {
  const { code = '', message: text = reason, hint, details } = error ?? {};
  // A sentence, and what it is about as a table below it: the columns of a contract that are not as it says.
  const [message = '', ...below] = text.split('\n');
  const at = details?.['at'] as SourceSpan | undefined;
  const rendered = renderDiagnostics([{ code, severity: 'error', message, hint, at }], sources, {
    color: paint.isColorSupported,
  });
  const shown = paintDifference(rowsOfError({ details }), paint).map((line) => `  ${line}`);
  return [...rendered.split('\n'), ...below, ...shown].map((line) => `  ${line}`);
}

/** The run that holds the lake. */
export function holderText({ run, pid, host }: RunHolder): string {
  return `run ${run} works in this lake (process ${pid} on ${host})`;
}

/**
 * `attempt 3/5, waiting 4 s, HTTP 503 from data.example.org`: while a portal makes us wait. A try that does not count has
 * no number: `waiting 4 s, HTTP 503 from data.example.org`.
 */
export function waitingText({ host, attempt, attempts, counts, waitMs, reason }: FetchNotice): string {
  return `${counts ? `attempt ${attempt}/${attempts}, ` : ''}waiting ${Math.max(1, Math.round(waitMs / 1000))} s, ${reason} from ${host}`;
}

function facts(result: NodeResult): string[] {
  const list: string[] = [];
  if (result.rows !== undefined) list.push(rows(result.rows).padStart(11));
  // A view has no rows of its own: what it is stands where tables have theirs.
  else if (result.kind === 'model') list.push('view'.padStart(11));
  if (result.kind === 'bronze' && result.requests !== undefined)
    list.push(counted(result.requests, 'request'));
  if (result.bytes !== undefined && ['bronze', 'publication'].includes(result.kind))
    list.push(bytes(result.bytes));
  if (result.kind === 'silver' || result.kind === 'publication') list.push(...changes(result));
  if (result.accounting && result.accounting.quarantined > 0)
    list.push(`${count(result.accounting.quarantined)} quarantined`);
  if (result.accounting && result.accounting.nullified > 0)
    list.push(`${count(result.accounting.nullified)} nullified`);
  list.push(seconds(result.seconds), result.reason);
  return list;
}

function changes(result: NodeResult): string[] {
  const list: string[] = [];
  // All rows of a first build are new: that is said already.
  if (result.added === result.rows) return list;
  if (result.added) list.push(`+${count(result.added)}`);
  if (result.changed) list.push(`~${count(result.changed)}`);
  if (result.removed) list.push(`−${count(result.removed)}`);
  return list;
}

function dots(tests: readonly TestOutcome[], paint: Paint): string {
  if (tests.length === 0) return '';
  const marks = tests.map((test) => {
    if (test.status === 'pass') return paint.green('•');
    if (test.status === 'skipped') return paint.yellow('-');
    return test.status === 'warn' ? paint.yellow('!') : paint.red('✗');
  });
  return `  ${marks.join('')}`;
}

function testLines(test: TestOutcome, paint: Paint, sources: SourceTexts, width?: number): string[] {
  // How a unit test failed is said with its node's error.
  if (test.status === 'pass' || test.difference !== undefined) return [];
  if (test.status === 'skipped')
    return [`${paint.yellow('  - skipped')} ${test.id}: ${test.message}${placeOf(test, paint)}`];
  const mark = test.status === 'warn' ? paint.yellow('  ! warn') : paint.red(`  ✗ ${test.status}`);
  const what =
    test.status === 'error'
      ? (test.message ?? 'could not run')
      : `${rows(test.failures)} ${test.failures === 1 ? 'fails' : 'fail'}`;
  const since = test.stillHolds ? ' as before' : '';
  const lines = [`${mark} ${test.id}: ${what}${since}${placeOf(test, paint)}`];
  if (test.status !== 'warn') lines.push(...frameLines(test, paint, sources));
  if (test.hint) lines.push(`         ${paint.cyan('hint:')} ${test.hint}`);
  if (test.compiledPath && test.status !== 'warn')
    lines.push(paint.dim(`         SQL: ${test.compiledPath}`));
  if (test.sample) lines.push(...sampleTable(test.sample, width).map((line) => `${MARGIN}${line}`));
  if (test.kept) lines.push(...keptLines(test.kept).map((line) => paint.dim(`         ${line}`)));
  return lines;
}

function placeOf({ at }: TestOutcome, paint: Paint): string {
  return at ? `  ${paint.dim(`${at.file}:${at.line}:${at.col}${calledFrom(at)}`)}` : '';
}

/** The line of the file in which the test, or the mistake in it, is written. */
function frameLines({ at }: TestOutcome, paint: Paint, sources: SourceTexts): string[] {
  const frame = at && Object.hasOwn(sources, at.file) ? codeFrame(sources[at.file]!, at) : undefined;
  if (!frame) return [];
  const margin = ' '.repeat(frame.number.length);
  return [
    `         ${paint.dim(`${frame.number} |`)} ${frame.line}`,
    `         ${paint.dim(`${margin} |`)} ${paint.red(frame.carets)}`,
  ];
}

/** Where the failing rows are, and how to ask for them; how many, where not all were kept. */
function keptLines({ name, path, rows: kept, all }: NonNullable<TestOutcome['kept']>): string[] {
  return [`${all ? 'kept' : `the first ${count(kept)} kept`}: ${path}`, `lake query "from failures.${name}"`];
}

const CELL = 24;
/** Columns of failing rows that are shown at most. */
const COLUMNS = 6;
/** What stands below a test's line. */
const MARGIN = ' '.repeat(9);

/** The first failing rows, cells cut, and of the columns as many as a line of the terminal holds. */
function sampleTable(
  { columns, rows: failing }: NonNullable<TestOutcome['sample']>,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const text = (value: unknown) => {
    const plain = value === null ? '∅' : String(typeof value === 'object' ? JSON.stringify(value) : value);
    return plain.length > CELL ? `${plain.slice(0, CELL - 1)}…` : plain;
  };
  const table = [columns.slice(0, COLUMNS), ...failing.map((row) => row.slice(0, COLUMNS).map(text))];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => String(row[i]).length)));
  const more = (shown: number) => (columns.length > shown ? `  (+${columns.length - shown} columns)` : '');
  const isWide = (shown: number) =>
    MARGIN.length + widths.slice(0, shown).reduce((sum, one) => sum + one + 2, -2) + more(shown).length >
    width;
  let shown = widths.length;
  while (shown > 1 && isWide(shown)) shown -= 1;
  return table.map(
    (row, n) =>
      row
        .slice(0, shown)
        .map((cell, i) => String(cell).padEnd(widths[i]!))
        .join('  ')
        .trimEnd() + (n === 0 ? more(shown) : ''),
  );
}
