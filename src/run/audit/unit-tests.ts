/** Unit tests: a node's SQL on a few given rows, before any real row is touched. */
import { hashOf } from '../../compile/hash.js';
import { originAt } from '../../compile/locate.js';
import { relationSql } from '../../compile/names.js';
import type { ModelNode, SilverNode, UnitTestNode } from '../../compile/types.js';
import { none } from '../../engine/statement.js';
import type { ColumnInfo, Relation, ResultSet, Statement } from '../../engine/types.js';
import type { SourceSpan } from '../../errors/diagnostic.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { keepsValue } from '../../quality/kept-values.js';
import { literalRows, rowNames } from '../../quality/unit-rows.js';
import { type ActualRow, compareRows, type ExpectedRow, namedCells } from '../../quality/unit-test.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { judgeStatements } from '../silver/silver-statements.js';
import { givenInputs } from './given-inputs.js';

/** One or more unit tests of a node failed, or could not run. */
export class UnitTestFailure extends LakeError {
  /** Of all tests of the node that ran. */
  readonly outcomes: readonly TestOutcome[];

  constructor(node: SilverNode | ModelNode, outcomes: readonly TestOutcome[], published = false) {
    super(...told(node, outcomes, published));
    this.outcomes = outcomes;
  }
}

/** Code, message and the rest of the error. One test that cannot run is told as what stopped it. */
function told(
  node: SilverNode | ModelNode,
  outcomes: readonly TestOutcome[],
  published: boolean,
): ConstructorParameters<typeof LakeError> {
  const failed = outcomes.filter(({ difference }) => difference !== undefined);
  const broken = outcomes.filter(({ code }) => code !== undefined);
  const [first] = [...failed, ...broken];
  const { id, at, code, message, hint } = first!;
  if (failed.length === 0 && broken.length === 1)
    return [code!, message!, { ...(hint !== undefined && { hint }), details: { test: id, at } }];
  const [what, table] =
    failed.length === 1
      ? [`the unit test "${id}" failed`, first!.difference]
      : [
          failed.length > 0 ? `${failed.length} unit tests failed` : `${broken.length} unit tests cannot run`,
          failed.map((one) => `${one.id}\n${one.difference}`).join('\n\n'),
        ];
  const beside = failed.length > 0 && broken.length > 0 ? `, and ${broken.length} cannot run` : '';
  const stays = published ? 'what is published stays' : 'nothing was built';
  const tests = [...failed, ...broken].map((one) => one.id);
  return [
    'LK4009',
    `${node.id}: ${what}${beside}`,
    {
      hint: `${stays}; correct the ${node.kind === 'silver' ? 'manifest or SQL' : 'SQL'}, or what the test expects`,
      details: { test: id, tests, at, ...(table && { table }) },
    },
  ];
}

/**
 * Runs the node's unit tests that have no passing record.
 * @throws UnitTestFailure LK4009 with all differences, or what stopped the one test that cannot run: the node is not built then.
 */
export async function runUnitTests(
  context: RunContext,
  node: SilverNode | ModelNode,
): Promise<readonly TestOutcome[]> {
  const outcomes = await unitTestOutcomes(context, node);
  if (hasFailedUnit(outcomes)) throw new UnitTestFailure(node, outcomes);
  return outcomes;
}

/** Whether one of these is a unit test that failed, or could not run. */
export function hasFailedUnit(outcomes: readonly TestOutcome[]): boolean {
  return outcomes.some(({ difference, code }) => difference !== undefined || code !== undefined);
}

/** The node's unit tests that are asked for. */
export function unitTestsOf(
  { graph, flags }: Pick<RunContext, 'graph' | 'flags'>,
  node: { readonly id: string },
) {
  return graph.unitTests.filter((test) => test.node === node.id && (flags.tests?.has(test.id) ?? true));
}

/** The same, and a failure is an outcome. @throws LakeError where it is not the test's: the engine's process died. */
export async function unitTestOutcomes(
  context: RunContext,
  node: SilverNode | ModelNode,
): Promise<readonly TestOutcome[]> {
  const outcomes: TestOutcome[] = [];
  for (const test of unitTestsOf(context, node)) {
    const base = { id: test.id, owner: node.id, at: test.at, failures: 0 };
    const hash = testedHash(context, test);
    if (context.passedBefore({ id: test.id, owner: node.id }, hash)) {
      outcomes.push({ ...base, status: 'reused', seconds: 0 });
      continue;
    }
    const started = performance.now();
    const found = await runOne(context, node, test).catch((error: unknown) => cannotRun(error, test));
    const seconds = (performance.now() - started) / 1000;
    const status = found === undefined ? 'pass' : 'code' in found ? 'error' : 'fail';
    if (found) outcomes.push({ ...base, ...found, status, seconds });
    else outcomes.push({ ...base, status, seconds });
    if (status === 'pass')
      context.keepRecords([{ id: test.id, hash, status, failures: 0, at: new Date().toISOString() }]);
  }
  return outcomes;
}

