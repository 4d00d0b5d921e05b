/** The rows of two states compared by the engine: what datasets, layer by layer, and other tables of the lake have in common. */
import type { Relation, Statement } from '../../engine/types.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { Lake, TableHead } from '../../lakehouse/types.js';
import { spellingMacros } from '../../quality/compare/spelling.js';
import { type BagDiff, bagDiffSql, readBagDiff } from '../../quality/diff/bag-diff-sql.js';
import {
  type DiffQuestion,
  type KeyedDiff,
  keyedDiffSql,
  readKeyedDiff,
} from '../../quality/diff/diff-sql.js';
import { quoteIdent } from '../../sql/quote.js';
import type { Comparison } from './open-comparison.js';

export interface LayerDiff {
  /** Names of the compared columns, in the order that `rows` counts them. */
  readonly columns: readonly string[];
  readonly rows: KeyedDiff | BagDiff;
}

/** Where `publishedSides` are found. */
export const PUBLISHED = ['"before"."rows"', '"now"."rows"'] as const;

/** Two versions of a table. */
export function publishedSides(lake: Lake, before: TableHead, now: TableHead): readonly Relation[] {
  const sides = [
    ['before', before],
    ['now', now],
  ] as const;
  return sides.map(([schema, head]) => ({
    ...tableRelation(head, (file) => lake.filePath(head.table, file)),
    schema,
    name: 'rows',
  }));
}

/** Columns that both versions have, in the order of the newer. */
export function sharedNames(before: TableHead, now: TableHead): readonly string[] {
  const old = new Set(before.state.columns.map(({ name }) => name));
  return now.state.columns.map(({ name }) => name).filter((name) => old.has(name));
}

export interface ComparedFields {
  readonly fields: readonly string[];
  /** Empty: rows are counted as a bag. */
  readonly key: readonly string[];
  /** FROM clauses of the older and the newer rows, over the relations. */
  readonly sources: readonly [before: string, now: string];
  readonly relations: readonly Relation[];
  readonly timezone: string;
  readonly limit: number;
}

/** @param label Of the task, for messages. */
export async function fieldsDiff(
  comparison: Comparison,
  label: string,
  { fields, key: keyFields, sources, relations, timezone, limit }: ComparedFields,
): Promise<LayerDiff> {
  const columns = fields.map((_, i) => `$lake_${i}`);
  const key = keyFields.map((_, i) => `$key_${i}`);
  const list = [
    ...fields.map((name, i) => `${quoteIdent(name)}::varchar as ${quoteIdent(columns[i]!)}`),
    ...keyFields.map((name, i) => `${quoteIdent(name)}::varchar as ${quoteIdent(key[i]!)}`),
  ].join(', ');
  const tables = ['rows_before', 'rows_now'].map(
    (table, i): Statement => ({
      // Rows with a key are joined, those without are only counted.
      sql: `create temp ${key.length > 0 ? 'table' : 'view'} ${table} as select ${list} from ${sources[i]}`,
      collect: 'none',
    }),
  );
  const question = { columns, key, nullIf: [], timezone, limit };
  return { columns: fields, rows: await ask(comparison, label, { question, relations, tables }) };
}

export interface Asked {
  readonly question: DiffQuestion;
  readonly relations: readonly Relation[];
  /** Make `rows_before` and `rows_now`. */
  readonly tables: readonly Statement[];
}

export async function ask(
  { engine, graph }: Comparison,
  label: string,
  { question, relations, tables }: Asked,
): Promise<KeyedDiff | BagDiff> {
  const keyed = question.key.length > 0;
  const { prepare, ask: asked } = keyed ? keyedDiffSql(question) : bagDiffSql(question);
  const results = await engine.sql({
    label,
    macros: [...graph.sqlMacros, ...spellingMacros],
    relations,
    statements: [
      ...tables,
      ...prepare.map((sql): Statement => ({ sql, collect: 'none' })),
      ...asked.map((sql): Statement => ({ sql, collect: 'rows', limit: 100_000 })),
    ],
  });
  const rows = results.map((result) => result.rows);
  return keyed ? readKeyedDiff(question, rows) : readBagDiff(question, rows);
}
