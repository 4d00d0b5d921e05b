/** `lake test --generate`: a few published rows of a model's inputs that make a few rows of the model. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { relationSql } from '../../compile/names.js';
import { tokenize } from '../../compile/sql/tokens.js';
import type { Graph, ModelNode, NodeId } from '../../compile/types.js';
import type { ColumnInfo, Engine, Relation, ResultSet } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { openLake } from '../../lakehouse/open-lake.js';
import type { Target } from '../../project/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { engineOn } from '../engine-on.js';
import { setReading } from '../set-relations.js';
import { nodeRelations } from '../tables/relations.js';
import { type Range, shrink, sizeOf } from './shrink.js';

export interface ExampleOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly engine: Engine;
  readonly node: ModelNode;
}

/** Values as text, with their columns. NULLs of given rows are left out. */
export interface ExampleRows {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Example {
  readonly given: readonly ({ readonly input: NodeId } & ExampleRows)[];
  readonly expect: ExampleRows;
}

/** An input as a file of the scratch folder, whose rows are numbered from 1. */
interface Input {
  readonly id: NodeId;
  readonly file: string;
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly Range[];
}

/** Most rows of an input that are looked at, and that a test is written with. */
const LOOKED_AT = 500_000;
const WRITTEN = 30;
/** Rows of the model that the example shall have, where it has as many. */
const WANTED = 2;
const TRIALS = 120;
const NUMBER = '_lake_row';

/**
 * @throws LakeError LK4010 where an input was never built, LK7030 where no example can be made: the model has no rows, is
 * another each time, or needs very many rows.
 */
export async function exampleRows({ root, graph, target, node, ...asked }: ExampleOptions): Promise<Example> {
  const lake = await openLake(target.lake, root);
  const engine = engineOn(lake, asked.engine);
  const reading = await setReading(lake, graph, await lake.newestSet());
  const folder = join(root, 'target', 'generate');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const copied = await engine.sql({
      label: node.id,
      macros: graph.sqlMacros,
      relations: nodeRelations(reading, node.dependsOn),
      statements: node.dependsOn.flatMap((id, i) => [
        { sql: `describe select * from ${relationSql(id)}`, collect: 'rows', limit: 100_000 } as const,
        {
          sql: `copy (select *, row_number() over () as ${NUMBER} from (from ${relationSql(id)} limit ${LOOKED_AT})) to ${quoteText(join(folder, `${i}.parquet`))}`,
          collect: 'rows',
        } as const,
      ]),
    });
    const inputs = node.dependsOn.map((id, i): Input => {
      const columns = copied[2 * i]!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
      const count = Number(copied[2 * i + 1]!.rows[0]![0]);
      return { id, file: join(folder, `${i}.parquet`), columns, rows: count === 0 ? [] : [[1, count]] };
    });
    return await smallest({ graph, engine, node }, inputs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Making = Pick<ExampleOptions, 'graph' | 'engine' | 'node'>;

async function smallest(making: Making, inputs: readonly Input[]): Promise<Example> {
  const { node } = making;
  const all = await measure(making, inputs);
  if (all.rows === 0) {
    throw refused(
      node,
      'it has no rows',
      `Build what it reads, and look: lake query "from ${node.id} limit 5"`,
    );
  }
  const enough = (found: Measured): boolean =>
    found.rows >= Math.min(WANTED, all.rows) && all.filled.every((name) => found.filled.includes(name));
  let kept = inputs;
  const byRows = [...inputs].sort((a, b) => sizeOf(b.rows) - sizeOf(a.rows));
  for (const { id } of byRows) {
    const before = kept.find((input) => input.id === id)!;
    const replaced = (rows: readonly Range[]) =>
      kept.map((input) => (input.id === id ? { ...input, rows } : input));
    const accept = async (rows: readonly Range[]) => enough(await measure(making, replaced(rows)));
    kept = replaced(await shrink(before.rows, accept, TRIALS));
  }
  const large = kept.find(({ rows }) => sizeOf(rows) > WRITTEN);
  if (large) {
    throw refused(
      node,
      `a row of it takes ${sizeOf(large.rows).toLocaleString('en')} rows of ${large.id}`,
      'Write the rows by hand, fewer and simpler ones',
    );
  }
  const expect = await yielded(making, kept);
  if (!same(expect, await yielded(making, kept)))
    throw refused(
      node,
      'it yields other rows each time',
      'Override in a unit test what reads the clock or chance',
    );
  const slim = kept.map((input) => ({ ...input, columns: namedIn(node.sql, input.columns) }));
  const isSlim = same(expect, await yielded(making, slim, kept));
  const given = await Promise.all((isSlim ? slim : kept).map((input) => rowsOf(making, input)));
  return { given, expect };
}

function refused({ id }: ModelNode, why: string, hint: string): LakeError {
  return new LakeError('LK7030', `no unit test of ${id} can be made from its rows: ${why}`, { hint });
}

interface Measured {
  readonly rows: number;
  /** Columns that are not NULL in all rows. */
  readonly filled: readonly string[];
}

async function measure(making: Making, inputs: readonly Input[]): Promise<Measured> {
  const relations = inputs.map((input) => relationOf(input));
  const [result] = await ask(making, relations, `select count(*) as rows, count(columns(*)) from final`);
  const [rows, ...counts] = result!.rows[0]!.map(Number);
  return { rows: rows!, filled: counts.flatMap((count, i) => (count > 0 ? [String(i)] : [])) };
}

/** What the model makes of these rows, in an order of its own values. `typed`: inputs with all of their columns. */
async function yielded(
  making: Making,
  inputs: readonly Input[],
  typed: readonly Input[] = inputs,
): Promise<ExampleRows> {
  const relations = inputs.map((input, i) => relationOf(input, typed[i]));
  const [types, rows] = await ask(
    making,
    relations,
    'describe select * from final',
    'select columns(*)::varchar from final order by all',
  );
  const columns = types!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  return { columns, rows: rows!.rows as ExampleRows['rows'] };
}

async function rowsOf(making: Making, input: Input): Promise<{ readonly input: NodeId } & ExampleRows> {
  const { engine } = making;
  const list = input.columns.map(({ name }) => `${quoteIdent(name)}::varchar`).join(', ');
  const [result] = await engine.sql({
    label: making.node.id,
    macros: [],
    relations: [relationOf(input)],
    statements: [
      { sql: `select ${list || 'null'} from ${relationSql(input.id)}`, collect: 'rows', limit: WRITTEN },
    ],
  });
  return { input: input.id, columns: input.columns, rows: result!.rows as ExampleRows['rows'] };
}

function ask(
  { graph, engine, node }: Making,
  relations: readonly Relation[],
  ...questions: readonly string[]
): Promise<readonly ResultSet[]> {
  return engine.sql({
    label: node.id,
    macros: graph.sqlMacros,
    relations,
    statements: [
      // The line break keeps the SQL's own columns: a mistake is found again in the user's file.
      { sql: `create temp table final as\n${node.sql}`, collect: 'none' },
      ...questions.map((sql) => ({ sql, collect: 'rows', limit: 100_000 }) as const),
    ],
  });
}

/** The chosen rows of an input; columns of `typed` that it has not are NULL. */
function relationOf({ id, file, columns, rows }: Input, typed?: Input): Relation {
  const [schema, name] = id.split('.') as [string, string];
  const named = new Set(columns.map((column) => column.name));
  const all = typed?.columns ?? columns;
  const select = all.map((column) =>
    named.has(column.name)
      ? quoteIdent(column.name)
      : `cast(null as ${column.type}) as ${quoteIdent(column.name)}`,
  );
  const where = rows.map(([from, to]) => `${NUMBER} between ${from} and ${to}`).join(' or ');
  return {
    schema,
    name,
    columns: all,
    scans: rows.length === 0 ? [] : [{ files: [file], select: select.join(', '), where }],
  };
}

/** The columns whose names the SQL spells. */
function namedIn(sql: string, columns: readonly ColumnInfo[]): readonly ColumnInfo[] {
  const words = new Set(
    tokenize(sql).tokens.map(({ kind, text }) =>
      (kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text).toLowerCase(),
    ),
  );
  return columns.filter(({ name }) => words.has(name.toLowerCase()));
}

function same(a: ExampleRows, b: ExampleRows): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
