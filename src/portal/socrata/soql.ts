/** The part of SoQL that readers page with: $select, $where and $order as data. https://dev.socrata.com/docs/queries/ */
import { malformed } from './errors.js';
import { type Token, Tokens } from './tokens.js';

/** One entry of `$select`. A `column` is a field's name or a function of one, `date_trunc_ym(crash_date)`. */
export type SelectItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'system' }
  | { readonly kind: 'column'; readonly column: string; readonly alias: string }
  | {
      readonly kind: 'aggregate';
      readonly function: AggregateFunction;
      /** Undefined: `count(*)`. */
      readonly column?: string;
      readonly alias: string;
    };

const aggregates = ['count', 'sum', 'avg', 'min', 'max'] as const;
/** What `$select` may say of a group of rows. */
export type AggregateFunction = (typeof aggregates)[number];

/** Functions of one value, https://dev.socrata.com/docs/functions/. */
export const valueFunctions = ['upper', 'lower', 'date_trunc_y', 'date_trunc_ym', 'date_trunc_ymd'] as const;
/** One of these functions. */
export type ValueFunction = (typeof valueFunctions)[number];

/** A value as the clause writes it. */
export interface Literal {
  readonly kind: 'text' | 'number';
  readonly text: string;
}

/** The comparisons of `$where`. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** `$where` and `$having` as a tree. */
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
  | { readonly kind: 'null'; readonly column: string }
  /** `like`, `starts_with`, `contains`: the text matches this regular expression as a whole. */
  | { readonly kind: 'match'; readonly column: string; readonly pattern: string };

/** One entry of `$order`. */
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
  const first = tokens.peek();
  if (first.kind !== 'name') throw tokens.unexpected('an expression', first);
  const name = first.text.toLowerCase() as AggregateFunction;
  if (!first.quoted && aggregates.includes(name) && tokens.peek(1).text === '(') {
    tokens.next();
    tokens.expect('(');
    const whole = name === 'count' && tokens.take('*');
    const column = whole ? undefined : columnTerm(tokens);
    tokens.expect(')');
    const own = column === undefined ? 'count' : `${name}_${aliasOf(column)}`;
    return { kind: 'aggregate', function: name, column, alias: alias(tokens, own) };
  }
  const column = columnTerm(tokens);
  return { kind: 'column', column, alias: alias(tokens, column.includes('(') ? aliasOf(column) : column) };
}

/** A field's name, or `upper(name)` and the like. */
function columnTerm(tokens: Tokens): string {
  const first = tokens.peek();
  const isCall = !first.quoted && tokens.peek(1).text === '(';
  if (!isCall) return tokens.name();
  if (!valueFunctions.includes(first.text.toLowerCase() as ValueFunction)) {
    throw tokens.unexpected(`one of ${valueFunctions.join(', ')}`, first);
  }
  const name = tokens.name();
  tokens.expect('(');
  const column = tokens.name();
  tokens.expect(')');
  return `${name}(${column})`;
}

/** `date_trunc_ym(crash_date)` → `date_trunc_ym_crash_date`. */
function aliasOf(column: string): string {
  return column.replace(/[:@)]/g, '').replace('(', '_');
}

function alias(tokens: Tokens, fallback: string): string {
  return tokens.take('as') ? tokens.name() : fallback;
}

/** `$order`. @throws SodaError for anything but columns with `asc` or `desc`. */
export function parseOrder(clause: string): OrderItem[] {
  const tokens = new Tokens(clause);
  const items: OrderItem[] = [];
  do {
    const column = columnTerm(tokens);
    const descending = tokens.take('desc');
    if (!descending) tokens.take('asc');
    items.push({ column, descending });
  } while (tokens.take(','));
  tokens.end();
  return items;
}

/** `$group`. @throws SodaError for anything but columns and functions of them. */
export function parseGroup(clause: string): string[] {
  const tokens = new Tokens(clause);
  const columns: string[] = [];
  do columns.push(columnTerm(tokens));
  while (tokens.take(','));
  tokens.end();
  return columns;
}

/** `$where` and `$having`. @throws SodaError where the clause is malformed. */
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
  const call = tokens.peek();
  if (!call.quoted && tokens.peek(1).text === '(' && /^(starts_with|contains)$/i.test(call.text)) {
    tokens.next();
    tokens.expect('(');
    const column = columnTerm(tokens);
    tokens.expect(',');
    const text = escaped(literal(tokens).text);
    tokens.expect(')');
    return {
      kind: 'match',
      column,
      pattern: call.text.toLowerCase() === 'contains' ? `.*${text}.*` : `${text}.*`,
    };
  }
  const column = havingCount(tokens) ?? columnTerm(tokens);
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
  if (tokens.take('like')) {
    const pattern = escaped(literal(tokens).text).replaceAll('%', '.*').replaceAll('_', '.');
    return negate(negated, { kind: 'match', column, pattern });
  }
  if (negated) throw tokens.unexpected('"between", "in" or "like"');
  const symbol = tokens.next();
  const operator = operators[symbol.text];
  if (symbol.kind !== 'symbol' || operator === undefined) throw tokens.unexpected('a comparison', symbol);
  return { kind: 'compare', column, operator, literal: literal(tokens) };
}

/** `$having=count(*) > 5` names the aggregate as `$select` calls it without an alias. */
function havingCount(tokens: Tokens): string | undefined {
  if (!/^count$/i.test(tokens.peek().text) || tokens.peek(1).text !== '(') return undefined;
  tokens.next();
  for (const part of ['(', '*', ')']) tokens.expect(part);
  return 'count';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
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
