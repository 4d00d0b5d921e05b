/** `lake plan`: looks at portals and lake, and says for every selected node what a build would do. Writes nothing to the lake. */
import type { BronzeNode, GraphNode, ModelNode, NodeId, SilverNode } from '../compile/types.js';
import { type ErrorInfo, errorInfo } from '../errors/lake-error.js';
import { redactError } from '../errors/redact-error.js';
import { createRedactor } from '../errors/redactor.js';
import type { FetchPolicyFunction } from '../observe/fetch-policy.js';
import type { Backfill, DatasetFacts } from '../observe/types.js';
import { foreignWrites } from '../plan/foreign-writes.js';
import { planTable } from '../plan/plan-table.js';
import type { NodePlan, Plan, TablePlan } from '../plan/types.js';
import { sourceFor } from '../sources/index.js';
import { type Looking, lookAt, planLoad } from './bronze/look.js';
import { heldState } from './bronze/lost-parts.js';
import { notServedFact } from './bronze/not-served.js';
import { leftOverIn } from './left-over.js';
import { addsToTable } from './models/incremental/build-incremental.js';
import { batchesOf, inWords } from './models/incremental/microbatch/batches-of.js';
import { Pins, tablesOf } from './pins.js';
import { openSession, type Session, type SessionOptions } from './session.js';
import { inputVersions } from './tables/inputs.js';
import { publishedAs } from './tables/plan-node.js';
import { standingSql } from './tables/standing-sql.js';

export interface PlanOptions extends SessionOptions {
  readonly selected: readonly NodeId[];
  readonly fullRefresh: boolean;
  /** A sample of so many rows of each part. */
  readonly limit?: number;
  /** A program's rule which parts are asked about. */
  readonly fetchPolicy?: FetchPolicyFunction;
  /** Of the datasets only this time. */
  readonly backfill?: Backfill;
}

/** @throws LakeError when the lake cannot be read or the local portal cannot start. */
export async function planRun(options: PlanOptions): Promise<Plan> {
  const redactor = createRedactor(options.secrets.values);
  try {
    const session = await openSession(options);
    try {
      return redactor.value(await planNodes(options, session));
    } finally {
      await session.close();
    }
  } catch (error) {
    throw redactError(error, redactor);
  }
}

async function planNodes(options: PlanOptions, session: Session): Promise<Plan> {
  const { graph, fullRefresh } = options;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const set = await session.lake.newestSet();
  const owned = graph.nodes.flatMap(tablesOf);
  const pins = await Pins.ofGraph(session.lake, graph, set);
  const selected = new Set(options.selected);
  const plans = new Map<NodeId, NodePlan>();
  // What is not selected stays as it is, but a view or ephemeral shows whatever becomes of its inputs.
  const moving = (id: NodeId): boolean => {
    const planned = plans.get(id);
    if (planned) return planned.action === 'run' || planned.action === 'depends';
    const standing = standingSql({ pins, nodes }, id);
    return standing?.definition.reads.some(moving) ?? false;
  };

  const looking: Looking = {
    ...session,
    graph,
    nodes,
    pins,
    sourceOf: (node) => sourceFor(graph.portals[node.dataset.portal]!.type),
    startedAt: new Date(),
    flags: {
      fullRefresh,
      backfill: options.backfill,
      limit: options.limit,
      fetchPolicy: options.fetchPolicy,
    },
  };
  const held = (node: BronzeNode) => heldState(session.lake, node, pins.head(node.id)?.state);
  const observe = async (node: BronzeNode): Promise<DatasetFacts> => {
    if (node.parent && moving(node.parent.node))
      return { status: 'depends', on: node.parent.node.replace(/^silver\./, '') };
    const told = (facts: DatasetFacts): DatasetFacts => {
      if (facts.status !== 'error') return facts;
      const loaded = pins.head(node.id) !== undefined;
      return { ...facts, error: notServedFact(options.target, node.name, loaded, facts.error) };
    };
    try {
      return told(await lookAt(looking, node, (await held(node)).state));
    } catch (error) {
      return told({ status: 'error', error: errorInfo(error), requests: 0 });
    }
  };

  // Datasets that read nobody's rows are asked at once; the others when their parent's plan is known.
  const independent = graph.nodes.filter(
    (n): n is BronzeNode => n.kind === 'bronze' && selected.has(n.id) && !n.parent,
  );
  const early = new Map(independent.map((node) => [node.id, observe(node)]));
  const planned = async (node: GraphNode): Promise<NodePlan> => {
    const broken = node.dependsOn.find((id) => plans.get(id)?.action === 'error');
    if (broken !== undefined && node.kind !== 'bronze') {
      const reason = `would be skipped: ${broken} is in error`;
      return { id: node.id, kind: node.kind, action: 'error', reason };
    }
    if (node.kind === 'bronze') {
      const facts = await (early.get(node.id) ?? observe(node));
      const { state, lostParts: lost } = await held(node);
      const plan = planLoad(looking, node, { facts, state, lost, strategy: 'fast' });
      const written = foreignWrites(pins.head(node.id)?.foreign);
      return written ? { ...plan, notes: [written, ...(plan.notes ?? [])] } : plan;
    }
    const now = Date.now();
    const plan = planTable({
      node,
      ...publishedAs(pins, node),
      inputs: inputVersions({ pins, nodes, run: 'plan' }, node),
      undecided: node.dependsOn.filter(moving),
      fullRefresh,
      since: options.backfill?.since,
      now,
    });
    return withBatches(plan, node, { pins, now, fullRefresh, backfill: options.backfill });
  };
  for (const node of graph.nodes.filter(({ id }) => selected.has(id))) {
    plans.set(node.id, await planned(node).catch((error: unknown) => inError(node, errorInfo(error))));
  }
  const leftOver = leftOverIn(owned, set);
  return {
    target: options.target.name,
    nodes: [...plans.values()],
    observed: session.fetcher.requestsMade,
    ...(leftOver.length > 0 && { leftOver }),
  };
}

interface Asked extends Pick<PlanOptions, 'fullRefresh' | 'backfill'> {
  readonly pins: Pins;
  readonly now: number;
}

function inError({ id, kind }: GraphNode, error: ErrorInfo): NodePlan {
  const plan = { id, action: 'error' as const, reason: error.message };
  return kind === 'bronze' ? { ...plan, kind, requests: 0, goneParts: [], error } : { ...plan, kind };
}

/** Of a microbatch model that runs, or may: which batches. */
function withBatches(
  plan: TablePlan,
  node: SilverNode | ModelNode,
  { pins, now, fullRefresh, backfill }: Asked,
): TablePlan {
  const batches = node.kind === 'model' ? node.incrementalSpec?.batches : undefined;
  if (!batches || node.kind !== 'model' || plan.action === 'reuse') return plan;
  const head = pins.head(node.id);
  const before = addsToTable({ pins, flags: { fullRefresh } }, node, head) ? head : undefined;
  try {
    const found = batchesOf(node, {
      until: before?.state.batches?.until,
      backfill,
      now,
    });
    return { ...plan, reason: `${plan.reason}; ${inWords(found, batches.size)}` };
  } catch (error) {
    return { ...plan, action: 'error', reason: errorInfo(error).message };
  }
}
