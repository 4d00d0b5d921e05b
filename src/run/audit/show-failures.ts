/** The first failing rows of a test to look at, and more of them in a file. */
import type { TestNode } from '../../compile/types.js';
import type { Relation, Statement } from '../../engine/types.js';
import { quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { failingSql } from './together.js';

/** Failing rows that are shown. */
const SHOWN = 5;
/** Failing rows that are kept where the test does not say `store_failures`. */
const KEPT = 1_000;

/** Nothing where the rows cannot be read a second time: the test has failed all the same. */
export async function showFailures(
  context: RunContext,
  test: TestNode,
  relations: Relation[],
): Promise<Pick<TestOutcome, 'sample' | 'kept'>> {
  const keeps = test.storeFailures ?? true;
  try {
    return await (keeps ? shownAndKept(context, test, relations) : shown(context, test, relations));
  } catch {
    // A type that Parquet does not have, or a full disk: the rows are shown at least.
    return shown(context, test, relations).catch(() => ({}));
  }
}

/** The file that an earlier run has kept of a test with so many failures, if it is still there. */
export async function keptBefore(
  context: RunContext,
  { id, storeFailures, failCalc }: TestNode,
  failures: number,
): Promise<TestOutcome['kept']> {
  const file = await context.failures.find(id);
  if (!file) return undefined;
  const all = storeFailures === true || failCalc !== undefined || failures <= KEPT;
  return { ...file, rows: all ? failures : KEPT, all };
}

async function shown(
  context: RunContext,
  test: TestNode,
  relations: Relation[],
): Promise<Pick<TestOutcome, 'sample'>> {
  const [sample] = await ask(context, test, relations, [
    { sql: `select * from (${failingSql(test)}) limit ${SHOWN}`, collect: 'rows' },
  ]);
  return { sample: { columns: sample!.columns.map((c) => c.name), rows: sample!.rows } };
}

async function shownAndKept(
  context: RunContext,
  test: TestNode,
  relations: Relation[],
): Promise<Pick<TestOutcome, 'sample' | 'kept'>> {
  const most = test.storeFailures === true ? '' : ` limit ${KEPT}`;
  const file = await context.failures.begin(test.id, context.run);
  try {
    const [count, sample] = await ask(context, test, relations, [
      { sql: `create temp table kept as select * from (${failingSql(test)})${most}`, collect: 'none' },
      { sql: 'select count(*) from kept', collect: 'rows' },
      { sql: `select * from kept limit ${SHOWN}`, collect: 'rows' },
      { sql: `copy kept to ${quoteText(file.path)} (format parquet, compression zstd)`, collect: 'none' },
    ]);
    const rows = Number(count!.rows[0]![0]);
    const kept = await file.commit({ rows, all: test.storeFailures === true || rows < KEPT });
    return { sample: { columns: sample!.columns.map((c) => c.name), rows: sample!.rows }, kept };
  } finally {
    await file.discard();
  }
}

function ask(context: RunContext, test: TestNode, relations: Relation[], statements: readonly Statement[]) {
  return context.engine.sql({ label: test.id, macros: context.graph.sqlMacros, relations, statements });
}
