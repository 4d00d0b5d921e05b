/** Finds a table of the project that SQL names as a table, and not by `ref`: lake would not know that it is read. */
import type { Names } from '../names.js';
import type { NodeId } from '../types.js';
import type { Token } from './tokens.js';

/**
 * The first one after FROM or JOIN, with the offset at which its name begins. Behind these words a name with a dot is that of a
 * table: columns of an alias stand elsewhere, but for `extract(year from a.b)` and its like, which no alias called as a layer
 * is likely to meet.
 * @param declared Those that `ref` and `self` gave, which print the same names.
 */
export function undeclaredTable(
  tokens: readonly Token[],
  names: Names,
  declared: (id: NodeId) => boolean,
): { readonly id: NodeId; readonly offset: number } | undefined {
  for (const [i, token] of tokens.entries()) {
    if (token.text !== '.' || i < 2) continue;
    const [before, schema, table] = [tokens[i - 2]!, tokens[i - 1]!, tokens[i + 1]];
    if (table === undefined || tokens[i + 2]?.text === '.' || !/^(?:from|join)$/i.test(before.text)) continue;
    const id = `${nameOf(schema)}.${nameOf(table)}`;
    if (names.resolve(id) === id && !declared(id)) return { id, offset: schema.start };
  }
  return undefined;
}

function nameOf({ kind, text }: Token): string {
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}
