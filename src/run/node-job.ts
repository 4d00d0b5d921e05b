/** A node of the graph as a job of the scheduler. */
import type { BronzeNode, GraphNode, ModelNode, NodeId, SilverNode } from '../compile/types.js';
import { errorInfo } from '../errors/lake-error.js';
import { foreignWrites } from '../plan/foreign-writes.js';
import { TestFailure } from './audit/audit.js';
import { testNode } from './audit/test-published.js';
import { UnitTestFailure } from './audit/unit-tests.js';
import type { PageLog } from './bronze/page-log.js';
import type { RunContext } from './context.js';
import type { NodeResult } from './events.js';
import { executeModel } from './models/execute-model.js';
import type { Job } from './scheduler.js';
import { placed } from './sql-place.js';
import { describedInVain } from './tables/described-columns.js';
import { publishedAs } from './tables/plan-node.js';
import { standingSql } from './tables/standing-sql.js';

/**
 * Its outcome is always a result, whatever happened.
 * @param testReads Nodes that its tests read beside it: waited for, but whether they fail is theirs.
 * @param done Told once, however the job ends.
 */
export function nodeJob(
  context: RunContext,
  node: GraphNode,
  testReads: readonly NodeId[],
  done: (result: NodeResult) => void,
  pages: PageLog,
): Job {
  const base = { id: node.id, kind: node.kind, tests: [], seconds: 0 };
  return {
    id: node.id,
    pool: node.kind === 'bronze' ? 'network' : 'engine',
    // Tests of what is published are independent of each other: one that fails hides none.
    needs: context.flags.testOnly ? [] : waitsFor(context, node.dependsOn),
    after: testReads,
    async run() {
      const started = performance.now();
      const seconds = () => (performance.now() - started) / 1000;
      context.emit({ type: 'node_started', id: node.id });
      try {
        done({ ...base, ...(await executeNode(context, node)), seconds: seconds() });
        return true;
      } catch (error) {
        const tests = error instanceof TestFailure || error instanceof UnitTestFailure ? error.outcomes : [];
        const info = placed(context, node, errorInfo(error));
        if (context.signal.aborted && info.code === 'LK3110') {
          const reason = 'the run was stopped; what was fetched is kept for the next one';
          done({ ...base, status: 'cancelled', reason, seconds: seconds() });
          return false;
        }
        done({ ...base, status: 'error', reason: info.message, error: info, tests, seconds: seconds() });
        return false;
      } finally {
        if (node.kind === 'bronze') await keepPages(context, node, pages);
      }
    },
    skip(because) {
      done({ ...base, status: 'skipped', reason: `${because} failed` });
    },
    cancel() {
      const { reason } = context.signal;
      const stopped = /^SIG/.test(String(reason)) || typeof reason !== 'string';
      done({ ...base, status: 'cancelled', reason: stopped ? 'the run was stopped' : reason });
    },
  };
}

/** What a node reads, and what is shown by the views and ephemerals among it. */
function waitsFor(context: RunContext, ids: readonly NodeId[]): readonly NodeId[] {
  const all = new Set<NodeId>();
  const add = (id: NodeId): void => {
    if (all.has(id)) return;
    all.add(id);
    for (const input of standingSql(context, id)?.definition.reads ?? []) add(input);
  };
  for (const id of ids) add(id);
  return [...all];
}

/** What the load fetched, for `meta.pages`; a lake that cannot be written has failed the node already. */
async function keepPages({ lake, run }: RunContext, node: BronzeNode, pages: PageLog): Promise<void> {
  const taken = pages.take(node.name);
  if (taken.length === 0) return;
  await lake.recordPages({ run, table: node.id, pages: taken }).catch(() => undefined);
}

/** What bronze and silver need is a fifth of lake's code: a project of models alone does not load it. */
async function executeNode(
  context: RunContext,
  node: GraphNode,
): Promise<Omit<NodeResult, 'id' | 'kind' | 'seconds' | 'tests'> & Partial<Pick<NodeResult, 'tests'>>> {
  if (context.flags.testOnly) return testNode(context, node);
  switch (node.kind) {
    case 'bronze': {
      const { executeBronze } = await import('./bronze/execute-bronze.js');
      return executeBronze(context, node);
    }
    case 'silver': {
      const { executeSilver } = await import('./silver/execute-silver.js');
      return withForeignWrites(context, node, executeSilver);
    }
    case 'model':
      return withDescribed(context, node, await withForeignWrites(context, node, executeModel));
  }
}

/** A description of a column that is not there is read by nobody. */
function withDescribed<Outcome extends Pick<NodeResult, 'notes'>>(
  context: RunContext,
  node: ModelNode,
  outcome: Outcome,
): Outcome {
  const notes = [...(outcome.notes ?? []), ...describedInVain(context, node)];
  return notes.length === 0 ? outcome : { ...outcome, notes };
}

/** Rows of other programs never go unseen, even where the terminal shows no reasons. */
async function withForeignWrites<
  Node extends SilverNode | ModelNode,
  Outcome extends Pick<NodeResult, 'notes'>,
>(
  context: RunContext,
  node: Node,
  execute: (context: RunContext, node: Node) => Promise<Outcome>,
): Promise<Outcome> {
  const written = foreignWrites(publishedAs(context.pins, node).foreign);
  const outcome = await execute(context, node);
  if (written === undefined) return outcome;
  return {
    ...outcome,
    notes: [`${written}; that is replaced by what lake computes`, ...(outcome.notes ?? [])],
  };
}
