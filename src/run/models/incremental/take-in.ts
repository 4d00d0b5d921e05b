/** Takes new rows in by copy-on-write: only files with a row that changes are written anew, all others stay as they are. */
import { none } from '../../../engine/statement.js';
import type { ColumnInfo, Relation, ResultSet, Statement } from '../../../engine/types.js';
import type { DataFile, StagedFile, TableHead } from '../../../lakehouse/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { RunContext } from '../../context.js';
import type { TestOutcome } from '../../events.js';
import { sameLayout } from '../../tables/layout.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import { stagedRelation } from '../../tables/relations.js';
import { stagedFiles } from '../../tables/staged-files.js';
import { contentSql } from '../../tables/table-sql.js';
import { castSelect, lostStatements, markLost, publishedSelect } from '../../tables/table-types.js';
import { knownRows, publishChanges, type Rewritten } from '../copy-on-write.js';
import type { ModelResult } from '../model-result.js';
import { newOutput, storeStatements } from '../publish-result.js';
import type { Alignment } from './align-columns.js';
import { checkStatements, judgeNewRows } from './check-new-rows.js';
import { type Increment, runTask } from './increment.js';
import { NEW_ROWS, type StrategySql } from './strategies/strategy.js';

export interface Intake {
  readonly before: TableHead;
  readonly increment: Increment;
  readonly alignment: Alignment;
  readonly sql: StrategySql;
  readonly units: readonly TestOutcome[];
  readonly notes?: readonly string[];
  /** Columns, in small letters, whose days and instants without end are NULL in the new rows already. */
  readonly endless?: ReadonlySet<string>;
  /** Microbatch: the time that the table covers then. */
  readonly batches?: { readonly until: string };
}

/** @throws LakeError LK4050, LK4051 for rows that cannot be taken in; TestFailure when the table as it would be fails a test. */
export async function takeIn(
  context: RunContext,
  planned: PlannedNode,
  intake: Intake,
): Promise<ModelResult> {
  const { increment, before, alignment, units } = intake;
  const { node } = increment;
  const found = await addRows(context, intake);
  const laidOutAnew = !sameLayout(before, node);
  const touched =
    alignment.rewrites || laidOutAnew
      ? before.state.files
      : before.state.files.filter(({ path }) => found.touched.has(context.lake.filePath(node.id, path)));
  const rewritten = touched.length === 0 ? undefined : await rewrite(context, intake, found, touched);

  const notes = [...(intake.notes ?? []), ...(alignment.note ? [alignment.note] : []), ...found.notes];
  return publishChanges(context, planned, {
    node,
    before,
    columns: found.columns,
    changed: alignment.changed,
    added: found,
    touched,
    rewritten,
    units,
    notes,
    batches: intake.batches,
  });
}

interface Added {
  /** New rows that come as they are. */
  readonly files: readonly StagedFile[];
  readonly content: ResultSet;
  /** Absolute paths. */
  readonly touched: ReadonlySet<string>;
  /** The rows that decide what touched files hold. */
  readonly deciding: Relation;
  /** Of the table as it will be. */
  readonly columns: readonly ColumnInfo[];
  readonly notes: readonly string[];
}

async function addRows(
  context: RunContext,
  { increment, before, alignment, sql, endless }: Intake,
): Promise<Added> {
  const { node, relations } = increment;
  const columns = alignment.columns;
  const added = await newOutput(context, node);
  const scratch = await context.lake.stageFile(node.id, context.run);
  const yielded = alignment.yielded;
  const checks = checkStatements(node, alignment);
  const results = await runTask(context, increment, {
    relations: [...relations, knownRows(context, before, before.state.files)],
    statements: [
      none(`create temp table incoming as select ${castSelect(yielded)} from (\n${increment.sql})`),
      none(
        `create temp view ${NEW_ROWS} as select ${publishedSelect(columns, node.partitionBy)} from (select ${alignment.incoming} from incoming)`,
      ),
      ...checks,
      rows(sql.touched ?? 'select 1 where false'),
      none(`create temp table result as ${sql.inserts}`),
      ...storeStatements(node, columns, added),
      ...(sql.updates ? [none(`copy (${sql.updates}) to ${quoteText(scratch)} (format parquet)`)] : []),
      ...lostStatements(yielded, node.partitionBy, 'incoming'),
    ],
  });
  const notes = judgeNewRows(node, alignment, results.slice(0, checks.length));
  const [touched, content, copied, lost] = results.slice(checks.length);
  const lostIn = new Map(
    markLost(yielded, node.partitionBy, lost).map((column) => [column.name.toLowerCase(), column.lost]),
  );
  const files = stagedFiles(copied!);
  const scan = { files: [scratch], select: '*' };
  const deciding: Relation = sql.updates
    ? { schema: 'self', name: 'news', scans: [scan], columns }
    : { ...stagedRelation(node.id, columns, files), schema: 'self', name: 'news' };
  return {
    files,
    content: content!,
    touched: new Set(touched!.rows.map(([file]) => String(file))),
    deciding,
    columns: columns.map((column) => {
      const name = column.name.toLowerCase();
      const lost = endless?.has(name) ? 'endless' : lostIn.get(name);
      return lost === undefined ? column : { ...column, lost };
    }),
    notes,
  };
}

async function rewrite(
  context: RunContext,
  { increment, before, alignment, sql }: Intake,
  { deciding }: Added,
  touched: readonly DataFile[],
): Promise<Rewritten> {
  const { node } = increment;
  const known = before.state.columns.map(({ name }) => name);
  const output = await newOutput(context, node);
  const [gone, content, copied] = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations: [knownRows(context, before, touched), deciding],
    statements: [
      rows(contentSql('"self"."rows"', known)),
      none(
        `create temp table result as select ${publishedSelect(alignment.columns, node.partitionBy)} from (${sql.kept})`,
      ),
      ...storeStatements(node, alignment.columns, output),
    ],
  });
  return { files: stagedFiles(copied!), gone: gone!, content: content! };
}

function rows(sql: string): Statement {
  return { sql, collect: 'rows', limit: 1_000_000 };
}
