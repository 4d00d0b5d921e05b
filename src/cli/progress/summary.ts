/** The end of a run: what each dataset gained and lost, what failed, where the tables lie, what to type next. */

import { relative, resolve } from 'node:path';
import type { SourceSpan } from '../../errors/diagnostic.js';
import type { ErrorInfo } from '../../errors/lake-error.js';
import type { OpenProject } from '../../open-project.js';
import { mostlyQuarantined } from '../../quality/guards/silver-guards.js';
import { type NodeResult, type RunResult, type TestOutcome, tookLoadsBack } from '../../run/events.js';
import { renderRows } from '../output/print-rows.js';
import { counted, seconds } from './format.js';
import { holderText, isBuiltAnew } from './node-lines.js';
import type { Paint } from './paint.js';

/** What the user's command said of project, target and day, each with a blank before it. */
export interface CarriedFlags {
  readonly flags: string;
  readonly day: string;
  /** The run was a sample, in a lake of its own. */
  readonly sample?: boolean;
  /** Nothing that was read had any rows, in a lake of its own. */
  readonly empty?: boolean;
  /** The run before this one, which was killed; ISO 8601. */
  readonly interrupted?: { readonly run: string; readonly at: string };
}

/** Text with a newline at its end. */
export async function summary(
  result: RunResult,
  opened: OpenProject,
  paint: Paint,
  carried: CarriedFlags,
): Promise<string> {
  const parts = [
    await tables(result),
    ...(result.problems ?? []).map((problem) => paint.red(`${problem.code} ${problem.message}`)),
    ...(result.hookFailures ?? []).map((failure) => hookLines(failure, paint)),
    headline(result, paint, hasDatasets(opened)),
    ...rehearsal(result),
    ...wentOn(result, carried),
    ...mostlyLeftOut(result, paint),
    ...uncounted(result, paint, carried),
    ...leftAbove(result, paint, carried),
    ...leftOver(result),
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

/** Silver and gold tables that were built, a row each. */
async function tables(result: RunResult): Promise<string> {
  const built = result.nodes.filter(
    (node) => node.kind !== 'bronze' && node.kind !== 'test' && node.status === 'success',
  );
  if (built.length === 0 || result.command === 'test') return '';
  const sorted = [...built].sort((a, b) => a.kind.localeCompare(b.kind) * -1 || a.id.localeCompare(b.id));
  const rows = sorted.map((node) => [
    node.id,
    node.rows ?? null,
    node.added ?? null,
    node.changed ?? null,
    node.removed ?? null,
    node.accounting?.quarantined ?? null,
    testCount(node),
    Number(node.seconds.toFixed(1)),
  ]);
  const columns = ['table', 'rows', 'new', 'changed', 'gone', 'quarantined', 'tests', 'seconds'];
  // What no table of this run has anything to say of is no column.
  const said = columns.flatMap((_, i) => (rows.some((row) => row[i] !== null) ? [i] : []));
  return renderRows(
    { columns: said.map((i) => columns[i]!), rows: rows.map((row) => said.map((i) => row[i])) },
    'table',
    false,
    true,
  );
}

function testCount(node: NodeResult): string {
  const failed = node.tests.filter((t) => t.status === 'fail' || t.status === 'error').length;
  const warned = node.tests.filter((t) => t.status === 'warn').length;
  const notes = [failed > 0 ? `${failed} failed` : '', warned > 0 ? `${warned} warned` : ''].filter(Boolean);
  return notes.length > 0 ? `${node.tests.length} (${notes.join(', ')})` : String(node.tests.length);
}

function headline(result: RunResult, paint: Paint, asksPortals: boolean): string {
  if (result.heldBy) return `${isStopped(result) ? 'Stopped' : 'Skipped'}: ${holderText(result.heldBy)}`;
  const tables = result.nodes.filter((node) => node.kind !== 'test' || node.status === 'error');
  const by = (status: NodeResult['status']) => tables.filter((node) => node.status === status).length;
  const anew = tables.filter(isBuiltAnew).length;
  const tests = result.nodes.flatMap((node) => node.tests);
  const of = (...statuses: TestOutcome['status'][]) =>
    tests.filter((t) => statuses.includes(t.status)).length;
  const ran = tests.filter((test) => hasRun(test)).length;
  const [failed, broken, skipped, warned] = [of('fail'), of('error'), of('skipped'), of('warn')];
  const notes = [
    failed > 0 && paint.red(`${failed} failed`),
    broken > 0 && paint.red(`${broken} cannot run`),
    skipped > 0 && paint.yellow(`${skipped} skipped`),
  ].filter((note) => note !== false);
  const noted = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  const onlyTests = result.command === 'test';
  const failures = onlyTests ? tables.filter(isUntestable).length : by('error');
  const words = [
    onlyTests && testsOfAll(tests, ran + skipped, noted),
    !onlyTests && by('success') > 0 && `${by('success')} built`,
    anew > 0 && `${anew} built with the same rows`,
    !onlyTests && by('unchanged') > anew && `${by('unchanged') - anew} unchanged`,
    !onlyTests && by('reused') > 0 && `${by('reused')} reused`,
    failures > 0 && paint.red(`${onlyTests ? counted(failures, 'table') : failures} failed`),
    by('skipped') > 0 && paint.yellow(`${by('skipped')} skipped`),
    by('cancelled') > 0 && paint.yellow(`${by('cancelled')} cancelled`),
    !onlyTests && (ran > 0 || skipped > 0) && `${counted(ran + skipped, 'test')}${noted}`,
    warned > 0 && paint.yellow(counted(warned, 'warning')),
    result.hookFailures && paint.red(`${counted(result.hookFailures.length, 'hook')} failed`),
    result.problems && paint.red(counted(result.problems.length, 'unexpected error')),
    !onlyTests && asksPortals && counted(result.requests, 'request'),
    seconds(result.seconds),
  ].filter((word): word is string => typeof word === 'string');
  const quiet = result.exitCode === 0 && by('success') + anew + ran === 0;
  const lead =
    quiet && !onlyTests
      ? 'Nothing changed: '
      : result.exitCode === 0
        ? paint.green('Done: ')
        : isStopped(result)
          ? paint.yellow('Stopped: ')
          : paint.red('Failed: ');
  return `${lead}${words.join(' · ')}${quiet && !onlyTests && !result.engineStarted ? ' · no engine was started' : ''}`;
}

/** `12 tests · 3 run · 9 passed before and nothing changed`. `asked`: those that ran or were skipped. */
function testsOfAll(tests: readonly TestOutcome[], asked: number, noted: string): string {
  const before = tests.filter(({ status }) => status === 'reused').length;
  const still = tests.filter(({ stillHolds }) => stillHolds).length;
  const parts = [
    asked > 0 && `${asked} run${noted}`,
    still > 0 && `${still} ${still === 1 ? 'warns' : 'warn'} as before`,
    before > 0 && `${before} passed before and nothing changed`,
  ].filter((part) => part !== false);
  return [counted(tests.length, 'test'), ...parts].join(' · ');
}

/** Whether a node failed for another reason than its tests, such as that it was never built. */
function isUntestable({ status, tests }: NodeResult): boolean {
  return status === 'error' && !tests.some((test) => test.status === 'fail' || test.status === 'error');
}

/** Whether the test was asked in this run. */
function hasRun({ status, stillHolds }: TestOutcome): boolean {
  return status !== 'reused' && status !== 'skipped' && !stillHolds;
}

function rehearsal({ faults, requests }: RunResult): string[] {
  if (faults === undefined) return [];
  const struck = Object.entries(faults).map(([name, times]) => `${times} ${name}`);
  return [
    `Rehearsed: ${struck.length === 0 ? 'no fault struck' : struck.join(', ')} in ${counted(requests, 'request')}`,
  ];
}

/** How much of the work of a run that was killed was there. */
function wentOn({ nodes }: RunResult, { interrupted }: CarriedFlags): string[] {
  const resumed = nodes.flatMap((node) => node.resumed ?? []);
  if (resumed.length === 0) return [];
  const sum = (of: 'saved' | 'bodies') => resumed.reduce((total, one) => total + one[of], 0);
  const from = interrupted
    ? `run ${interrupted.run}, killed at ${interrupted.at.slice(0, 19).replace('T', ' ')} UTC`
    : 'an earlier run';
  return [
    `Went on from ${from}: ${sum('saved').toLocaleString('en')} of ${counted(sum('bodies'), 'request')} for rows ${sum('saved') === 1 ? 'was' : 'were'} there`,
  ];
}

/** Tables of which less than half was published. */
function mostlyLeftOut({ nodes }: RunResult, paint: Paint): string[] {
  const left = nodes.flatMap(({ id, status, accounting }) =>
    status === 'success' && accounting && mostlyQuarantined(accounting) ? [id] : [],
  );
  if (left.length === 0) return [];
  left.sort();
  const names = left.length > NAMED ? `${left.slice(0, NAMED).join(', ')}, …` : left.join(', ');
  const what = left.length === 1 ? 'keeps less than half of its rows' : 'keep less than half of their rows';
  return [paint.yellow(`${names} ${what}: the others are in quarantine, see the notes above`)];
}

/** What was fetched just now, and that no count of a portal confirms. */
function uncounted({ nodes }: RunResult, paint: Paint, { flags }: CarriedFlags): string[] {
  const number = nodes.filter((node) => node.uncounted).length;
  if (number === 0) return [];
  const [have, whole] =
    number === 1 ? ['has no count at its', 'it is'] : ['have no count at their', 'they are'];
  return [
    paint.dim(
      `${counted(number, 'dataset')} ${have} portal: nothing confirms that ${whole} whole; lake query "from meta.loads where not counted"${flags}`,
    ),
  ];
}

/** What was read as it is published although its file says something else by now. */
function leftAbove({ changedAbove: left = [] }: RunResult, paint: Paint, { flags }: CarriedFlags): string[] {
  if (left.length === 0) return [];
  const names = left.length > NAMED ? `${left.slice(0, NAMED).join(', ')}, …` : left.join(', ');
  const [have, are, they] = left.length === 1 ? ['has', 'is', 'it is'] : ['have', 'are', 'they are'];
  const command =
    left.length > NAMED
      ? `lake build${flags}`
      : `lake build --select ${left.map((id) => `${id}+`).join(' ')}${flags}`;
  return [
    paint.yellow(`${names} ${have} changed and ${are} not selected: read as ${they} published; ${command}`),
  ];
}

/** Tables that stay readable although no file of the project speaks of them any more. */
function leftOver({ command, leftOver: names = [] }: RunResult): string[] {
  if (command === 'test' || names.length === 0) return [];
  const are = names.length === 1 ? 'is' : 'are';
  const more = names.length > NAMED ? ', …' : '';
  return [
    `${counted(names.length, 'table')} of the lake ${are} no longer in the project: ${names.slice(0, NAMED).join(', ')}${more}`,
  ];
}

function hasDatasets({ graph }: OpenProject): boolean {
  return graph.nodes.some(({ kind }) => kind === 'bronze');
}

/** `{bronze,silver,gold}`, or the one layer that the project has. */
function layersOf({ graph }: OpenProject): string {
  const layers = LAYERS.filter((layer) => graph.nodes.some(({ id }) => id.startsWith(`${layer}.`)));
  return layers.length === 1 ? layers[0]! : `{${layers.join(',')}}`;
}

const LAYERS = ['bronze', 'silver', 'gold'];

function isStopped({ exitCode }: RunResult): boolean {
  return exitCode === 130 || exitCode === 143;
}

function whereAndNext(
  result: RunResult,
  opened: OpenProject,
  paint: Paint,
  { flags, day, sample, empty }: CarriedFlags,
): string[] {
  const { project, root, graph } = opened;
  const lines: string[] = [];
  const { lake } = project.target;
  const where =
    lake.type === 'local'
      ? relative('.', resolve(root, lake.path ?? '')) || '.'
      : `${lake.type === 'gcs' ? 'gs' : 's3'}://${lake.bucket}/${lake.prefix ?? ''}`.replace(/\/$/, '');
  if (result.set !== undefined && result.command !== 'test') {
    lines.push(
      paint.dim(
        `Tables: ${where}/${layersOf(opened)}/ (Delta Lake) · all of them in plain DuckDB: ${where}/views.sql`,
      ),
    );
  }
  const failed = result.nodes.filter((node) => node.status === 'error');
  if (empty)
    lines.push(
      'All SQL ran over inputs without rows: nothing was published to the lake of the target, and no test was run.',
    );
  if (sample)
    lines.push(
      'This is a sample: nothing of it was published to the lake of the target, and no cursor moved.',
    );
  const codes = [...new Set(result.nodes.flatMap((node) => node.error?.code ?? []))].sort();
  if (codes.length > 0)
    lines.push(
      `More: ${codes
        .slice(0, 3)
        .map((code) => `\`lake explain ${code}\``)
        .join(' · ')}`,
    );
  if (result.exitCode === 75) lines.push(`Next: \`lake retry\`; what failed may pass.`);
  else if (isStopped(result)) lines.push('Next: the same command again; it goes on from here.');
  else if (failed.length > 0) {
    lines.push(`Next: ${afterFailure(result, failed, graph, { flags, day })}`);
  } else if (result.command === 'test') return lines;
  else if (empty) lines.push(`Next: lake build${flags}${day}`);
  else {
    const shown = worthALook(result);
    if (shown) lines.push(`Next: lake query "from ${shown} limit 5"${sample ? ' --sample' : ''}${flags}`);
  }
  return lines;
}

