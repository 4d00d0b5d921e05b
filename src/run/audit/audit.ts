/** Runs the data tests of one node: on its staged files before they are published, or on the published version. */
import type { NodeId, TestNode } from '../../compile/types.js';
import { compiledTestPath } from '../../compile/write-compiled.js';
import type { Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { TestRecord } from '../../lakehouse/types.js';
import type { DataVersion } from '../../plan/fingerprint.js';
import { verdict } from '../../quality/threshold.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { mergeRelations, nodeRelations } from '../tables/relations.js';
import { type Answer, askTests } from './ask-tests.js';
import { type LookedUpTest, lookUpTests, type Missing } from './due-tests.js';
import { keptBefore, showFailures } from './show-failures.js';

export interface Audit {
  readonly outcomes: readonly TestOutcome[];
  /** All results, those of earlier runs included: kept with the version they hold for. */
  readonly records: readonly TestRecord[];
  /** Results of the tests that really ran. */
  readonly fresh: readonly TestRecord[];
  /** Tests that failed, and tests that could not run, whatever their severity. */
  readonly blocking: number;
}

/** What there is to be seen of a node whose tests failed. */
export type Standing =
  /** A table: what was built is thrown away. */
  | 'staged'
  /** The failing rows are the published ones. */
  | 'published'
  /** A view: it has no rows of its own that could be kept back. */
  | 'view'
  /** The same, and nothing stood under its name before. */
  | 'new view';

const WHAT_STAYS: Record<Standing, string> = {
  staged: 'nothing was published; the version before, if there is one, stays',
  published: 'the published version is the one that fails; nothing was rolled back',
  view: 'this view was not published anew, but a view shows the newest rows of what it reads, so those that fail, too; `materialized: table` keeps the rows before',
  'new view': 'the view was not published',
};

/** Tests that cannot run say nothing against what is published. */
const UNJUDGED = 'correct what the test says; what is published stays as it is';

/** One or more tests of a node failed, or could not run. */
export class TestFailure extends LakeError {
  readonly outcomes: readonly TestOutcome[];

  constructor(node: NodeId, outcomes: readonly TestOutcome[], standing: Standing = 'staged') {
    const failed = outcomes.filter(({ status }) => status === 'fail');
    const broken = outcomes.filter(({ status }) => status === 'error');
    const counted = (number: number, verb: string) =>
      number === 0 ? [] : [`${number === 1 ? 'a test' : `${number} tests`} ${verb}`];
    const what = [...counted(failed.length, 'failed'), ...counted(broken.length, 'cannot run')];
    super('LK4012', `${node}: ${what.join(' and ')}`, {
      hint: failed.length === 0 && standing === 'published' ? UNJUDGED : WHAT_STAYS[standing],
      details: { tests: [...failed, ...broken].map((o) => o.id) },
    });
    this.outcomes = outcomes;
  }
}

export interface AuditOptions {
  /** The node as it will be, when it is not published yet; of a view what it reads, too, hidden. */
  readonly staged?: readonly Relation[];
  /** The data version that the node has, or will have. */
  readonly dataVersion: DataVersion;
  /** Run these tests of the node and no others: the deferred ones, at the end of a run. */
  readonly deferred?: readonly string[];
}

/** Runs every test of the node that has no passing record for these data versions: all together where SQL allows it. */
export async function auditNode(context: RunContext, node: NodeId, options: AuditOptions): Promise<Audit> {
  const looked = lookUpTests(context, node, options.dataVersion, options.deferred);
  const due = looked.filter(({ known, missing }) => known === undefined && missing === undefined);
  const reading = (ids: readonly NodeId[]): Relation[] => {
    const { staged } = options;
    const others = staged ? ids.filter((id) => id !== node) : ids;
    return mergeRelations(nodeRelations(context, others), staged ?? []);
  };
  const passed = new Map(due.length === 0 ? [] : await context.askAhead?.(node));
  const asked = await askTests(
    context,
    due.map(({ test }) => test).filter(({ id }) => !passed.has(id)),
    reading,
  );
  const answers = new Map([
    ...[...passed].map(([id, { seconds }]): [string, Answer] => [id, { failures: 0, rows: 0, seconds }]),
    ...asked,
  ]);
  const results = await Promise.all(
    looked.map((one) => {
      if (one.missing !== undefined) return skipped(one.test, one.missing);
      return one.known ? reused(context, one.test, one.known) : judged(context, one, answers, reading);
    }),
  );
  const recorded = (chosen: readonly TestResult[]) => chosen.flatMap((r) => (r.record ? [r.record] : []));
  return {
    outcomes: results.map((r) => r.outcome),
    records: recorded(results),
    fresh: recorded(results.filter(({ outcome }) => outcome.status !== 'reused' && !outcome.stillHolds)),
    // A test that cannot run says nothing, and a warning would say that for ever.
    blocking: results.filter(({ outcome: { status } }) => status === 'fail' || status === 'error').length,
  };
}

interface TestResult {
  readonly outcome: TestOutcome;
  readonly record?: TestRecord;
}

function outcomeOf(test: TestNode): Pick<TestOutcome, 'id' | 'owner' | 'at' | 'compiledPath'> {
  return { id: test.id, owner: test.owner, at: test.at, compiledPath: compiledTestPath(test) };
}

function skipped(test: TestNode, missing: Missing): TestResult {
  return { outcome: { ...outcomeOf(test), status: 'skipped', failures: 0, seconds: 0, ...missing } };
}

/** What passed is reused without a word; a warning is told in every run until it is mended. */
async function reused(context: RunContext, test: TestNode, known: TestRecord): Promise<TestResult> {
  const base = { ...outcomeOf(test), failures: known.failures, seconds: 0 };
  if (known.status !== 'warn') return { outcome: { ...base, status: 'reused' }, record: known };
  const kept = await keptBefore(context, test, known.failures);
  const outcome = { ...base, status: 'warn' as const, stillHolds: true as const, ...(kept && { kept }) };
  return { outcome, record: known };
}

async function judged(
  context: RunContext,
  { test, hash }: LookedUpTest,
  answers: ReadonlyMap<string, Answer>,
  reading: (ids: readonly NodeId[]) => Relation[],
): Promise<TestResult> {
  const answer = answers.get(test.id)!;
  const { seconds } = answer;
  const base = outcomeOf(test);
  if (answer.error) {
    const { message, hint, at } = answer.error;
    const outcome: TestOutcome = {
      ...base,
      status: 'error',
      failures: 0,
      seconds,
      message,
      hint,
      at: at ?? test.at,
    };
    return { outcome };
  }
  const { failures, rows } = answer;
  const status = verdict(failures, test);
  const shown =
    status !== 'pass' && rows > 0 ? await showFailures(context, test, reading(test.dependsOn)) : undefined;
  if (!shown?.kept) await context.failures.forget(test.id);
  const record: TestRecord = { id: test.id, hash, status, failures, at: new Date().toISOString() };
  return { outcome: { ...base, status, failures, seconds, ...shown }, record };
}
