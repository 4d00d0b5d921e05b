/** Unit tests: a node's SQL on a few given rows, before any real row is touched. */
import type { ModelNode, NodeId, SilverNode, UnitTestNode } from '../../compile/types.js';
import type { Relation, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { Json } from '../../project/types.js';
import { compareRows, expectedColumns, namedCells } from '../../quality/unit-test.js';
import { quoteIdent } from '../../sql/quote.js';
import { bindGiven } from '../bronze/bind-bronze.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { judgeStatements } from '../silver/silver-statements.js';

type Row = Readonly<Record<string, Json>>;

/**
 * Runs the node's unit tests that have no passing record.
 * @throws LakeError LK4009 with the first difference: the node is not built then.
 */
export async function runUnitTests(
  context: RunContext,
  node: SilverNode | ModelNode,
): Promise<TestOutcome[]> {
  const outcomes: TestOutcome[] = [];
  for (const test of context.graph.unitTests.filter(
    (t) => t.node === node.id && (context.flags.tests?.has(t.id) ?? true),
  )) {
    const base = { id: test.id, owner: node.id, at: test.at, failures: 0 };
    if (context.passedBefore({ id: test.id, owner: node.id }, test.definitionHash)) {
      outcomes.push({ ...base, status: 'reused', seconds: 0 });
      continue;
    }
    const started = performance.now();
    const difference = await runOne(context, node, test);
    const seconds = (performance.now() - started) / 1000;
    if (difference !== undefined) {
      throw new LakeError('LK4009', `${node.id}: the unit test "${test.id}" failed`, {
        hint: 'nothing was built; correct the manifest or SQL, or what the test expects',
        details: { test: test.id, at: test.at, table: difference },
      });
    }
    context.keepRecords([
      { id: test.id, hash: test.definitionHash, status: 'pass', failures: 0, at: new Date().toISOString() },
    ]);
    outcomes.push({ ...base, status: 'pass', seconds });
  }
  return outcomes;
}

/** The difference between expected and actual rows, undefined when there is none. */
async function runOne(
  context: RunContext,
  node: SilverNode | ModelNode,
  test: UnitTestNode,
): Promise<string | undefined> {
  const names = expectedColumns(test.expect);
  const list = names.length > 0 ? names.map(quoteIdent).join(', ') : '*';
  const { relations, statements } = givenInputs(context, test);
  const subject: readonly Statement[] =
    node.kind === 'silver'
      ? judgeStatements({ ...node, sql: test.sql }, node.columns)
      : [none(`create temp view final as ${test.sql}`)];
  const [types, actual, quarantined, why] = await context.engine.sql({
    label: test.id,
    macros: context.graph.sqlMacros,
    relations,
    statements: [
      ...statements,
      ...subject,
      rows(`describe select ${list} from final`),
      rows(`select columns(*)::varchar from (select ${list} from final)`),
      rows(node.kind === 'silver' ? `select count(*) from checked where _errors <> ''` : 'select 0'),
      rows(
        node.kind === 'silver'
          ? `select _row, _errors from checked where _errors <> '' order by _row limit ${EXAMPLES}`
          : 'select 0, 0 where false',
      ),
    ],
  });
  const columns = types!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  const printed = await printedRows(context, test, columns);
  const compared = compareRows(
    namedCells(test.expect, names, printed),
    actual!.rows as (string | null)[][],
    columns.map((c) => c.name),
  );
  const left = Number(quarantined!.rows[0]![0]);
  // A row that is missing is most often one that a rule took out.
  const reasons = why!.rows.map(([row, errors]) => `  given row ${row} is quarantined: ${errors}`);
  const more = left > reasons.length ? [`  and ${left - reasons.length} more`] : [];
  if (!compared.equal) return [compared.diff, ...reasons, ...more].join('\n');
  if (test.quarantined === undefined || left === test.quarantined) return undefined;
  const counted = `expected ${test.quarantined} quarantined ${test.quarantined === 1 ? 'row' : 'rows'}, there ${left === 1 ? 'was' : 'were'} ${left}`;
  return [counted, ...reasons, ...more].join('\n');
}

/** Quarantined rows whose errors are shown. */
const EXAMPLES = 5;

/** Expected rows as the engine prints them in the columns' own types: `1.50` and 1.5 are one DOUBLE. */
async function printedRows(
  context: RunContext,
  test: UnitTestNode,
  columns: Relation['columns'],
): Promise<(string | null)[][]> {
  if (test.expect.length === 0) return [];
  const names = columns.map((c) => c.name);
  const relation: Relation = {
    schema: 'expected',
    name: 'rows',
    scans: [],
    columns,
    rows: literalRows(test.expect, names),
  };
  const [result] = await context.engine.sql({
    label: test.id,
    macros: [],
    relations: [relation],
    statements: [rows('select columns(*)::varchar from "expected"."rows"')],
  });
  return result!.rows as (string | null)[][];
}

function none(sql: string): Statement {
  return { sql, collect: 'none' };
}

function rows(sql: string): Statement {
  return { sql, collect: 'rows' };
}

/** The given rows as relations; a bronze input is bound from them as a load with these columns would be. */
function givenInputs(
  context: RunContext,
  test: UnitTestNode,
): { relations: Relation[]; statements: Statement[] } {
  const relations: Relation[] = [];
  const statements: Statement[] = [];
  const given = new Map(test.given.map((g) => [g.input, g.rows]));
  const node = context.nodes.get(test.node)!;
  for (const input of node.dependsOn) {
    const rows = given.get(input) ?? [];
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const source = context.nodes.get(input);
    const [schema, name] = split(input);
    if (source?.kind === 'bronze') {
      const columns = names.map((n) => ({
        name: n,
        type: n.startsWith('_loaded_at') ? 'TIMESTAMP WITH TIME ZONE' : 'VARCHAR',
      }));
      relations.push({ schema: 'given', name, scans: [], columns, rows: literalRows(rows, names) });
      statements.push(
        { sql: `create schema if not exists ${quoteIdent(schema)}`, collect: 'none' },
        {
          sql: `create view ${quoteIdent(schema)}.${quoteIdent(name)} as select ${bindGiven(source, names)} from "given".${quoteIdent(name)}`,
          collect: 'none',
        },
      );
    } else {
      const columns = columnsOf(context, input, names);
      relations.push({
        schema,
        name,
        scans: [],
        columns,
        rows: literalRows(
          rows,
          columns.map((c) => c.name),
        ),
      });
    }
  }
  return { relations, statements };
}

/** Columns of an input that is given as rows: the declared ones with their types, else as published, else text. */
function columnsOf(
  context: RunContext,
  input: NodeId,
  names: readonly string[],
): { name: string; type: string }[] {
  const node = context.nodes.get(input);
  const declared =
    node?.kind === 'silver' || node?.kind === 'model' ? node.columns.filter((c) => c.type !== '') : [];
  const published = context.pins.columns(input) ?? [];
  const known = new Map(
    [...published, ...declared].map((c) => [c.name.toLowerCase(), { name: c.name, type: c.type }]),
  );
  for (const name of names)
    if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), { name, type: 'VARCHAR' });
  return [...known.values()];
}

function literalRows(rows: readonly Row[], names: readonly string[]): (string | null)[][] {
  return rows.map((row) => names.map((name) => literal(row[name])));
}

function literal(value: Json | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function split(id: NodeId): [string, string] {
  const dot = id.indexOf('.');
  return [id.slice(0, dot), id.slice(dot + 1)];
}
