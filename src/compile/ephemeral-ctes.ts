/**
 * SQL that can be run anywhere: what it reads of ephemerals, which are relations only in lake's own tasks, stands in front of it
 * as CTEs, as in dbt's compiled SQL. Pure.
 */
import { isAliasWord } from '../sql/alias-words.js';
import { quoteIdent } from '../sql/quote.js';
import { type Token, tokenize } from './sql/tokens.js';
import type { Graph, ModelNode, NodeId } from './types.js';

/** SQL over these nodes → the same with a CTE for each ephemeral among them and beneath; unchanged where there is none. */
export type WithCtes = (sql: string, reads: readonly NodeId[]) => string;

export function ephemeralCtes({ nodes }: Pick<Graph, 'nodes'>): WithCtes {
  const ephemerals = new Map(
    nodes.flatMap((node) =>
      node.kind === 'model' && node.materialized === 'ephemeral' ? [[node.id, node] as const] : [],
    ),
  );
  return (sql, reads) => {
    const read = beneath(reads, ephemerals);
    if (read.length === 0) return sql;
    const ctes = read.map((node) => `${cteName(node.id)} as (\n${renamed(node.sql, ephemerals)}\n)`);
    return inFront(ctes.join(',\n'), renamed(sql, ephemerals));
  };
}

type Ephemerals = ReadonlyMap<NodeId, ModelNode>;

/** Each behind those that it reads. */
function beneath(
  reads: readonly NodeId[],
  ephemerals: Ephemerals,
  found: Set<ModelNode> = new Set(),
): readonly ModelNode[] {
  for (const id of reads) {
    const node = ephemerals.get(id);
    if (!node || found.has(node)) continue;
    beneath(node.dependsOn, ephemerals, found);
    found.add(node);
  }
  return [...found];
}

/** No name that somebody gives a CTE: `with orders as (select * from {{ref 'orders'}})` is what people write. */
function cteName(id: NodeId): string {
  return quoteIdent(`__lake__cte__${nameOf(id)}`);
}

function nameOf(id: NodeId): string {
  return id.slice(id.indexOf('.') + 1);
}

/** `from "gold"."e"` → `from "__lake__cte__e" as "e"`: columns are still found as `e.x`. */
function renamed(sql: string, ephemerals: Ephemerals): string {
  const { tokens } = tokenize(sql);
  let text = '';
  let end = 0;
  for (let i = 0; i + 2 < tokens.length; i += 1) {
    const [schema, dot, name] = [tokens[i]!, tokens[i + 1]!, tokens[i + 2]!];
    const id = dot.text === '.' ? `${read(schema)}.${read(name)}` : '';
    if (tokens[i - 1]?.text === '.' || !ephemerals.has(id)) continue;
    text += sql.slice(end, schema.start) + relation(id, tokens[i - 1], tokens[i + 3]);
    end = name.end;
  }
  return text + sql.slice(end);
}

function relation(id: NodeId, before: Token | undefined, after: Token | undefined): string {
  if (after?.text === '.') return quoteIdent(nameOf(id));
  const named = after?.kind === 'quoted' || (after?.kind === 'word' && isAliasWord(after.text.toLowerCase()));
  const isListed = before !== undefined && /^(?:from|join|,)$/i.test(before.text);
  return named || !isListed ? cteName(id) : `${cteName(id)} as ${quoteIdent(nameOf(id))}`;
}

/** The SQL's own CTEs come behind. */
function inFront(ctes: string, sql: string): string {
  const [first, second] = tokenize(sql).tokens;
  const isWith = (token: Token | undefined, word: string): token is Token =>
    token?.kind === 'word' && token.text.toLowerCase() === word;
  if (!isWith(first, 'with')) return `with ${ctes}\n${sql}`;
  const { end } = isWith(second, 'recursive') ? second : first;
  return `${sql.slice(0, end)} ${ctes},\n${sql.slice(end).trimStart()}`;
}

function read({ kind, text }: Token): string {
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}
