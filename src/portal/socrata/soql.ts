/** The part of SoQL that readers page with: $select, $where and $order as data. https://dev.socrata.com/docs/queries/ */
import { malformed } from './errors.js';
import { type Token, Tokens } from './tokens.js';

export type SelectItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'system' }
  | { readonly kind: 'column'; readonly column: string; readonly alias: string }
  | { readonly kind: 'count'; readonly alias: string }
  | { readonly kind: 'max' | 'min'; readonly column: string; readonly alias: string };

export interface Literal {
  readonly kind: 'text' | 'number';
  readonly text: string;
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: Operator;
      readonly literal: Literal;
    }
  | { readonly kind: 'in'; readonly column: string; readonly literals: readonly Literal[] }
  | { readonly kind: 'null'; readonly column: string };

export interface OrderItem {
  readonly column: string;
  readonly descending: boolean;
}

/** `$select`. @throws SodaError for what this portal does not know. */
export function parseSelect(clause: string): SelectItem[] {
  const tokens = new Tokens(clause);
  const items: SelectItem[] = [];
  do items.push(selectItem(tokens));
  while (tokens.take(','));
  tokens.end();
  const afterStars = items.findIndex((item) => item.kind !== 'all' && item.kind !== 'system');
  if (
    afterStars >= 0 &&
    items.slice(afterStars).some((item) => item.kind === 'all' || item.kind === 'system')
  ) {
    throw malformed(clause, 'Star selections must come at the start of the select-list');
  }
  return items;
}

function selectItem(tokens: Tokens): SelectItem {
  if (tokens.take('*')) return { kind: 'all' };
  if (tokens.take(':*')) return { kind: 'system' };
  const first = tokens.next();
  if (first.kind !== 'name') throw tokens.unexpected('an expression', first);
  const name = first.text.toLowerCase();
  if (!first.quoted && tokens.take('(')) {
    if (name === 'count') {
      tokens.expect('*');
      tokens.expect(')');
      return { kind: 'count', alias: alias(tokens, 'count') };
    }
    if (name !== 'max' && name !== 'min') throw tokens.unexpected('count, max or min', first);
    const column = tokens.name();
    tokens.expect(')');
    return { kind: name, column, alias: alias(tokens, `${name}_${column.replace(/^:@?/, '')}`) };
  }
  return { kind: 'column', column: name, alias: alias(tokens, name) };
}

function alias(tokens: Tokens, fallback: string): string {
  return tokens.take('as') ? tokens.name() : fallback;
}

/** `$order`. @throws SodaError for anything but columns with `asc` or `desc`. */
export function parseOrder(clause: string): OrderItem[] {
  const tokens = new Tokens(clause);
  const items: OrderItem[] = [];
  do {
    const column = tokens.name();
    const descending = tokens.take('desc');
    if (!descending) tokens.take('asc');
    items.push({ column, descending });
  } while (tokens.take(','));
  tokens.end();
  return items;
}

/** `$where`. @throws SodaError where the clause is malformed. */
export function parseWhere(clause: string): Condition {
  const tokens = new Tokens(clause);
  const condition = disjunction(tokens);
  tokens.end();
  return condition;
}

function disjunction(tokens: Tokens): Condition {
  const parts = [conjunction(tokens)];
  while (tokens.take('or')) parts.push(conjunction(tokens));
  return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
}

function conjunction(tokens: Tokens): Condition {
  const parts = [negation(tokens)];
  while (tokens.take('and')) parts.push(negation(tokens));
  return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
}

function negation(tokens: Tokens): Condition {
  if (tokens.take('not')) return { kind: 'not', part: negation(tokens) };
  if (tokens.take('(')) {
    const inner = disjunction(tokens);
    tokens.expect(')');
    return inner;
  }
  return comparison(tokens);
}

function comparison(tokens: Tokens): Condition {
  const column = tokens.name();
  if (tokens.take('is')) {
    const negated = tokens.take('not');
    tokens.expect('null');
    return negate(negated, { kind: 'null', column });
  }
  const negated = tokens.take('not');
  if (tokens.take('between')) {
    const low = literal(tokens);
    tokens.expect('and');
    const high = literal(tokens);
    return negate(negated, {
      kind: 'and',
      parts: [
        { kind: 'compare', column, operator: '>=', literal: low },
        { kind: 'compare', column, operator: '<=', literal: high },
      ],
    });
  }
  if (tokens.take('in')) {
    tokens.expect('(');
    const literals = [literal(tokens)];
    while (tokens.take(',')) literals.push(literal(tokens));
    tokens.expect(')');
    return negate(negated, { kind: 'in', column, literals });
  }
  if (negated) throw tokens.unexpected('"between" or "in"');
  const symbol = tokens.next();
  const operator = operators[symbol.text];
  if (symbol.kind !== 'symbol' || operator === undefined) throw tokens.unexpected('a comparison', symbol);
  return { kind: 'compare', column, operator, literal: literal(tokens) };
}

const operators: Readonly<Record<string, Operator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function negate(negated: boolean, part: Condition): Condition {
  return negated ? { kind: 'not', part } : part;
}

function literal(tokens: Tokens): Literal {
  const token: Token = tokens.next();
  if (token.kind === 'text' || token.kind === 'number') return { kind: token.kind, text: token.text };
  if (token.kind === 'name' && !token.quoted && /^(true|false)$/i.test(token.text)) {
    return { kind: 'text', text: token.text.toLowerCase() };
  }
  throw tokens.unexpected('a value', token);
}
