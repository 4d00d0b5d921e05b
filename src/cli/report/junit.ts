/**
 * JUnit's XML, as CI servers read it: a suite for each node, in it a case for each test, for a node that failed or was not
 * built, and for one that was and has no test. Names of elements and attributes as in https://github.com/testmoapp/junitxml.
 */
import type { NodeResult, RunResult, TestOutcome } from '../../run/events.js';
import { codeOf, type Finding, isFailed, testMessage } from './findings.js';

/** A whole document. */
export function junitOf(result: RunResult, findings: readonly Finding[]): string {
  const suites = result.nodes.flatMap((node) => suiteOf(node, result.command, findings));
  return document(`lake ${result.command}`, suites, result.seconds, result.startedAt);
}

/** The document of a command that ended before it ran anything. */
export function junitOfFindings(command: string, findings: readonly Finding[]): string {
  const cases = findings
    .filter(({ level }) => level === 'error')
    .map(
      ({ subject, at, code, message }): Case => ({
        attributes: { name: `${code} ${subject}`, classname: 'lake', time: '0', ...(at && placeOf(at)) },
        kind: 'error',
        body: element('error', { type: code, message: firstLine(message) }, message),
      }),
    );
  return document(`lake ${command}`, [{ name: 'lake', cases, seconds: 0 }], 0, new Date().toISOString());
}

interface Case {
  readonly attributes: Readonly<Record<string, string>>;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  /** Elements within. */
  readonly body: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly seconds: number;
}

function suiteOf(node: NodeResult, command: string, findings: readonly Finding[]): readonly Suite[] {
  const tests = node.tests.map((test) => caseOf(node, test));
  const own = ofNode(node, command, findings);
  const cases = own ? [own, ...tests] : tests;
  return cases.length === 0 ? [] : [{ name: node.id, cases, seconds: node.seconds }];
}

/** A node that failed or did not run is a case, and one that has no test: a CI server takes a report without cases for no run. */
function ofNode(
  { id, status, kind, reason, seconds, tests, ephemeral }: NodeResult,
  command: string,
  findings: readonly Finding[],
): Case | undefined {
  const attributes = { name: id, classname: id, time: seconds.toFixed(3) };
  if (status === 'skipped' || status === 'cancelled')
    return { attributes, kind: 'skipped', body: element('skipped', { message: reason }) };
  const finding = findings.find(({ subject, level }) => subject === id && level === 'error');
  if (status !== 'error') {
    const isTable = command !== 'test' && kind !== 'test' && !ephemeral;
    return isTable && tests.length === 0 ? { attributes, kind: 'passed', body: '' } : undefined;
  }
  if (!finding) return undefined;
  const { code, message, at } = finding;
  const error = element('error', { type: code, message: firstLine(message) }, message);
  return { attributes: { ...attributes, ...(at && placeOf(at)) }, kind: 'error', body: error };
}

function caseOf(node: NodeResult, test: TestOutcome): Case {
  const attributes = {
    name: test.id,
    classname: node.id,
    time: test.seconds.toFixed(3),
    ...(test.at && placeOf(test.at)),
  };
  if (test.status === 'skipped')
    return { attributes, kind: 'skipped', body: element('skipped', { message: test.message ?? '' }) };
  if (!isFailed(test)) {
    const said = test.status === 'warn' ? element('system-out', {}, testMessage(test)) : '';
    return { attributes, kind: 'passed', body: said };
  }
  const kind = test.status === 'error' ? 'error' : 'failure';
  const message = testMessage(test);
  const type = codeOf(test);
  return { attributes, kind, body: element(kind, { type, message: firstLine(message) }, message) };
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }) {
  return { file, line: String(line) };
}

function document(name: string, suites: readonly Suite[], seconds: number, timestamp: string): string {
  const all = suites.flatMap(({ cases }) => cases);
  const inner = suites.map(({ name: suite, cases, seconds: time }) =>
    element(
      'testsuite',
      { name: suite, ...counts(cases), time: time.toFixed(3), timestamp: timestamp.slice(0, 19) },
      undefined,
      cases.map(({ attributes, body }) => element('testcase', attributes, undefined, [body].filter(Boolean))),
    ),
  );
  const root = element('testsuites', { name, ...counts(all), time: seconds.toFixed(3) }, undefined, inner);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function counts(cases: readonly Case[]) {
  const of = (kind: Case['kind']) => String(cases.filter((one) => one.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  text?: string,
  children: readonly string[] = [],
): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(value).replaceAll('\n', '&#10;')}"`,
  );
  const inner = text === undefined ? children.map((child) => `\n${child}`).join('') : escapeXml(text);
  const end = children.length > 0 ? '\n' : '';
  return inner === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${inner}${end}</${name}>`;
}

/** Characters that XML 1.0 cannot hold in any form are shown as U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[<>&"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[sign] ?? '&quot;');
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
