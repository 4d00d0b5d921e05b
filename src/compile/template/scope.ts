/** What names mean at one point of a template: the context of the block around it, as in Handlebars. */
import type { Json } from '../../project/types.js';
import type { Path, Program } from './ast.js';

/** A macro in the course of being rendered. */
export interface MacroCall {
  readonly name: string;
  /** Where it is called, innermost first: `models/gold/x.sql:3:5`. */
  readonly calls: readonly string[];
  readonly outer?: MacroCall;
}

/** The call of a macro at a place of the text that `outer`, if any, is rendering. */
export function macroCall(
  name: string,
  { file, line, col }: { readonly file: string; readonly line: number; readonly col: number },
  outer: MacroCall | undefined,
): MacroCall {
  return { name, calls: [`${file}:${line}:${col}`, ...(outer?.calls ?? [])], outer };
}

/** A piece of a template that a macro may print, with the file that it stands in. */
export interface InlineMacro {
  readonly program: Program;
  readonly file: string;
}

/** What stands between `{{#> around}}` and its close, with the scope that it stands in. */
export interface PassedBlock {
  readonly program: Program;
  readonly scope: Scope;
}

export interface Scope {
  /** File that the text around stands in. */
  readonly file: string;
  /** `this`; undefined at the top of a file, where there is none. */
  readonly context: Json | undefined;
  /** Scope that `../` leads to. */
  readonly parent?: Scope;
  /** `as |item i|`. */
  readonly blockParams: Readonly<Record<string, Json>>;
  /** `@index`, `@key`, `@first`, `@last`. */
  readonly data: Readonly<Record<string, Json>>;
  readonly macro?: MacroCall;
  /** `{{#*inline}}` macros of the text around, and of those that call it. */
  readonly inline?: ReadonlyMap<string, InlineMacro>;
  /** `{{> @partial-block}}`. */
  readonly passed?: PassedBlock;
}

const NOTHING: Readonly<Record<string, Json>> = Object.freeze(Object.create(null));

/** The scope at the top of a file: no `this`, no names but those of `context`. */
export function rootScope(file: string, context?: Json): Scope {
  return { file, context, blockParams: NOTHING, data: NOTHING };
}

/** The scope of a block's body that changes `this`. */
export function inner(
  scope: Scope,
  context: Json,
  options: { readonly blockParams?: Scope['blockParams']; readonly data?: Scope['data'] } = {},
): Scope {
  return {
    ...scope,
    context,
    parent: scope,
    blockParams: { ...scope.blockParams, ...options.blockParams },
    data: { ...scope.data, ...options.data },
  };
}

/** The scope of a macro's body: the caller's context with the arguments laid over it. */
export function macroScope(
  scope: Scope,
  file: string,
  context: Json | undefined,
  args: Readonly<Record<string, Json>> | undefined,
  macro: MacroCall,
): Scope {
  const laidOver = args === undefined ? context : { ...(isRecord(context) ? context : {}), ...args };
  const parent = args === undefined && context === scope.context ? scope.parent : scope;
  const { data, inline, passed } = scope;
  return { file, context: laidOver, parent, blockParams: NOTHING, data, macro, inline, passed };
}

/** The value of a path, undefined when a step of it does not exist. */
export function lookup(path: Path, scope: Scope): Json | undefined {
  if (path.data) {
    if (path.parts[0] === 'root' || path.depth > 0) return undefined;
    return walk(scope.data, path.parts);
  }
  let from: Scope | undefined = scope;
  for (let i = 0; i < path.depth; i += 1) from = from?.parent;
  const [first] = path.parts;
  const scoped = path.depth > 0 || /^(\.|this\b)/.test(path.original);
  if (first !== undefined && !scoped && Object.hasOwn(scope.blockParams, first)) {
    return walk(scope.blockParams, path.parts);
  }
  return walk(from?.context, path.parts);
}

/** Names that could have been meant where a path was not found. */
export function namesIn(scope: Scope): readonly string[] {
  return [...Object.keys(scope.blockParams), ...(isRecord(scope.context) ? Object.keys(scope.context) : [])];
}

/** The value that steps lead to from `start`, undefined where one does not exist. */
export function walk(start: Json | undefined, steps: readonly string[]): Json | undefined {
  let value = start;
  for (const step of steps) {
    // Own properties only: `constructor` and `__proto__` are names like any other.
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[step];
  }
  return value;
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
