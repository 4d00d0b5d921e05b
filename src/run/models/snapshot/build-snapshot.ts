/** Snapshots: each run closes the rows that changed and adds what they became; nothing that was recorded is ever lost. */
import type { ModelNode, SnapshotSpec } from '../../../compile/types.js';
import { none, rows } from '../../../engine/statement.js';
import type { ColumnInfo, Relation, ResultSet, Statement } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import type { DataFile, TableHead } from '../../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';
import type { RunContext } from '../../context.js';
import { sameLayout } from '../../tables/layout.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import { nodeRelations } from '../../tables/relations.js';
import { stagedFiles } from '../../tables/staged-files.js';
import { contentSql } from '../../tables/table-sql.js';
import { castSelect, keptSelect, lostStatements, markLost, publishedType } from '../../tables/table-types.js';
import { knownRows, publishChanges, type Rewritten } from '../copy-on-write.js';
import { declaredAt, settingAt } from '../declared-at.js';
import { keyHint } from '../incremental/check-new-rows.js';
import type { ModelResult } from '../model-result.js';
import { describeModel, runModelTask } from '../model-task.js';
import { newOutput, publishResult, storeStatements } from '../publish-result.js';
import { changeStatements, firstVersion, rewrittenRows, type SnapshotInput, SO_FAR } from './snapshot-sql.js';

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
  checkColumns(node, spec, source, planned.before?.state.columns);
  const taking = { context, node, inputs, input: { spec, source, at: context.startedAt.toISOString() } };
  return planned.before ? recordChanges(taking, planned, planned.before) : recordFirst(taking, planned);
}

interface Taking {
  readonly context: RunContext;
  readonly node: ModelNode;
  readonly inputs: readonly Relation[];
  readonly input: SnapshotInput;
}

async function recordFirst(
  { context, node, inputs, input }: Taking,
  planned: PlannedNode,
): Promise<ModelResult> {
  const { spec, source } = input;
  const output = await newOutput(context, node);
  const [keys, described, content, copied, lost] = await runModelTask(context, node, {
    relations: inputs,
    statements: [
      ...sourceStatements(node, input),
      none(firstVersion(input)),
      rows('describe result'),
      ...storeStatements(node, resultColumns(spec, source), output),
      ...lostStatements(source, [], 'made'),
    ],
  });
  checkKeys(node, spec, keys!);
  return publishResult(context, node, planned, {
    columns: columnsIn(described!, markLost(source, [], lost)),
    content: content!,
    copied: copied!,
  });
}

/** New rows go into a file of their own; only files with a row that is closed, now, are written anew. */
async function recordChanges(
  { context, node, inputs, input }: Taking,
  planned: PlannedNode,
  before: TableHead,
): Promise<ModelResult> {
  const { spec, source } = input;
  const previous = before.state.columns;
  const output = await newOutput(context, node);
  const closed = await context.lake.stageFile(node.id, context.run);
  const [keys, described, files, content, copied, lost] = await runModelTask(context, node, {
    relations: [...inputs, { ...knownRows(context, before, before.state.files), ...SO_FAR }],
    statements: [
      ...sourceStatements(node, input),
      ...changeStatements(input, previous).map(none),
      rows('describe result'),
      rows('select distinct "$file" from closed', 1_000_000),
      ...storeStatements(node, resultColumns(spec, source, previous), output),
      none(`copy closed to ${quoteText(closed)} (format parquet)`),
      ...lostStatements(source, [], 'made'),
    ],
  });
  checkKeys(node, spec, keys!);
  const columns = columnsIn(described!, markLost(source, [], lost));
  const same = (one: ColumnInfo, other: ColumnInfo | undefined): boolean =>
    one.name === other?.name && one.type === other.type;
  const found = new Set(files!.rows.map(([file]) => String(file)));
  // A column that came is NULL in the rows of before, but for the mark of what is gone; a wider type is another file.
  const all =
    !sameLayout(before, node) ||
    previous.some((column, i) => !same(column, columns[i])) ||
    columns.slice(previous.length).some(({ name }) => name === spec.names.dbt_is_deleted);
  const touched = before.state.files.filter(
    ({ path }) => all || found.has(context.lake.filePath(node.id, path)),
  );
  const rewritten =
    touched.length === 0
      ? undefined
      : await rewrite({ context, node, input, before, columns, touched, closed });
  return publishChanges(context, planned, {
    node,
    before,
    columns,
    changed: columns.length !== previous.length || previous.some((one, i) => !same(one, columns[i])),
    added: { files: stagedFiles(copied!), content: content! },
    touched,
    rewritten,
  });
}

