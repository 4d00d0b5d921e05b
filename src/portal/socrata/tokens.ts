/** SoQL's words. Text in quotes doubles the quote; names may be in backticks; system fields begin with a colon. */
import { malformed } from './errors.js';

/** A word of a clause. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'symbol' | 'end';
  readonly text: string;
  /** Written in backticks: never a keyword. */
  readonly quoted: boolean;
}

const pattern =
  /\s*(?:`([^`]+)`|(:?@?[A-Za-z_][\w]*)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(:\*|<=|>=|<>|!=|[=<>(),*]))/y;

/** The words of a clause, the end as the last of them. @throws SodaError 400 for a character that begins none. */
export function tokenize(clause: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  let at = 0;
  while (at < clause.trimEnd().length) {
    pattern.lastIndex = at;
    const match = pattern.exec(clause);
    if (match === null) throw malformed(clause, `unexpected character at ${at + 1}`);
    const [, backticked, name, text, number, symbol] = match;
    if (backticked !== undefined) tokens.push({ kind: 'name', text: backticked, quoted: true });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, quoted: false });
    else if (text !== undefined)
      tokens.push({ kind: 'text', text: text.replaceAll("''", "'"), quoted: true });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, quoted: false });
    else tokens.push({ kind: 'symbol', text: symbol ?? '', quoted: false });
    at = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: 'end of query', quoted: false });
  return tokens;
}

/** A cursor over the tokens of one clause. */
export class Tokens {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(readonly clause: string) {
    this.tokens = tokenize(clause);
  }

  /** The token that comes next, or one behind it. */
  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  /** Takes the next token; the end is never passed. */
  next(): Token {
    return this.tokens[this.at < this.tokens.length - 1 ? this.at++ : this.at]!;
  }

  /** Takes the next token if it is this symbol or keyword. */
  take(text: string): boolean {
    const token = this.peek();
    const matches = !token.quoted && token.kind !== 'end' && token.text.toLowerCase() === text;
    if (matches) this.at++;
    return matches;
  }

  /** Takes this symbol or keyword. @throws SodaError 400 when something else comes. */
  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`"${text}"`);
  }

  /** Takes a column's name, in lower case. @throws SodaError 400 when none comes. */
  name(): string {
    const token = this.next();
    if (token.kind !== 'name') throw this.unexpected('a column', token);
    return token.text.toLowerCase();
  }

  /** @throws SodaError 400 when the clause goes on. */
  end(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end');
  }

  /** The error to throw where something else was expected. */
  unexpected(expected: string, token = this.peek()) {
    return malformed(this.clause, `Expected ${expected}, but got "${token.text}"`);
  }
}