/** Several failures have one command: it knows what they were, and what was skipped for them. */
function afterFailure(
  { command, nodes }: RunResult,
  failed: readonly NodeResult[],
  graph: OpenProject['graph'],
  { flags, day }: Pick<CarriedFlags, 'flags' | 'day'>,
): string {
  const every = (code: string) => failed.every(({ error }) => error?.code === code);
  // Nothing is wrong with these datasets: another target has to be asked.
  const real = failed[0]!.error?.details?.['realTarget'];
  if (every('LK3126') && real !== undefined) {
    const names = failed.map(({ id }) => `${id.replace(/^bronze\./, '')}+`);
    const project = flags.replace(/ --target \S+/, '');
    return `lake ${command} --target ${real}${names.length > NAMED ? '' : ` --select ${names.join(' ')}`}${project}`;
  }
  // Tests of others that waited for what failed: no `+` reaches them.
  const waited = nodes.some(({ tests }) => tests.some((test) => test.afterFailure));
  if ((failed.length > 1 || waited) && !every('LK4010'))
    return `mend what failed, then \`lake retry${flags}\``;
  // A load that was taken back has to be asked for again: the dataset's name means its bronze, too.
  const names = failed.map((node) =>
    tookLoadsBack(node)
      ? node.id.replace(/^silver\./, '')
      : (mistakenView(node, graph) ?? node.id.replace(/^tests of /, '')),
  );
  // Nothing is wrong with the node itself: what it reads was not part of the run.
  if (every('LK4010'))
    return `lake build --select ${names.map((name) => `+${name}+`).join(' ')}${flags}${day}`;
  return `mend what failed, then \`lake ${command} --select ${names[0]}+${flags}${day}\``;
}

/** The view or ephemeral in whose SQL the engine found the mistake: that is what is mended. */
function mistakenView({ error }: NodeResult, { nodes }: OpenProject['graph']): string | undefined {
  const view = error?.details?.['view'] as { readonly name: string } | undefined;
  return nodes.find(({ id }) => id === view?.name)?.id;
}

/** More names than these make no command that anybody reads. */
const NAMED = 8;

/** A table of this run that exists: one that it built rather than one that stayed, the nearest to gold. */
function worthALook({ nodes }: RunResult): string | undefined {
  const tables = nodes.filter((node) => node.version !== undefined && node.kind !== 'test');
  const built = tables.filter(({ status }) => status === 'success');
  const first = (kind: NodeResult['kind']) =>
    (built.length > 0 ? built : tables).find((node) => node.kind === kind);
  return (first('model') ?? first('silver') ?? first('bronze'))?.id;
}
