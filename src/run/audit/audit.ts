/** Runs the data tests of one node: on its staged files before they are published, or on the published version. */
import type { NodeId, TestNode } from '../../compile/types.js';
import { compiledTestPath } from '../../compile/write-compiled.js';
import type { Relation } from '../../engine/types.js';
import { errorInfo, LakeError } from '../../errors/lake-error.js';
import type { TestRecord } from '../../lakehouse/types.js';
import { type DataVersion, testHash } from '../../plan/fingerprint.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { dataVersion } from '../tables/inputs.js';
import { mergeRelations, nodeRelations } from '../tables/relations.js';

/** Failing rows that are shown. */
const SAMPLE = 5;

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

/** Runs every test of the node that has no passing record for these data versions. */
export async function auditNode(context: RunContext, node: NodeId, options: AuditOptions): Promise<Audit> {
  const late = context.deferredTests;
  const tests = context.graph.tests.filter(
    (t) => t.owner === node && (options.deferred ? options.deferred.includes(t.id) : !late.has(t.id)),
  );
  const results = await Promise.all(tests.map((test) => runTest(context, test, options)));
  const recorded = (chosen: readonly TestResult[]) => chosen.flatMap((r) => (r.record ? [r.record] : []));
  return {
    outcomes: results.map((r) => r.outcome),
    records: recorded(results),
    fresh: recorded(results.filter((r) => r.outcome.status !== 'reused')),
    blocking: results.filter(
      ({ test, outcome }) =>
        test.severity === 'error' && (outcome.status === 'fail' || outcome.status === 'error'),
    ).length,
  };
}

interface TestResult {
  readonly test: TestNode;
  readonly outcome: TestOutcome;
  readonly record?: TestRecord;
}

async function runTest(context: RunContext, test: TestNode, options: AuditOptions): Promise<TestResult> {
  const started = performance.now();
  const versions = Object.fromEntries(
    test.dependsOn.map((id) => [
      id,
      id === test.owner ? options.dataVersion : (dataVersion(context, id) ?? -1),
    ]),
  );
  const hash = testHash(test.definitionHash, versions);
  const base = {
    id: test.id,
    owner: test.owner,
    at: test.at,
    compiledPath: compiledTestPath(test),
  };
  const known = test.neverReuse ? undefined : context.passedBefore(test, hash);
  if (known) {
    return {
      test,
      outcome: { ...base, status: 'reused', failures: known.failures, seconds: 0 },
      record: known,
    };
  }
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const { staged } = options;
    const others = staged ? test.dependsOn.filter((id) => id !== test.owner) : test.dependsOn;
    const relations = mergeRelations(nodeRelations(context, others), staged ?? []);
    const [sample] = await context.engine.sql({
      label: test.id,
      macros: context.graph.sqlMacros,
      relations,
      statements: [
        { sql: `create temp table failing as\n${test.sql}`, collect: 'none' },
        {
          sql: `select (select count(*) from failing) as _failures, * from failing limit ${SAMPLE}`,
          collect: 'rows',
        },
      ],
    });
    const failures = sample!.rows.length === 0 ? 0 : Number(sample!.rows[0]![0]);
    const status = failures === 0 ? 'pass' : test.severity === 'warn' ? 'warn' : 'fail';
    const shown =
      failures === 0
        ? undefined
        : {
            columns: sample!.columns.slice(1).map((c) => c.name),
            rows: sample!.rows.map((row) => row.slice(1)),
          };
    const record: TestRecord = { id: test.id, hash, status, failures, at: new Date().toISOString() };
    return { test, outcome: { ...base, status, failures, seconds: seconds(), sample: shown }, record };
  } catch (error) {
    const info = errorInfo(error);
    return {
      test,
      outcome: { ...base, status: 'error', failures: 0, seconds: seconds(), message: info.message },
    };
  }
}
