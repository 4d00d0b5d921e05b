import { isFileName, readsElsewhere } from '../../sql/file-readers.js';
import type { Token } from './tokens.js';

/**
 * The first token that reads a file or another database, with the words for it: for statements of which the engine makes no
 * tree (macros, hooks). A reader is a name with a parenthesis behind it; a file is what is quoted where a table should stand.
 */
export function foreignToken(
  tokens: readonly Token[],
): { readonly token: Token; readonly what: string } | undefined {
  for (const [i, token] of tokens.entries()) {
    const name = unquoted(token);
    if (name === undefined) continue;
    if (token.kind !== 'string' && tokens[i + 1]?.text === '(' && readsElsewhere(name))
      return { token, what: `${name}()` };
    const before = tokens[i - 1]?.text.toLowerCase();
    if (token.kind !== 'word' && (before === 'from' || before === 'join') && isFileName(name))
      return { token, what: `"${name}"` };
  }
  return undefined;
}

function unquoted({ kind, text }: Token): string | undefined {
  if (kind === 'word') return text;
  if (kind === 'quoted') return text.slice(1, -1).replaceAll('""', '"');
  return kind === 'string' && text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}