interface Rewriting extends Pick<Taking, 'context' | 'node' | 'input'> {
  readonly before: TableHead;
  readonly columns: readonly ColumnInfo[];
  readonly touched: readonly DataFile[];
  /** Parquet file of the rows that are closed. */
  readonly closed: string;
}

async function rewrite(what: Rewriting): Promise<Rewritten> {
  const { context, node, input, before, columns, touched, closed } = what;
  const output = await newOutput(context, node);
  const previous = before.state.columns;
  const [gone, content, copied] = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations: [
      { ...knownRows(context, before, touched), ...SO_FAR },
      { schema: 'main', name: 'closed', scans: [{ files: [closed], select: '*' }], columns: [] },
    ],
    statements: [
      rows(
        contentSql(
          SO_FAR.name,
          previous.map(({ name }) => name),
        ),
        1,
      ),
      none(`create temp table result as ${rewrittenRows(input, previous, columns)}`),
      ...storeStatements(node, columns, output),
    ],
  });
  return { files: stagedFiles(copied!), gone: gone!, content: content! };
}

/** What is recorded, as `source`; then a row where its key is none. */
function sourceStatements(node: ModelNode, { spec, source }: SnapshotInput): readonly Statement[] {
  return [
    none(`create temp table made as select ${castSelect(source)} from (\n${node.sql})`),
    none(`create temp view source as select ${keptSelect(source, [])} from made`),
    rows(keysSql(spec), 1),
  ];
}

/** What is recorded has its published types already: only the source knows the type that Delta lacks. */
function columnsIn(described: ResultSet, source: readonly ColumnInfo[]): readonly ColumnInfo[] {
  return described.rows.map(([written, yielded]) => {
    const name = String(written);
    const type = publishedType(String(yielded));
    const from = source.find((column) => column.name.toLowerCase() === name.toLowerCase());
    const castFrom = from?.type === type ? from.castFrom : undefined;
    return {
      ...{ name, type },
      ...(castFrom !== undefined && { castFrom }),
      ...(from?.lost && { lost: from.lost }),
    };
  });
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
      hint: keyHint(name, known),
      details: { at: settingAt(node, key) },
    });
  }
  const taken = Object.values(spec.names).find((name) => has(source, name));
  if (taken !== undefined) {
    throw new LakeError('LK4042', `${node.id}: ${of} has a column "${taken}", which the snapshot adds`, {
      hint: `Give the snapshot's column another name: snapshot_meta_column_names: {dbt_…: …}`,
    });
  }
  if (!before) return;
  const { dbt_is_deleted: _, ...needed } = spec.names;
  const missing = Object.values(needed).filter((name) => !has(before, name));
  if (missing.length === Object.keys(needed).length) {
    throw new LakeError('LK4044', `${node.id} is a table already, and no snapshot`, {
      hint: 'Give the snapshot another name',
      details: { at: declaredAt(node) },
    });
  }
  if (missing.length > 0) {
    const names = missing.join(', ');
    throw new LakeError('LK4044', `${node.id} was recorded under other names: it has no column ${names}`, {
      hint: 'Write snapshot_meta_column_names as they were, or give the snapshot another name',
      details: { at: declaredAt(node) },
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
