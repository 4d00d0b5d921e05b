/** The line that says how a run ended, in numbers. */
import type { NodeResult, RunResult, TestOutcome } from '../../run/events.js';
import { counted, seconds } from './format.js';
import { holderText, isBuiltAnew } from './node-lines.js';
import type { Paint } from './paint.js';

/** @param asksPortals False in a project without datasets: it makes no requests that could be told. */
export function headline(result: RunResult, paint: Paint, asksPortals: boolean): string {
  if (result.heldBy) return `${isStopped(result) ? 'Stopped' : 'Skipped'}: ${holderText(result.heldBy)}`;
  const tables = result.nodes.filter(
    ({ kind, status, ephemeral }) =>
      status === 'error' || (kind !== 'test' && kind !== 'publication' && !ephemeral),
  );
  const by = (status: NodeResult['status']) => tables.filter((node) => node.status === status).length;
  const anew = tables.filter(isBuiltAnew).length;
  const tests = result.nodes.flatMap((node) => node.tests);
  const of = (...statuses: TestOutcome['status'][]) =>
    tests.filter((t) => statuses.includes(t.status)).length;
  const published = result.nodes.filter(
    ({ kind, status }) => kind === 'publication' && status === 'success',
  ).length;
  const upToDate = result.nodes.filter(
    ({ kind, status }) => kind === 'publication' && status === 'unchanged',
  ).length;
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
    published > 0 && `${published} published`,
    result.command === 'publish' &&
      upToDate > 0 &&
      `${upToDate} as ${upToDate === 1 ? 'it was' : 'they were'}`,
    failures > 0 && paint.red(`${onlyTests ? counted(failures, 'table') : failures} failed`),
    by('skipped') > 0 && paint.yellow(`${by('skipped')} skipped`),
    by('cancelled') > 0 && paint.yellow(`${by('cancelled')} cancelled`),
    !onlyTests && (ran > 0 || skipped > 0) && `${counted(ran + skipped, 'test')}${noted}`,
    warned > 0 && paint.yellow(counted(warned, 'warning')),
    result.hookFailures && paint.red(`${counted(result.hookFailures.length, 'hook')} failed`),
    result.problems && paint.red(counted(result.problems.length, 'unexpected error')),
    !onlyTests && asksPortals && result.command !== 'publish' && counted(result.requests, 'request'),
    seconds(result.seconds),
  ].filter((word): word is string => typeof word === 'string');
  const quiet = result.exitCode === 0 && by('success') + anew + ran + published === 0;
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

/** Whether a signal ended it. */
export function isStopped({ exitCode }: RunResult): boolean {
  return exitCode === 130 || exitCode === 143;
}
