/**
 * Writes relations in place of their names: `from "gold"."x" as o` → `from (SELECT … FROM read_parquet(…)) as o`. It saves a
 * catalog with views, which costs as much as a small statement. Pure. What it does not understand it leaves alone.
 */
import { isAliasWord } from '../../sql/alias-words.js';
import { quoteIdent } from '../../sql/quote.js';
import type { Relation } from '../types.js';
import { relationSql } from './relation-sql.js';

/** Space and comments; texts; names; words; anything else by one character. */
const TOKEN = /(\s+|--[^\n]*)|('(?:[^']|'')*')|("(?:[^"]|"")*")|([A-Za-z_]\w*)|./gs;

/** Escapes, dollar quotes and block comments, in which a name is no name. */
const UNREAD = /\/\*|\$|\be'/i;

/** What is said of the relation itself. */
const OF_THE_RELATION = new Set('tablesample pivot unpivot at'.split(' '));

interface Token {
  readonly text: string;
  /** A name as it is compared, or a word: in small letters. */
  readonly name?: string;
  readonly space: boolean;
}

/**
 * Undefined where a name of them stands anywhere else than behind FROM or JOIN, as in `"gold"."x".id`, or where the text
 * has what is not read here.
 * @param written The SELECT that takes a name's place.
 */
export function writeInPlace(
  sql: string,
  relations: readonly Relation[],
  written: (relation: Relation) => string = relationSql,
): string | undefined {
  if (UNREAD.test(sql)) return undefined;
  const named = new Map(relations.map((relation) => [keyOf(relation.schema, relation.name), relation]));
  const tokens = tokensOf(sql);
  const words = tokens.filter(({ space }) => !space);
  const places = new Map(tokens.flatMap((token, i) => (token.space ? [] : [[token, i] as const])));
  for (let i = 0; i + 2 < words.length; i += 1) {
    const [schema, dot, name] = [words[i]!, words[i + 1]!, words[i + 2]!];
    if (schema.name === undefined || dot.text !== '.' || name.name === undefined) continue;
    const relation = named.get(keyOf(schema.name, name.name));
    if (!relation) continue;
    const before = words[i - 1]?.text.toLowerCase();
    const after = words[i + 3];
    if (before !== 'from' && before !== 'join') return undefined;
    if (after && (after.text === '.' || OF_THE_RELATION.has(after.text.toLowerCase()))) return undefined;
    const [from, to] = [places.get(schema)!, places.get(name)!];
    const alias = hasAlias(after) ? '' : ` as ${quoteIdent(relation.name)}`;
    tokens[from] = { text: `(${written(relation)})${alias}`, space: false };
    for (let at = from + 1; at <= to; at += 1) tokens[at] = { text: '', space: true };
  }
  return tokens.map(({ text }) => text).join('');
}

function hasAlias(after: Token | undefined): boolean {
  return after?.name !== undefined && (after.text.startsWith('"') || isAliasWord(after.name));
}

function tokensOf(sql: string): Token[] {
  return [...sql.matchAll(TOKEN)].map(([text, space, , quoted, word]) => {
    if (quoted !== undefined) {
      return { text, name: quoted.slice(1, -1).replaceAll('""', '"').toLowerCase(), space: false };
    }
    return { text, ...(word !== undefined && { name: word.toLowerCase() }), space: space !== undefined };
  });
}

function keyOf(schema: string, name: string): string {
  return JSON.stringify([schema.toLowerCase(), name.toLowerCase()]);
}
