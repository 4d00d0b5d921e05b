/** Asks how many failures each test has: together first, one by one where that fails or a test is not content. */
import { locate } from '../../compile/locate.js';
import type { NodeId, TestNode } from '../../compile/types.js';
import type { Relation, ResultSet } from '../../engine/types.js';
import type { SourceSpan } from '../../errors/diagnostic.js';
import { errorInfo } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import type { RunContext } from '../context.js';
import type { Pins } from '../pins.js';
import { placeInView } from '../sql-place.js';
import { countQuestion, type Question, type Together, together } from './together.js';

export interface Answer {
  readonly failures: number;
  /** Failing rows, up to the test's `limit`. */
  readonly rows: number;
  readonly seconds: number;
  /** The test could not run. `at`: the place in the test's own file, where it has one. */
  readonly error?: { readonly message: string; readonly hint?: string; readonly at?: SourceSpan };
}

type Asking = Pick<RunContext, 'engine' | 'graph' | 'nodes'> & {
  readonly pins: Pick<Pins, 'columns' | 'head' | 'view'>;
};
type Reading = (ids: readonly NodeId[]) => Relation[];

/** An answer for each test, by its id. A test whose SQL fails spoils no other's answer. */
export async function askTests(
  context: Asking,
  tests: readonly TestNode[],
  reading: Reading,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  const alone = await Promise.all(together(tests).map((group) => askGroup(context, group, reading, answers)));
  await Promise.all(
    alone.flat().map(async (test) => answers.set(test.id, await askAlone(context, test, reading))),
  );
  return answers;
}

/** Fills in the answers that are certain; returns the tests that must be asked one by one. */
async function askGroup(
  context: Asking,
  { reads, questions }: Together,
  reading: Reading,
  answers: Map<string, Answer>,
): Promise<readonly TestNode[]> {
  const tests = questions.flatMap((question) => question.tests);
  // What one test asks is asked below, where a mistake in its SQL has its place.
  if (tests.length === 1 && questions[0]!.kind === 'count') return tests;
  const started = performance.now();
  let results: readonly ResultSet[];
  try {
    results = await context.engine.sql({
      label: `tests of ${tests[0]!.owner}`,
      macros: context.graph.sqlMacros,
      relations: reading(reads),
      statements: questions.map(({ sql }) => ({ sql, collect: 'rows' as const, small: true })),
      plain: true,
    });
  } catch {
    return tests;
  }
  const seconds = (performance.now() - started) / 1000;
  return questions.flatMap((question, i) => fillIn(question, results[i]!, seconds, answers));
}

/** A scan says whether a test has failing rows; how many these are, and which, is asked of that test alone. */
function fillIn(
  { kind, tests }: Question,
  { rows: [row = []] }: ResultSet,
  seconds: number,
  answers: Map<string, Answer>,
): readonly TestNode[] {
  if (kind === 'count') {
    answers.set(tests[0]!.id, { ...counted(row), seconds });
    return [];
  }
  return tests.filter((test, i) => {
    if (Number(row[i] ?? 0) > 0) return true;
    answers.set(test.id, { failures: 0, rows: 0, seconds });
    return false;
  });
}

async function askAlone(context: Asking, test: TestNode, reading: Reading): Promise<Answer> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const [result] = await context.engine.sql({
      label: test.id,
      macros: context.graph.sqlMacros,
      relations: reading(test.dependsOn),
      statements: [{ sql: countQuestion(test).sql, collect: 'rows', small: true }],
      plain: true,
    });
    return { ...counted(result!.rows[0]!), seconds: seconds() };
  } catch (error) {
    const info = errorInfo(error);
    const { message, hint, details } = info;
    const { line, col } = (details ?? {}) as { readonly line?: number; readonly col?: number };
    // The SQL of the test stands from the second line on.
    const at =
      placeInView(context, info) ??
      (line === undefined ? undefined : locate(context.graph, test.id, line - 1, col ?? 1));
    // The test is named beside it already.
    const text = message.startsWith(`${test.id}: `) ? message.slice(test.id.length + 2) : message;
    const missing = missingColumn(context, test);
    const told = missing ?? otherTypes(context, test, text) ?? { message: text, hint, at };
    return { failures: 0, rows: 0, seconds: seconds(), error: told };
  }
}

const SHOWN = 12;

/** A column that an argument names and its table has not: the engine looks for it elsewhere, and tells of that. */
function missingColumn({ pins }: Asking, { uses = [] }: TestNode): Answer['error'] {
  for (const { node, column } of uses) {
    const names = pins.columns(node)?.map(({ name }) => name);
    if (!names || names.some((name) => name.toLowerCase() === column.toLowerCase())) continue;
    const own = names.filter((name) => !isOwnColumn(name));
    const more = own.length > SHOWN ? ` and ${own.length - SHOWN} more` : '';
    const hint = didYouMean(column, own) ?? `Its columns are ${own.slice(0, SHOWN).join(', ')}${more}`;
    return { message: `${node} has no column "${column}"`, hint };
  }
  return undefined;
}

/** Values of another type than the column's: the engine names a value and its own type, not whose they are. */
function otherTypes({ pins }: Asking, { owner, column, uses = [] }: TestNode, text: string): Answer['error'] {
  const [, value] = /^Could not convert string '(.*)' to \w+/s.exec(text) ?? [];
  const typeOf = (node: string, name: string) =>
    pins.columns(node)?.find((one) => one.name.toLowerCase() === name.toLowerCase())?.type;
  const own = column === undefined ? undefined : typeOf(owner, column);
  if (value === undefined || own === undefined) return undefined;
  const [other] = uses.filter(({ node }) => node !== owner);
  const its = other && typeOf(other.node, other.column);
  if (its !== undefined && its !== own) {
    return {
      message: `${owner}.${column} is ${own} and ${other!.node}.${other!.column} is ${its}: '${value}' cannot be compared`,
      hint: "Cast one of them to the other's type in its model; `try_cast` makes NULL of what does not fit",
    };
  }
  return other !== undefined || own === 'VARCHAR'
    ? undefined
    : {
        message: `${owner}.${column} is ${own}, and the test compares it with '${value}'`,
        hint: `Write values of that type, or test the model with \`column_name: cast(${column} as varchar)\``,
      };
}

/** `fail_calc` over no rows may be NULL: no failure. */
function counted([failures, rows]: readonly unknown[]): Pick<Answer, 'failures' | 'rows'> {
  return { failures: Number(failures ?? 0), rows: Number(rows ?? 0) };
}
