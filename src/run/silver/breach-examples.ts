/** Rows and values that made guards trip, looked up only when they did. */
import { deliveredField } from '../../compile/silver/index.js';
import type { SilverNode } from '../../compile/types.js';
import type { Relation, Statement } from '../../engine/types.js';
import type { SilverBreach } from '../../quality/guards/silver-guards.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { nodeRelation, nodeRelations, stagedRelation } from '../tables/relations.js';
import type { StagedSilver } from './guard-statements.js';

/** Fields that are shown, and rows of each. */
const FIELDS = 4;
const ROWS = 3;

interface Example {
  readonly field: string;
  readonly sql: string;
  /** True: its first column is a value of the field, in quotation marks. */
  readonly values?: boolean;
}

export interface BreachExamples {
  /** Such as `occurred_on: GO-1: 2004-01-03 → NULL; …`; none for guards that no row alone explains. */
  readonly lines: readonly string[];
  /** Field → values that are no longer of its type and that people write where there is no value. */
  readonly markers: ReadonlyMap<string, readonly string[]>;
}

/** `NA`, `N/A`, `NULL`, `None`, `-` and their like, whatever their case. */
const MARKER = /^\s*(#?n\.?\/?a\.?|null|none|nil|nan|unknown|missing|[-–—]+|\.+|\?+)\s*$/i;

/** Looks up rows and values that explain what tripped. */
export async function breachExamples(
  context: RunContext,
  node: SilverNode,
  { columns, files }: StagedSilver,
  breaches: readonly SilverBreach[],
): Promise<BreachExamples> {
  const before = context.pins.head(node.id);
  if (!before) return NOTHING;
  const names = new Set(before.state.columns.map(({ name }) => name));
  const examples = breaches
    .filter(({ field }) => field !== undefined && names.has(field))
    .slice(0, FIELDS)
    .flatMap((breach) => exampleOf(node, breach));
  if (examples.length === 0) return NOTHING;
  const relations: Relation[] = [
    ...nodeRelations(context, node.dependsOn),
    { ...nodeRelation(context, node.id), schema: 'previous', name: 'table' },
    { ...stagedRelation(node.id, columns, files), schema: 'staged', name: 'table' },
  ];
  const results = await context.engine.sql({
    label: `${node.id} (examples)`,
    macros: context.graph.sqlMacros,
    relations,
    statements: examples.map(({ sql }): Statement => ({ sql, collect: 'rows', limit: ROWS })),
  });
  const markers = new Map<string, readonly string[]>();
  const lines = examples.flatMap(({ field, values }, i) => {
    const rows = results[i]!.rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : String(cell))));
    const found = values === true ? rows.map(([value]) => value!.slice(1, -1)) : [];
    const marks = found.filter((value) => MARKER.test(value));
    if (marks.length > 0) markers.set(field, marks);
    return rows.length === 0 ? [] : [`${field}: such as ${rows.map((row) => row.join(' ')).join('; ')}`];
  });
  return { lines, markers };
}

const NOTHING: BreachExamples = { lines: [], markers: new Map() };

function exampleOf(node: SilverNode, { guard, field: name }: SilverBreach): readonly Example[] {
  const field = node.dataset.fields?.find((one) => one.name === name);
  if (name === undefined || !field) return [];
  const bronze = `"bronze".${quoteIdent(node.name)}`;
  const delivered = deliveredField(node.dataset, field);
  const column = quoteIdent(name);
  if (guard === 'type_flip') {
    const sql = `select '''' || v || '''', '(' || count(*) || '×)' from (
      select ${delivered.textName} as v, ${delivered.typed} as t from (select *, ${delivered.text} as ${delivered.textName} from ${bronze}))
      where v is not null and t is null group by v order by count(*) desc, v limit ${ROWS}`;
    return [{ field: name, sql, values: true }];
  }
  if (guard !== 'null_rise' && guard !== 'changed') return [];
  if (!node.key) {
    const sql = `select distinct ${column}::varchar, '→ NULL' from "previous"."table" where ${column} is not null order by 1 limit ${ROWS}`;
    return guard === 'null_rise' ? [{ field: name, sql }] : [];
  }
  const key = node.key.map((one) => `${quoteIdent(one)}::varchar`).join(` || ' ' || `);
  const order = node.key.map(quoteIdent).join(', ');
  const both = `"previous"."table" b join "staged"."table" a using (${order})`;
  if (guard === 'changed') {
    const sql = `select ${key} || ':', b.${column}::varchar, '→', a.${column}::varchar from ${both}
      where a.${column} <> b.${column} order by ${order} limit ${ROWS}`;
    return [{ field: name, sql }];
  }
  if (field.default !== undefined && field.default !== null) {
    const keys = node.key.map((one) => {
      const of = node.dataset.fields!.find((f) => f.name === one)!;
      return `${deliveredField(node.dataset, of).text}`;
    });
    const sql = `select ${keys.join(` || ' ' || `)} || ':', 'no value' from ${bronze} where (${delivered.text}) is null order by _row limit ${ROWS}`;
    return [{ field: name, sql }];
  }
  const sql = `select ${key} || ':', b.${column}::varchar, '→ NULL' from ${both}
    where b.${column} is not null and a.${column} is null order by ${order} limit ${ROWS}`;
  return [{ field: name, sql }];
}
