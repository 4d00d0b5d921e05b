/** Runs each batch by itself, in a task of its own. One that fails does not stop the others. */
import type { ColumnInfo, Relation } from '../../../../engine/types.js';
import { errorInfo, LakeError } from '../../../../errors/lake-error.js';
import { batchName, type TimeBatch } from '../../../../plan/batches.js';
import { quoteIdent, quoteText } from '../../../../sql/quote.js';
import type { RunContext } from '../../../context.js';
import { castSelect, keptSelect, lostStatements, markLost } from '../../../tables/table-types.js';
import { type Increment, runTask } from '../increment.js';
import { batchRelations, within } from './inputs-of-batch.js';
import type { KeptBatches } from './kept-batches.js';

/** Batches that run at once: the engine has threads for each of them, too. */
const AT_ONCE = 2;

export interface BatchRun {
  readonly increment: Increment;
  /** The model's own relation, where it is there. */
  readonly self: readonly Relation[];
  /** As the SQL yields them. */
  readonly columns: readonly ColumnInfo[];
  readonly batches: readonly TimeBatch[];
  readonly kept: KeptBatches;
}

export interface BuiltBatches {
  /** Absolute paths, oldest batch first. */
  readonly files: readonly string[];
  /** Batches that were there already. */
  readonly reused: number;
  /** Rows that were left out: their time is NULL or not that of their batch. */
  readonly outside: number;
  /** Columns, in small letters, among whose values in batches of this run were days or instants without end. */
  readonly endless: ReadonlySet<string>;
}

/** @throws LakeError LK4052 with the first mistake when a batch failed; those that did not are kept. */
export async function buildBatches(context: RunContext, run: BatchRun): Promise<BuiltBatches> {
  const { increment, batches, kept } = run;
  const { node } = increment;
  const { size } = node.incrementalSpec!.batches!;
  const open = batches.filter((batch) => !kept.has(batchName(batch, size)));
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  let outside = 0;
  const endless = new Set<string>();
  const queue = [...open];
  const work = async () => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const name = batchName(batch, size);
      try {
        const built = await buildBatch(context, run, batch, name);
        outside += built.outside;
        for (const column of built.endless) endless.add(column.toLowerCase());
      } catch (error) {
        failures.push({ name, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failures.length > 0) throw failed(node.id, failures, batches.length);
  return {
    files: batches.map((batch) => kept.path(batchName(batch, size))),
    reused: batches.length - open.length,
    outside,
    endless,
  };
}

async function buildBatch(
  context: RunContext,
  { increment, self, columns, kept }: BatchRun,
  batch: TimeBatch,
  name: string,
): Promise<{ readonly outside: number; readonly endless: readonly string[] }> {
  const { node } = increment;
  const isWithin = within(quoteIdent(node.incrementalSpec!.batches!.eventTime), batch);
  let outside = 0;
  let told = columns;
  await kept.keep(name, async (path) => {
    const [counted, lost] = await runTask(context, increment, {
      relations: [...batchRelations(context, node, batch), ...self],
      statements: [
        {
          sql: `create temp table incoming as select ${castSelect(columns)} from (\n${increment.sql})`,
          collect: 'none',
        },
        {
          sql: `copy (select ${keptSelect(columns, [])} from incoming where ${isWithin}) to ${quoteText(path)} (format parquet, compression zstd)`,
          collect: 'none',
        },
        { sql: `select count(*) from incoming where (${isWithin}) is not true`, collect: 'rows' },
        ...lostStatements(columns, [], `incoming where ${isWithin}`),
      ],
    });
    outside = Number(counted!.rows[0]![0]);
    told = markLost(columns, [], lost);
  });
  return { outside, endless: told.flatMap(({ name, lost }) => (lost ? [name] : [])) };
}

function failed(
  id: string,
  failures: readonly { readonly name: string; readonly error: unknown }[],
  all: number,
): LakeError {
  const [first] = failures;
  const { message, details } = errorInfo(first!.error);
  const names = failures.map(({ name }) => name).sort();
  const others = all - failures.length;
  const what = message.startsWith(`${id}: `) ? message.slice(id.length + 2) : message;
  return new LakeError(
    'LK4052',
    `${id}: ${failures.length} of ${all} batches failed, ${first!.name} with: ${what}`,
    {
      hint: `nothing was published; ${others} finished ${others === 1 ? 'batch is' : 'batches are'} kept, and \`lake retry\` runs only the rest as long as SQL and inputs are the same`,
      details: { ...(details?.['at'] !== undefined && { at: details['at'] }), batches: names },
    },
  );
}
