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
import { type LookedUpTest, lookUpTests } from './due-tests.js';
import { showFailures } from './show-failures.js';

export interface Audit {
  readonly outcomes: readonly TestOutcome[];
  /** All results, those of earlier runs included: kept with the version they hold for. */
  readonly records: readonly TestRecord[];
  /** Results of the tests that really ran. */
  readonly fresh: readonly TestRecord[];
  /** Tests of severity error that did not pass. */
  readonly blocking: number;
}

/** One or more tests of a node failed. `published` tells that the failing rows are the published ones. */
export class TestFailure extends LakeError {
  readonly outcomes: readonly TestOutcome[];

  constructor(node: NodeId, outcomes: readonly TestOutcome[], published = false) {
    const failed = outcomes.filter((o) => o.status === 'fail' || o.status === 'error');
    const count = failed.length === 1 ? 'a test' : `${failed.length} tests`;
    super('LK4012', `${node}: ${count} failed`, {
      hint: published
        ? 'the published version is the one that fails; nothing was rolled back'
        : 'nothing was published; the version before, if there is one, stays',
      details: { tests: failed.map((o) => o.id) },
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
  const due = looked.filter(({ known }) => known === undefined);
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
    looked.map((one) => (one.known ? reused(one, one.known) : judged(context, one, answers, reading))),
  );
  const recorded = (chosen: readonly TestResult[]) => chosen.flatMap((r) => (r.record ? [r.record] : []));
  return {
    outcomes: results.map((r) => r.outcome),
    records: recorded(results),
    fresh: recorded(results.filter((r) => r.outcome.status !== 'reused')),
    blocking: results.filter(
      ({ test, outcome: { status } }) =>
        status === 'fail' || (status === 'error' && test.severity === 'error'),
    ).length,
  };
}

interface TestResult {
  readonly test: TestNode;
  readonly outcome: TestOutcome;
  readonly record?: TestRecord;
}

function outcomeOf(test: TestNode): Pick<TestOutcome, 'id' | 'owner' | 'at' | 'compiledPath'> {
  return { id: test.id, owner: test.owner, at: test.at, compiledPath: compiledTestPath(test) };
}

function reused({ test }: LookedUpTest, known: TestRecord): TestResult {
  const outcome = { ...outcomeOf(test), status: 'reused' as const, failures: known.failures, seconds: 0 };
  return { test, outcome, record: known };
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
    return { test, outcome };
  }
  const { failures, rows } = answer;
  const status = verdict(failures, test);
  const shown =
    status !== 'pass' && rows > 0 ? await showFailures(context, test, reading(test.dependsOn)) : undefined;
  if (!shown?.kept) await context.failures.forget(test.id);
  const record: TestRecord = { id: test.id, hash, status, failures, at: new Date().toISOString() };
  return { test, outcome: { ...base, status, failures, seconds, ...shown }, record };
}
