/** What lake asks of SQL before it puts it into a statement of its own. */
import type { Code } from '../../errors/codes.js';
import { type Token, tokenize } from './tokens.js';

export interface SqlProblem {
  readonly code: Code;
  /** What is wrong, to stand after the name of the file or field: `has no SQL`. */
  readonly message: string;
  readonly hint: string;
  /** Offset in the SQL. */
  readonly offset: number;
}

export type CheckedSql =
  | {
      readonly ok: true;
      /** Without the closing semicolon and what follows the last token: safe to be wrapped in `( … )`. */
      readonly sql: string;
      readonly tokens: readonly Token[];
    }
  | { readonly ok: false; readonly problem: SqlProblem };

/** One statement, whatever it does. */
export function checkStatement(text: string): CheckedSql {
  const { tokens: all, unclosed } = tokenize(text);
  if (unclosed) return failed('LK2042', ...unclosedText(unclosed.what), unclosed.start);
  let count = all.length;
  while (count > 0 && all[count - 1]!.text === ';') count -= 1;
  const tokens = all.slice(0, count);
  const last = tokens.at(-1);
  if (!last) return failed('LK2040', 'has no SQL', 'Write one SELECT', 0);
  const semicolon = tokens.findIndex((t) => t.kind === 'symbol' && t.text === ';');
  if (semicolon >= 0) {
    const second = tokens[semicolon + 1]!;
    return failed(
      'LK2041',
      'holds a second statement',
      'Keep one SELECT in a file; a WITH may hold the steps',
      second.start,
    );
  }
  return { ok: true, sql: text.slice(0, last.end), tokens };
}

/** What a statement that is no SELECT begins with. */
const NO_SELECT =
  /^(?:insert|update|delete|merge|create|drop|alter|truncate|copy|attach|detach|use|install|load|set|reset|pragma|call|execute|prepare|deallocate|export|import|vacuum|analyze|checkpoint|force|begin|start|commit|rollback|abort|explain|comment|grant|revoke)$/i;

/** One SELECT: a model, a test, a question. */
export function checkSelect(text: string): CheckedSql {
  const checked = checkStatement(text);
  const first = checked.ok ? checked.tokens[0]! : undefined;
  if (first?.kind !== 'word' || !NO_SELECT.test(first.text)) return checked;
  return failed(
    'LK2047',
    `is ${first.text.toUpperCase()}, and no SELECT`,
    'Write the SELECT of the rows that it has: lake writes the table, and hooks may do more in the same task',
    first.start,
  );
}

/** One expression out of YAML: a field's `sql:`, a test's `where:`. */
export function checkExpression(text: string): CheckedSql {
  const { tokens, unclosed } = tokenize(text);
  if (unclosed) return failed('LK2042', ...unclosedText(unclosed.what), unclosed.start);
  const last = tokens.at(-1);
  if (!last) return failed('LK2040', 'is empty', 'Write a SQL expression', 0);
  let depth = 0;
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue;
    if (token.text === ';')
      return failed('LK2041', 'holds a semicolon', 'Write one SQL expression', token.start);
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) {
    const what =
      depth < 0 ? 'closes a parenthesis that it does not open' : 'opens a parenthesis that it does not close';
    return failed('LK2044', what, 'Check the parentheses', 0);
  }
  if (text.slice(last.end).includes('--')) {
    return failed('LK2044', 'ends in a comment', 'Write the comment in YAML: `# …`', last.end);
  }
  return { ok: true, sql: text, tokens };
}

function unclosedText(what: 'string' | 'quoted name' | 'comment'): [string, string] {
  const mark = { string: "'", 'quoted name': '"', comment: '*/' }[what];
  return [
    `opens a ${what} that is never closed`,
    `Close it with ${mark}${what === 'comment' ? '' : `; inside it, ${mark} is written twice`}`,
  ];
}

function failed(code: Code, message: string, hint: string, offset: number): CheckedSql {
  return { ok: false, problem: { code, message, hint, offset } };
}
