/** The nodes of Handlebars' syntax tree that lake reads; the parser is Handlebars' own. Lines count from 1, columns from 0. */
export interface Loc {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface Program {
  readonly type: 'Program';
  readonly body: readonly Statement[];
  /** `{{#each x as |item i|}}`. */
  readonly blockParams?: readonly string[];
  readonly loc: Loc;
}

/** Handlebars' parser. Throws for a text that is no template. */
export type Parse = (text: string) => Program;

export interface Content {
  readonly type: 'ContentStatement';
  /** Text as written. */
  readonly original: string;
  /** Text to print: blanks around standalone tags are gone. */
  readonly value: string;
  readonly loc: Loc;
}

export interface Hash {
  readonly pairs: readonly { readonly key: string; readonly value: Expression; readonly loc: Loc }[];
}

/** What a mustache, a block and a subexpression share: a name and its arguments. */
export interface Call {
  readonly path: Path | Literal;
  readonly params: readonly Expression[];
  readonly hash?: Hash;
  readonly loc: Loc;
}

export interface Mustache extends Call {
  readonly type: 'MustacheStatement';
}

export interface Block extends Call {
  readonly type: 'BlockStatement';
  readonly program?: Program;
  readonly inverse?: Program;
}

export interface Partial {
  readonly type: 'PartialStatement';
  readonly name: Path | SubExpression;
  readonly params: readonly Expression[];
  readonly hash?: Hash;
  /** Blanks before a partial that has a line of its own; put before each of its lines. */
  readonly indent: string;
  readonly loc: Loc;
}

export interface Comment {
  readonly type: 'CommentStatement';
  readonly loc: Loc;
}

/** `{{#> around}} … {{/around}}`: what stands between is `{{> @partial-block}}` of the macro. */
export interface PartialBlock {
  readonly type: 'PartialBlockStatement';
  readonly name: Path | SubExpression;
  readonly params: readonly Expression[];
  readonly hash?: Hash;
  readonly program: Program;
  readonly loc: Loc;
}

/** `{{#*inline 'row'}} … {{/inline}}`: a macro for the text around. */
export interface DecoratorBlock {
  readonly type: 'DecoratorBlock';
  readonly path: Path | Literal;
  readonly params: readonly Expression[];
  readonly program: Program;
  readonly loc: Loc;
}

/** Handlebars knows it, lake does not: `{{* decorator}}`. */
export interface Unsupported {
  readonly type: 'Decorator';
  readonly loc: Loc;
}

export type Statement =
  | Content
  | Mustache
  | Block
  | Partial
  | PartialBlock
  | DecoratorBlock
  | Comment
  | Unsupported;

export interface Path {
  readonly type: 'PathExpression';
  /** `@index`. */
  readonly data: boolean;
  /** Number of `../`. */
  readonly depth: number;
  /** Empty for `this`, `.`, `..`. */
  readonly parts: readonly string[];
  readonly original: string;
  readonly loc: Loc;
}

export interface SubExpression extends Call {
  readonly type: 'SubExpression';
}

export type Literal =
  | { readonly type: 'StringLiteral'; readonly value: string; readonly loc: Loc }
  | { readonly type: 'NumberLiteral'; readonly value: number; readonly loc: Loc }
  | { readonly type: 'BooleanLiteral'; readonly value: boolean; readonly loc: Loc }
  | { readonly type: 'NullLiteral' | 'UndefinedLiteral'; readonly loc: Loc };

export type Expression = Path | SubExpression | Literal;

/** What a literal stands for. */
export function literalValue(literal: Literal): string | number | boolean | null {
  return 'value' in literal ? literal.value : null;
}

/** The name alone: `x`, not `x.y`, `./x`, `this.x`, `../x`, `@x` or a literal. Only such a name can be a helper. */
export function simpleName(path: Path | SubExpression | Literal): string | undefined {
  if (path.type !== 'PathExpression' || path.data || path.depth > 0 || path.parts.length !== 1)
    return undefined;
  const name = path.parts[0]!;
  return path.original === name || path.original === `[${name}]` ? name : undefined;
}
