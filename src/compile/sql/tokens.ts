/**
 * Cuts DuckDB SQL into tokens, so that lake can compare, hash and look into SQL without an engine. Comments and layout
 * make no tokens. It knows words, not grammar: whether the SQL is right is for the engine to say.
 * Lexical rules: https://duckdb.org/docs/stable/sql/dialect/keywords_and_identifiers and PostgreSQL's chapter 4.1.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  readonly text: string;
  /** Offset of the first character, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Something that is opened and never closed; the tokens end there. */
  readonly unclosed?: { readonly what: 'string' | 'quoted name' | 'comment'; readonly start: number };
}

type Unclosed = NonNullable<Tokens['unclosed']>['what'];

const LAYOUT = /(?:\s+|--[^\n]*)+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
// A quote that is followed by another is no end, also where the text is never closed: hence the look-ahead.
const STRING = /'[^']*(?:''[^']*)*'(?!')/y;
const ESCAPE_STRING = /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'(?!')/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const QUOTED = /"[^"]*(?:""[^"]*)*"(?!")/y;
const NUMBER = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
// An operator ends where a comment starts: `a --b` and `a /*b*/` hold no operator.
const OPERATOR = /(?:(?!--|\/\*)[-+*/<>=~!@#%^&|`?:])+/y;

/** The tokens of `sql`; linear in its length. */
export function tokenize(sql: string): Tokens {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const skipped = endOfLayout(sql, at);
    if (skipped === undefined) return { tokens, unclosed: { what: 'comment', start: at } };
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = tokenAt(sql, at);
    if (typeof token === 'string') return { tokens, unclosed: { what: token, start: at } };
    tokens.push(token);
    at = token.end;
  }
  return { tokens };
}

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Offset after the blanks and comments at `at`, undefined where a comment is never closed. */
function endOfLayout(sql: string, at: number): number | undefined {
  const first = sql.charCodeAt(at);
  if (first === 47 /* / */ && sql[at + 1] === '*') return endOfComment(sql, at);
  // Every blank is at most U+0020 or beyond ASCII; no other token but a minus needs the look.
  if (first > 32 && first < 128 && first !== 45 /* - */) return at;
  return at + (matchAt(LAYOUT, sql, at)?.length ?? 0);
}

function tokenAt(sql: string, at: number): Token | Unclosed {
  const token = (kind: Token['kind'], text: string): Token => ({
    kind,
    text,
    start: at,
    end: at + text.length,
  });
  const quoted = (kind: Token['kind'], pattern: RegExp, what: Unclosed): Token | Unclosed => {
    const text = matchAt(pattern, sql, at);
    return text === undefined ? what : token(kind, text);
  };
  const first = sql[at]!;
  if (first === "'") return quoted('string', STRING, 'string');
  if (first === '"') return quoted('quoted', QUOTED, 'quoted name');
  if ((first === 'e' || first === 'E') && sql[at + 1] === "'")
    return quoted('string', ESCAPE_STRING, 'string');
  if (first === '$') {
    const tag = matchAt(DOLLAR_TAG, sql, at);
    if (tag !== undefined) {
      const close = sql.indexOf(tag, at + tag.length);
      return close < 0 ? 'string' : token('string', sql.slice(at, close + tag.length));
    }
  }
  if ('(),;[]{}'.includes(first)) return token('symbol', first);
  const word = matchAt(WORD, sql, at);
  if (word !== undefined) return token('word', word);
  const number = matchAt(NUMBER, sql, at);
  if (number !== undefined) return token('number', number);
  return token('symbol', matchAt(OPERATOR, sql, at) ?? first);
}

/** Block comments nest, as in PostgreSQL. */
function endOfComment(sql: string, start: number): number | undefined {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return undefined;
}

/**
 * The SQL less comments and layout: equal for two texts that say the same in other lines. Tokens are joined by blanks,
 * which cuts into the same tokens again.
 */
export function essence(tokens: readonly Token[]): string {
  let text = '';
  let previous: Token | undefined;
  for (const token of tokens) {
    // `x'00'` is a blob, `x '00'` is not: a prefix belongs to its string.
    const glued = token.kind === 'string' && previous?.kind === 'word' && previous.end === token.start;
    text += glued || !previous ? token.text : ` ${token.text}`;
    previous = token;
  }
  return text;
}
