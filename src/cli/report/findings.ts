/** What is wrong after a run, or with a project that cannot run, in the one form that all reports for CI are made of. */
import { relative, resolve } from 'node:path';
import { calledFrom, type Diagnostic, type SourceSpan } from '../../errors/diagnostic.js';
import { errorInfo, ProjectError } from '../../errors/lake-error.js';
import type { NodeResult, RunResult, TestOutcome } from '../../run/events.js';
import { rowsOfError } from './rows-of-error.js';

export interface Finding {
  readonly level: 'error' | 'warning';
  /** `LK4009`; a data test that failed is LK4012. */
  readonly code: string;
  /** One sentence, and what there is to be seen below it. */
  readonly message: string;
  /** Node, test or file that it is about. */
  readonly subject: string;
  /** Files are relative to the folder that the command was called in. */
  readonly at?: SourceSpan;
}

/** Failed nodes and tests, and tests that warn, in the order in which they ended. */
export function findingsOf(result: RunResult, root: string): readonly Finding[] {
  return result.nodes.flatMap((node) => {
    const tests = node.tests.flatMap((test) => ofTest(test, root));
    const ofNode = node.status === 'error' && !isOfTests(node) ? [ofError(node, root)] : [];
    return [...ofNode, ...tests];
  });
}

/** What ended the command before there was a result: every mistake of the project, or one error. */
export function findingsOfError(error: unknown, root: string): readonly Finding[] {
  if (error instanceof ProjectError) return error.diagnostics.map((one) => ofDiagnostic(one, root));
  const { code, message, hint } = errorInfo(error);
  return [{ level: 'error', code, message: sentences(message, hint), subject: 'lake' }];
}

/** Whether the node failed because its tests did: each of them is a finding of its own. */
function isOfTests({ error, tests }: NodeResult): boolean {
  const ofUnit = tests.some(({ code }) => code !== undefined && code === error?.code);
  return ofUnit || ((error?.code === 'LK4012' || error?.code === 'LK4009') && tests.some(isFailed));
}

export function isFailed({ status }: TestOutcome): boolean {
  return status === 'fail' || status === 'error';
}

function ofDiagnostic({ severity, code, message, hint, at }: Diagnostic, root: string): Finding {
  const level = severity === 'error' ? 'error' : 'warning';
  return {
    level,
    code,
    message: sentences(`${message}${calledFrom(at)}`, hint),
    subject: at?.file ?? 'project',
    ...(at && { at: placed(at, root) }),
  };
}

function ofError({ id, reason, error }: NodeResult, root: string): Finding {
  const { code = 'LK9000', message = reason, hint, details } = error ?? {};
  const at = details?.['at'] as SourceSpan | undefined;
  const table = rowsOfError({ details })
    .map((line) => `\n${line}`)
    .join('');
  return {
    level: 'error',
    code,
    message: `${sentences(`${message}${calledFrom(at)}`, hint)}${table}`,
    subject: id,
    ...(at && { at: placed(at, root) }),
  };
}

function ofTest(test: TestOutcome, root: string): readonly Finding[] {
  if (!isFailed(test) && test.status !== 'warn') return [];
  return [
    {
      level: test.status === 'warn' ? 'warning' : 'error',
      code: codeOf(test),
      message: testMessage(test),
      subject: test.id,
      ...(test.at && { at: placed(test.at, root) }),
    },
  ];
}

export function codeOf({ code, difference }: TestOutcome): string {
  return code ?? (difference === undefined ? 'LK4012' : 'LK4009');
}

/** What a test found, its first failing rows or the rows that differ below. */
export function testMessage({ id, status, failures, message, difference, sample, at }: TestOutcome): string {
  if (difference !== undefined) return `the unit test "${id}" failed\n${difference}`;
  if (status === 'error') return `the test ${id} cannot run: ${message ?? 'its SQL failed'}${calledFrom(at)}`;
  const rows = sample?.rows.map((row) =>
    row.map((value, i) => `${sample.columns[i]}=${JSON.stringify(value)}`).join(', '),
  );
  const counted = failures === 1 ? '1 row fails' : `${failures.toLocaleString('en')} rows fail`;
  return [`${id}: ${counted}`, ...(rows ?? [])].join('\n');
}

function sentences(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\nhint: ${hint}`;
}

/** As whoever called the command, most often in a checkout's folder, would write the path. */
function placed(at: SourceSpan, root: string): SourceSpan {
  const path = relative(process.cwd(), resolve(root, at.file)).replaceAll('\\', '/');
  return { ...at, file: path.startsWith('..') ? at.file : path };
}