/** The test, and the columns that its inputs have: given rows are read with their types. */
function testedHash(context: RunContext, test: UnitTestNode): string {
  const typed = test.reads.filter((input) => context.nodes.get(input)?.kind !== 'bronze');
  const inputs = typed.map((input) => {
    const columns = context.pins.columns(input);
    return columns?.map(({ name, type }) => `${name} ${type}`) ?? null;
  });
  return hashOf({ test: test.definitionHash, inputs });
}

interface Difference {
  /** Rows that differ. */
  readonly failures: number;
  readonly difference: string;
}

/** The others run all the same. */
function cannotRun(
  error: unknown,
  test: UnitTestNode,
): Pick<TestOutcome, 'code' | 'message' | 'hint' | 'at'> {
  if (!(error instanceof LakeError) || error.transient) throw error;
  const { code, message, hint, details } = error;
  return { code, message, hint, at: (details['at'] as SourceSpan | undefined) ?? test.at };
}

/** Rows that a unit test may yield. */
const MOST = 100_000;

/** Undefined where the rows are the expected ones. @throws LakeError */
async function runOne(
  context: RunContext,
  node: SilverNode | ModelNode,
  test: UnitTestNode,
): Promise<Difference | undefined> {
  const { relations, statements, cast, unknown } = await givenInputs(context, node, test);
  const silver = node.kind === 'silver';
  const subject: readonly Statement[] = silver
    ? judgeStatements({ ...node, sql: test.sql }, node.columns)
    : // The line break keeps the SQL's own columns: a mistake is found again in the user's file.
      [none(`create temp view final as\n${test.sql}`)];
  const sql = async (): Promise<readonly ResultSet[]> =>
    context.engine.sql({
      label: test.id,
      macros: test.sqlMacros ?? context.graph.sqlMacros,
      relations,
      statements: [
        ...statements,
        ...subject,
        rows('describe select * from final'),
        rows('select columns(*)::varchar from final'),
        rows(silver ? `select count(*) from checked where _errors <> ''` : 'select 0'),
        rows(
          silver
            ? `select _row, _errors from checked where _errors <> '' order by _row limit ${EXAMPLES}`
            : 'select 0, 0 where false',
        ),
        ...cast.map(({ given, columns }) => rows(`${asText(columns)} from ${relationSql(given.input)}`)),
      ],
    });
  const [types, all, quarantined, why, ...readAgain] = await sql().catch((error: unknown) => {
    throw withPlace(error, test, statements.length, unknown);
  });
  for (const [i, { given, columns, rows: written }] of cast.entries()) {
    const printed = readAgain[i]!.rows as ActualRow[];
    const from = (name: string) => `gives {value} for "${name}" of ${given.input}`;
    refuseChanged(test, { columns, written, printed, from, at: (row) => given.rowsAt?.[row] ?? given.at });
  }
  const yielded = types!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  const { columns, cells } = await expectedRows(context, test, yielded);
  const places = columns.map((column) => yielded.indexOf(column));
  const actual = (all!.rows as ActualRow[]).map((row) => places.map((place) => row[place]!));
  const compared = compareRows(
    cells,
    actual,
    columns.map((c) => c.name),
  );
  const left = Number(quarantined!.rows[0]![0]);
  // A row that is missing is most often one that a rule took out.
  const reasons = why!.rows.map(([row, errors]) => `  given row ${row} is quarantined: ${errors}`);
  const more = left > reasons.length ? [`  and ${left - reasons.length} more`] : [];
  const told = (text: string) => [text, ...reasons, ...more].join('\n');
  if (!compared.equal) return { failures: compared.differing, difference: told(compared.diff) };
  if (test.quarantined === undefined || left === test.quarantined) return undefined;
  const counted = `expected ${test.quarantined} quarantined ${test.quarantined === 1 ? 'row' : 'rows'}, there ${left === 1 ? 'was' : 'were'} ${left}`;
  return { failures: Math.abs(left - test.quarantined), difference: told(counted) };
}

/** Quarantined rows whose errors are shown. */
const EXAMPLES = 5;

/** An error of the engine with the place in the user's file; that of the test where it is nowhere in the model's SQL. */
function withPlace(
  error: unknown,
  test: UnitTestNode,
  before: number,
  unknown: readonly string[] = [],
): unknown {
  if (!(error instanceof LakeError) || error.details?.['at'] !== undefined) return error;
  const { line, col, statement } = (error.details ?? {}) as {
    line?: number;
    col?: number;
    statement?: number;
  };
  const inModel = statement === before && line !== undefined && line > 1 && test.origins;
  const at =
    (inModel ? originAt(test.origins!, line - 1, col ?? 1) : undefined) ?? rowOf(error, test) ?? test.at;
  const { code, message, details } = error;
  const hint =
    unknown.length === 0
      ? error.hint
      : `${unknown.join(' and ')} ${unknown.length === 1 ? 'was' : 'were'} never built, so that only the given columns are there: give all that is read, or build ${unknown.length === 1 ? 'it' : 'them'} first`;
  return new LakeError(code, message, { hint, details: { ...details, test: test.id, at }, cause: error });
}

