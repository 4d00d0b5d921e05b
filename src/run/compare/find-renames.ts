/** Asks the engine which gone column of a dataset lives on under a new name. */
import { deliveredField } from '../../compile/silver/index.js';
import type { BronzeNode } from '../../compile/types.js';
import type { Relation, Statement } from '../../engine/types.js';
import type { ColumnRename } from '../../lakehouse/types.js';
import {
  type ComparedColumn,
  readRenames,
  renameByKeySql,
  renameByValuesSql,
} from '../../quality/compare/renames.js';
import { spellingMacros } from '../../quality/compare/spelling.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { type Side, shown, sideRelation } from './side.js';

/** Columns `$key_0`, … of a keyed side. */
export function keyNames(node: BronzeNode): readonly string[] {
  return (node.dataset.key ?? []).map((_, i) => `$key_${i}`);
}

/**
 * A table of these columns of a side's rows, and of its key as text; of rows with the same key the newest alone. Without
 * a key all rows stand, and the table is a view: whoever counts rows need not keep them.
 */
export function keyedRows(
  node: BronzeNode,
  columns: readonly ComparedColumn[],
  schema: string,
  table: string,
): Statement {
  const { dataset } = node;
  const names = keyNames(node);
  const fields = (dataset.key ?? []).map((name) =>
    deliveredField(dataset, dataset.fields!.find((field) => field.name === name)!),
  );
  const texts = fields.map(({ text, textName }) => `, ${text} as ${textName}`).join('');
  // A key counts by its value: '12' and '12.0' are one number; what is no value counts by its text.
  const keys = fields.map(
    ({ typed, textName }, i) => `coalesce((${typed})::varchar, ${textName}) as ${quoteIdent(names[i]!)}`,
  );
  const list = columns.map(({ as }) => quoteIdent(as));
  const from = `${quoteIdent(schema)}."rows"`;
  if (names.length === 0) {
    return {
      sql: `create temp view ${table} as select ${list.join(', ') || '1'} from ${from}`,
      collect: 'none',
    };
  }
  const newest = `_load_order desc, _cursor desc nulls last, _part_order desc, _row desc`;
  return {
    sql: `create temp table ${table} as select ${[...list, ...keys].join(', ')} from (select *${texts} from ${from})
      qualify row_number() over (partition by ${names.map(quoteIdent).join(', ')} order by ${newest}) = 1`,
    collect: 'none',
  };
}

/** Pairs of a gone and an added column that hold the same values; starts no engine when there can be none. */
export async function findRenames(
  { engine, graph }: Pick<RunContext, 'engine' | 'graph'>,
  node: BronzeNode,
  before: Side,
  now: Side,
  { gone, added }: { readonly gone: readonly string[]; readonly added: readonly string[] },
): Promise<readonly ColumnRename[]> {
  if (gone.length === 0 || added.length === 0) return [];
  const [old, fresh] = [shown(gone), shown(added)];
  const question = { gone: old, added: fresh, key: keyNames(node), timezone: node.dataset.timezone };
  const relations: Relation[] = [
    sideRelation(node, before, 'before', old),
    sideRelation(node, now, 'now', fresh),
  ];
  const ask = async (sql: string, before: readonly Statement[] = []): Promise<readonly unknown[]> => {
    const [result] = await engine.sql({
      label: `${node.id} (renamed columns)`,
      macros: [...graph.sqlMacros, ...spellingMacros],
      relations,
      statements: [...before, { sql, collect: 'rows' }],
    });
    return result!.rows[0] ?? [];
  };
  if (question.key.length > 0) {
    const byKey = { ...question, before: 'rows_before', now: 'rows_now' };
    const keyed = [keyedRows(node, old, 'before', byKey.before), keyedRows(node, fresh, 'now', byKey.now)];
    const shares = await ask(renameByKeySql(byKey), keyed);
    if (shares.some((share) => share !== null)) return readRenames(byKey, shares, 'key');
  }
  // No key, or the key itself has another name now: then no row can be told from another, and all of them stand.
  const byValues = { ...question, before: '"before"."rows"', now: '"now"."rows"' };
  return readRenames(byValues, await ask(renameByValuesSql(byValues)), 'values');
}
