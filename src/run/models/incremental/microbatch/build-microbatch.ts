/** `incremental_strategy: microbatch`: time by time, each window by itself; published once, when all of the run are there. */
import { createHash } from 'node:crypto';
import type { ModelNode } from '../../../../compile/types.js';
import type { Relation } from '../../../../engine/types.js';
import type { TableHead } from '../../../../lakehouse/types.js';
import type { TimeBatch } from '../../../../plan/batches.js';
import { fingerprint } from '../../../../plan/fingerprint.js';
import { quoteIdent } from '../../../../sql/quote.js';
import { runUnitTests } from '../../../audit/unit-tests.js';
import type { RunContext } from '../../../context.js';
import type { TestOutcome } from '../../../events.js';
import type { PlannedNode } from '../../../tables/plan-node.js';
import { nodeRelation } from '../../../tables/relations.js';
import { lostStatements, markLost, publishedSelect } from '../../../tables/table-types.js';
import type { ModelResult } from '../../model-result.js';
import { describeModel } from '../../model-task.js';
import { newOutput, publishResult, storeStatements } from '../../publish-result.js';
import { alignColumns } from '../align-columns.js';
import { checkKeyColumns } from '../check-new-rows.js';
import { type Increment, placed } from '../increment.js';
import { replaceTime } from '../strategies/replace.js';
import { DEST } from '../strategies/strategy.js';
import { takeIn } from '../take-in.js';
import { batchesOf, inWords } from './batches-of.js';
import { buildBatches } from './build-batches.js';
import { batchRelations, eventTime, within } from './inputs-of-batch.js';
import { keptBatches } from './kept-batches.js';

/** @throws LakeError LK4052 when batches failed, LK4053 for too many, and whatever else stopped it. */
export async function buildMicrobatch(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
  adds: boolean,
): Promise<ModelResult> {
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const { batches: settings, onSchemaChange } = node.incrementalSpec!;
  const before = adds ? planned.before : undefined;
  const batches = batchesOf(node, {
    until: before?.state.batches?.until,
    backfill: context.flags.backfill,
    now: context.startedAt.getTime(),
  });
  const whole: TimeBatch = { start: batches[0]!.start, end: batches.at(-1)!.end };
  const increment: Increment = {
    node,
    sql: (adds ? node.incremental?.sql : undefined) ?? node.sql,
    origins: (adds ? node.incremental?.origins : undefined) ?? node.origins ?? [],
    relations: [...batchRelations(context, node, whole), ...selfRelation(context, node, before)],
  };
  const columns = await placed(increment, () =>
    describeModel(context, node, increment.sql, increment.relations),
  );
  checkKeyColumns(node, columns);
  const alignment = before && alignColumns(node.id, onSchemaChange, before.state.columns, columns);
  const kept = await keptBatches(context, node.id, keyOf(context, increment, planned));
  const built = await buildBatches(context, {
    increment,
    self: selfRelation(context, node, before),
    columns,
    batches,
    kept,
  });

  const gathered: Relation = {
    schema: 'self',
    name: 'batches',
    scans: [{ files: built.files, select: '*' }],
    columns,
  };
  const told = {
    ...planned,
    // Other batches have not seen what changed in the inputs: the next run still has to.
    inputs: before && context.flags.backfill ? before.state.inputs : planned.inputs,
    plan: {
      ...planned.plan,
      reason: `${planned.plan.reason}; ${inWords(batches, settings!.size, built.reused)}`,
    },
  };
  const notes = notesOf(context, node, built.outside);
  const known = Date.parse(before?.state.batches?.until ?? new Date(0).toISOString());
  const covered = { until: new Date(Math.max(whole.end, known)).toISOString() };
  const result =
    before && alignment
      ? await takeIn(context, told, {
          before,
          increment: { node, sql: 'select * from "self"."batches"', origins: [], relations: [gathered] },
          alignment,
          sql: replaceTime(
            { spec: node.incrementalSpec!, alignment },
            within(`${DEST}.${quoteIdent(settings!.eventTime)}`, whole),
          ),
          units,
          notes,
          endless: built.endless,
          batches: covered,
        })
      : await publishGathered(context, told, {
          node,
          gathered,
          endless: built.endless,
          units,
          notes,
          covered,
        });
  await kept.clear();
  return result;
}

/** A first build, or a new one: the gathered rows are the table. */
async function publishGathered(
  context: RunContext,
  planned: PlannedNode,
  gathered: {
    readonly node: ModelNode;
    readonly gathered: Relation;
    readonly endless: ReadonlySet<string>;
    readonly units: readonly TestOutcome[];
    readonly notes: readonly string[];
    readonly covered: { readonly until: string };
  },
): Promise<ModelResult> {
  const { node, gathered: relation, endless, units, notes, covered } = gathered;
  const { columns } = relation;
  const select = publishedSelect(columns, node.partitionBy);
  const [content, copied, lost] = await context.engine.sql({
    label: node.id,
    macros: [],
    relations: [relation],
    statements: [
      { sql: `create temp table result as select ${select} from "self"."batches"`, collect: 'none' },
      ...storeStatements(node, columns, await newOutput(context, node)),
      ...lostStatements(columns, node.partitionBy, '"self"."batches"'),
    ],
  });
  const result = await publishResult(context, node, planned, {
    columns: markLost(columns, node.partitionBy, lost).map((column) =>
      endless.has(column.name.toLowerCase()) ? { ...column, lost: 'endless' } : column,
    ),
    content: content!,
    copied: copied!,
    units,
    batches: covered,
  });
  const all = [...notes, ...(result.notes ?? [])];
  return { ...result, ...(all.length > 0 && { notes: all }) };
}

/** The model's own relation, for `{{self}}`, where it is there. */
function selfRelation(
  context: RunContext,
  node: ModelNode,
  before: TableHead | undefined,
): readonly Relation[] {
  return before ? [nodeRelation(context, node.id)] : [];
}

/** Hash of all that decides about the rows of a batch. SQL that reads the clock or chance is another in each run. */
function keyOf(context: RunContext, { node, sql }: Increment, { inputs, before }: PlannedNode): string {
  const reads = { ...inputs, [node.id]: before?.state.dataVersion ?? -1 };
  const definition = `${node.definitionHash}\n${sql}\n${node.neverReuse ? context.run : ''}`;
  return createHash('sha256').update(fingerprint(definition, reads)).digest('hex').slice(0, 16);
}

function notesOf(context: RunContext, node: ModelNode, outside: number): readonly string[] {
  const cut = node.dependsOn.some((id) => eventTime(context.nodes.get(id)) !== undefined);
  return [
    ...(cut ? [] : ['none of its inputs has an event_time: each batch reads all of them']),
    ...(outside > 0 && cut
      ? [
          `${outside} ${outside === 1 ? 'row was' : 'rows were'} left out: the event_time is NULL or not in its batch`,
        ]
      : []),
  ];
}