/** The given row that holds a value which cannot be cast to its column's type: the engine names the value alone. */
function rowOf({ message }: LakeError, { given }: UnitTestNode): SourceSpan | undefined {
  const [, value] = /Could not convert string '(.*)' to \w+/s.exec(message) ?? [];
  if (value === undefined) return undefined;
  for (const { rows = [], rowsAt, at } of given) {
    const row = rows.findIndex((cells) => Object.values(cells).some((cell) => String(cell) === value));
    if (row >= 0) return rowsAt?.[row] ?? at;
  }
  return undefined;
}

interface Expected {
  /** Of those that the node yields, the ones that are compared. */
  readonly columns: readonly ColumnInfo[];
  readonly cells: readonly ExpectedRow[];
}

/**
 * Expected rows as the engine prints them in the columns' own types: `1.50` and 1.5 are one DOUBLE.
 * @throws LakeError LK2051 where one names a column that the node does not yield.
 */
async function expectedRows(
  context: RunContext,
  test: UnitTestNode,
  yielded: readonly ColumnInfo[],
): Promise<Expected> {
  const ask = async (relation: Relation, sql: string): Promise<ResultSet> => {
    const task = { label: test.id, macros: [], relations: [relation], statements: [rows(sql)] };
    const [result] = await context.engine.sql(task).catch((error: unknown) => {
      throw withPlace(error, test, -1);
    });
    return result!;
  };
  const relation = { schema: 'expected', name: 'rows', scans: [] };
  const { expectSql } = test;
  if (expectSql !== undefined) {
    const view: Relation = { ...relation, columns: [], view: { sql: expectSql, reads: [] } };
    const described = await ask(view, 'describe "expected"."rows"');
    const columns = compared(
      test,
      described.rows.map(([name]) => String(name)),
      yielded,
    );
    const list = columns.map(({ name, type }) => `cast(${quoteIdent(name)} as ${type})::varchar`);
    const { rows: cells } = await ask(view, `select ${list.join(', ')} from "expected"."rows"`);
    return { columns, cells: cells as ActualRow[] };
  }
  const columns = compared(test, rowNames(test.expect), yielded);
  // Rows that name no column, or no row at all: whole rows are shown.
  if (columns.length === 0)
    return { columns: yielded, cells: test.expect.map(() => yielded.map(() => undefined)) };
  const names = columns.map((c) => c.name);
  const written = literalRows(test.expect, names);
  const literal: Relation = { ...relation, columns, rows: written };
  const { rows: printed } = await ask(literal, `${asText(columns)} from "expected"."rows"`);
  refuseChanged(test, {
    columns,
    written,
    printed: printed as ActualRow[],
    from: (name) => `expects {value} for "${name}"`,
    at: (row) => test.expectRowsAt?.[row],
  });
  return { columns, cells: namedCells(test.expect, names, printed as ActualRow[]) };
}

function asText(columns: readonly ColumnInfo[]): string {
  return `select ${columns.map(({ name }) => `${quoteIdent(name)}::varchar`).join(', ')}`;
}

interface WrittenRows {
  readonly columns: readonly ColumnInfo[];
  readonly written: readonly (readonly (string | null)[])[];
  /** The same in the types of the columns. */
  readonly printed: readonly ActualRow[];
  /** What the test does with the `{value}` of a column. */
  readonly from: (name: string) => string;
  readonly at: (row: number) => SourceSpan | undefined;
}

/** @throws LakeError LK2051 with the first value that is another one in its column's type: 0.4 is no BIGINT. */
function refuseChanged(test: UnitTestNode, { columns, written, printed, from, at }: WrittenRows): void {
  for (const [r, row] of written.entries()) {
    for (const [c, { name, type }] of columns.entries()) {
      const [value, read] = [row[c] ?? null, printed[r]?.[c] ?? null];
      if (value === null || keepsValue(value, read, type)) continue;
      throw new LakeError(
        'LK2051',
        `the unit test "${test.id}" ${from(name).replace('{value}', () => value)}, which is ${type}: it would be read as ${read}`,
        {
          hint: `Write a value that ${type} has, or cast the column in the SQL to a type that has this one`,
          details: { test: test.id, at: at(r) ?? test.at },
        },
      );
    }
  }
}

function compared(
  test: UnitTestNode,
  names: readonly string[],
  yielded: readonly ColumnInfo[],
): readonly ColumnInfo[] {
  return names.map((name) => {
    const column = yielded.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (column) return column;
    const there = yielded.map((one) => one.name);
    throw new LakeError(
      'LK2051',
      `${test.node} yields no column "${name}", which the unit test "${test.id}" expects`,
      {
        hint: didYouMean(name, there) ?? `Its columns are ${there.join(', ')}`,
        details: { test: test.id, at: test.expectColumns?.[name] ?? test.at },
      },
    );
  });
}

/** All rows of a result, as far as a unit test can have them. */
function rows(sql: string): Statement {
  return { sql, collect: 'rows', limit: MOST };
}
