/** Snapshots: each run closes the rows that changed and adds what they became; nothing that was recorded is ever lost. */
import type { ModelNode, SnapshotSpec } from '../../../compile/types.js';
import type { ColumnInfo, ResultSet, Statement } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import { quoteIdent } from '../../../sql/quote.js';
import type { RunContext } from '../../context.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import { nodeRelation, nodeRelations } from '../../tables/relations.js';
import { publishedSelect, publishedType } from '../../tables/table-types.js';
import { declaredAt } from '../declared-at.js';
import type { ModelResult } from '../model-result.js';
import { describeModel, runModelTask } from '../model-task.js';
import { newOutput, publishResult, storeStatements } from '../publish-result.js';
import { snapshotStatements } from './snapshot-sql.js';

/**
 * Also with --full-refresh: what was recorded cannot be fetched again.
 * @throws LakeError LK4042 when the relation has not the columns that the snapshot names; LK4043 when its key is NULL or
 * stands twice; LK4044 when the table that is there is no snapshot.
 */
export async function buildSnapshot(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
): Promise<ModelResult> {
  const spec = node.snapshot!;
  const inputs = nodeRelations(context, node.dependsOn);
  const source = await describeModel(context, node, node.sql, inputs);
  const before = planned.before?.state.columns;
  checkColumns(node, spec, source, before);
  const sofar = before && { ...nodeRelation(context, node.id), schema: 'main', name: 'snapshot_so_far' };
  const output = await newOutput(context, node, []);
  const steps = snapshotStatements({ spec, source, previous: before, at: context.startedAt.toISOString() });
  const [keys, described, content, copied] = await runModelTask(context, node, {
    relations: [...inputs, ...(sofar ? [sofar] : [])],
    statements: [
      none(`create temp table source as select ${publishedSelect(source, [])} from (\n${node.sql})`),
      rows(keysSql(spec), 1),
      ...steps.map(none),
      rows('describe result'),
      ...storeStatements(resultColumns(spec, source, before), output, []),
    ],
  });
  checkKeys(node, spec, keys!);
  const columns = described!.rows.map(([name, type]) => ({
    name: String(name),
    type: publishedType(String(type)),
  }));
  return publishResult(context, node, planned, { columns, content: content!, copied: copied! });
}

/** Names of all columns of the next version; their order and types the engine tells. */
function resultColumns(
  { names, hardDeletes }: SnapshotSpec,
  source: readonly ColumnInfo[],
  before: readonly ColumnInfo[] = [],
): readonly Pick<ColumnInfo, 'name'>[] {
  const own = Object.entries(names).flatMap(([key, name]) =>
    key === 'dbt_is_deleted' && hardDeletes !== 'new_record' ? [] : [name],
  );
  const all = new Map<string, string>();
  for (const name of [...before.map((c) => c.name), ...source.map((c) => c.name), ...own])
    if (!all.has(name.toLowerCase())) all.set(name.toLowerCase(), name);
  return [...all.values()].map((name) => ({ name }));
}

function checkColumns(
  node: ModelNode,
  spec: SnapshotSpec,
  source: readonly ColumnInfo[],
  before: readonly ColumnInfo[] | undefined,
): void {
  const has = (columns: readonly ColumnInfo[], name: string): boolean =>
    columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const known = source.map((column) => column.name);
  const [of] = node.dependsOn;
  const wanted = [
    ...spec.uniqueKey.map((name) => ['unique_key', name] as const),
    ...(spec.updatedAt === undefined ? [] : [['updated_at', spec.updatedAt] as const]),
    ...(spec.checkColumns ?? []).map((name) => ['check_cols', name] as const),
  ];
  for (const [key, name] of wanted) {
    if (has(source, name)) continue;
    throw new LakeError('LK4042', `${node.id}: ${of} has no column "${name}", which ${key} names`, {
      hint: didYouMean(name, known) ?? `Its columns are ${known.join(', ')}`,
      details: { at: declaredAt(node) },
    });
  }
  const taken = Object.values(spec.names).find((name) => has(source, name));
  if (taken !== undefined) {
    throw new LakeError('LK4042', `${node.id}: ${of} has a column "${taken}", which the snapshot adds`, {
      hint: `Give the snapshot's column another name: snapshot_meta_column_names: {dbt_…: …}`,
    });
  }
  if (before && !has(before, spec.names.dbt_scd_id)) {
    throw new LakeError('LK4044', `${node.id} is a table already, and no snapshot`, {
      hint: 'Give the snapshot another name',
    });
  }
}

/** At most one row: a key that is NULL or stands twice, and how often. */
function keysSql({ uniqueKey }: SnapshotSpec): string {
  const keys = uniqueKey.map(quoteIdent);
  const text = keys.map((key) => `coalesce(${key}::varchar, 'NULL')`).join(` || ', ' || `);
  const isNull = keys.map((key) => `${key} is null`).join(' or ');
  return `select ${text}, count(*), bool_or(${isNull}) from source group by ${keys.join(', ')}
    having count(*) > 1 or bool_or(${isNull}) order by 2 desc limit 1`;
}

function checkKeys(node: ModelNode, { uniqueKey }: SnapshotSpec, { rows: [bad] }: ResultSet): void {
  if (!bad) return;
  const [key, count, isNull] = bad;
  const names = uniqueKey.join(', ');
  const what = isNull
    ? `${names} is NULL in ${count} ${Number(count) === 1 ? 'row' : 'rows'}`
    : `${names} = ${key} stands ${count} times`;
  throw new LakeError('LK4043', `${node.id}: the key ${what}`, {
    hint: 'unique_key must name the columns that identify a row; nothing was recorded',
  });
}

function none(sql: string): Statement {
  return { sql, collect: 'none' };
}

function rows(sql: string, limit?: number): Statement {
  return { sql, collect: 'rows', limit };
}
