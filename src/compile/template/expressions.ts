/** Values of what stands between `{{` and `}}`. A mistake is reported once, and `undefined` stands for its value. */
import type { Code } from '../../errors/codes.js';
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import type { Json } from '../../project/types.js';
import {
  type Call,
  type Expression,
  type Hash,
  type Loc,
  literalValue,
  type Path,
  simpleName,
} from './ast.js';
import type { Helper, Rendition } from './helpers/helper.js';
import { helpers } from './helpers/index.js';
import { lookup, type Scope, walk } from './scope.js';
import { helperHint, nameHint } from './suggest.js';

/** What evaluation needs beside the scope. */
export interface Evaluation {
  readonly rendition: Rendition;
  /** Macros of the library; empty where no template calls one. */
  readonly library: ReadonlyMap<string, Helper>;
  /** Macros of the project, by name. */
  readonly macros: ReadonlyMap<string, unknown>;
  /** The text of a macro of the project, called in parentheses or in place of a macro of the library. */
  readonly macroText: (
    name: string,
    args: Readonly<Record<string, Json>>,
    at: SourceSpan,
    scope: Scope,
  ) => string | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Name and arguments of whatever calls a helper: a tag, a subexpression, a partial. */
export type Arguments = Pick<Call, 'params' | 'hash' | 'loc'>;

/** Lines and columns counting from 1; the end column only where the text ends on its first line. */
export function spanOf(loc: Loc, file: string): SourceSpan {
  const { start, end } = loc;
  const span = { file, line: start.line, col: start.column + 1 };
  return start.line === end.line ? { ...span, endCol: end.column + 1 } : span;
}

/** A literal's, helper's or name's value; undefined after a mistake was reported. */
export function evaluate(expression: Expression, scope: Scope, evaluation: Evaluation): Json | undefined {
  switch (expression.type) {
    case 'SubExpression':
      return callNamed(expression, scope, evaluation, true);
    case 'PathExpression':
      return valueAt(expression, scope, evaluation) ?? unknownName(expression, scope, evaluation);
    default:
      return literalValue(expression);
  }
}

/** `{{x}}`: a helper, or a value in scope, which comes first: a new helper takes no name away from a macro's arguments. */
export function evaluateCall(call: Call, scope: Scope, evaluation: Evaluation): Json | undefined {
  const { path } = call;
  if (call.params.length > 0 || call.hash !== undefined) return callNamed(call, scope, evaluation, false);
  if (path.type !== 'PathExpression') return evaluate(path, scope, evaluation);
  const value = valueAt(path, scope, evaluation);
  if (value !== undefined) return value;
  const name = simpleName(path);
  const callable = name !== undefined && (helpers.has(name) || evaluation.library.has(name));
  return callable || overrideOf(name, evaluation) !== undefined
    ? callNamed(call, scope, evaluation, false)
    : unknownName(path, scope, evaluation);
}

/** The values of `key=value` arguments, `{}` without any; undefined when one of them is a mistake. */
export function evaluateHash(
  hash: Hash | undefined,
  scope: Scope,
  evaluation: Evaluation,
  lenient = false,
): Readonly<Record<string, Json>> | undefined {
  const entries: [string, Json][] = [];
  let complete = true;
  for (const pair of hash?.pairs ?? []) {
    const value = argument(pair.value, scope, evaluation, lenient);
    if (value === undefined) complete = false;
    else entries.push([pair.key, value]);
  }
  return complete ? Object.fromEntries(entries) : undefined;
}

/** Whether a name is an argument that a macro was not given: elsewhere an unknown name is a mistake. */
export function isOptional(asked: Expression, scope: Scope, evaluation: Evaluation): boolean {
  if (!scope.macro || asked.type !== 'PathExpression' || valueAt(asked, scope, evaluation) !== undefined)
    return false;
  // `{{#if is_incremental}}` forgot its parentheses.
  return helpers.get(simpleName(asked) ?? '')?.arity[1] !== 0;
}

/** A value in scope, or `target`, which every template knows. */
function valueAt(path: Path, scope: Scope, { rendition }: Evaluation): Json | undefined {
  const value = lookup(path, scope);
  if (value !== undefined || path.data || path.depth > 0 || path.parts[0] !== 'target') return value;
  return path.original.startsWith('target') ? walk(rendition.target, path.parts.slice(1)) : undefined;
}

function argument(
  expression: Expression,
  scope: Scope,
  evaluation: Evaluation,
  lenient: boolean,
): Json | undefined {
  return lenient && isOptional(expression, scope, evaluation)
    ? null
    : evaluate(expression, scope, evaluation);
}

/** Calls the helper, the macro of the library, or in parentheses the project's macro, that the call names. */
function callNamed(
  call: Call,
  scope: Scope,
  evaluation: Evaluation,
  inParentheses: boolean,
): Json | undefined {
  const name = simpleName(call.path);
  const override = overrideOf(name, evaluation);
  if (override !== undefined) return override;
  const helper = name === undefined ? undefined : helpers.get(name);
  if (helper) return callHelper(helper, call, scope, evaluation);
  const fromLibrary = name === undefined ? undefined : evaluation.library.get(name);
  if (name !== undefined && evaluation.macros.has(name) && (fromLibrary || inParentheses)) {
    return callMacro(name, fromLibrary, call, scope, evaluation);
  }
  if (fromLibrary) return callHelper(fromLibrary, call, scope, evaluation);
  const { path } = call;
  const written = String('original' in path ? path.original : 'value' in path ? path.value : '');
  const fail = failer(scope, evaluation, spanOf(path.loc, scope.file));
  return fail('LK2006', `no helper "${written}"`, helperHint(written, [...evaluation.macros.keys()]));
}

/** What a unit test says that a helper or macro answers. */
export function overrideOf(name: string | undefined, { rendition }: Evaluation): Json | undefined {
  const { overrides } = rendition;
  return name !== undefined && overrides && Object.hasOwn(overrides, name) ? overrides[name] : undefined;
}

/** A macro of the project: its arguments have names, or the places that the library's macro of that name gives them. */
function callMacro(
  name: string,
  replaced: Helper | undefined,
  call: Call,
  scope: Scope,
  evaluation: Evaluation,
): Json | undefined {
  const at = spanOf(call.loc, scope.file);
  const places = replaced?.parameters ?? [];
  if (call.params.length > places.length) {
    const fail = failer(scope, evaluation, at);
    return fail('LK2011', `the macro "${name}" takes its values by name`, `Write (${name} name=value)`);
  }
  const values = call.params.map((param) => evaluate(param, scope, evaluation));
  const named = evaluateHash(call.hash, scope, evaluation);
  if (named === undefined || values.includes(undefined)) return undefined;
  const placed = values.map((value, i) => [places[i]!, value as Json] as const);
  return evaluation.macroText(name, { ...Object.fromEntries(placed), ...named }, at, scope);
}

/** A helper's value for these arguments, undefined after a mistake was reported. */
export function callHelper(
  helper: Helper,
  call: Arguments,
  scope: Scope,
  evaluation: Evaluation,
): Json | undefined {
  const { lenient = false } = helper;
  const at = spanOf(call.loc, scope.file);
  const fail = failer(scope, evaluation, at);
  const values = call.params.map((param) => argument(param, scope, evaluation, lenient));
  const hash = evaluateHash(call.hash, scope, evaluation, lenient);
  const args = values.filter((value): value is Json => value !== undefined);
  if (hash === undefined || args.length < values.length) return undefined;
  const [fewest, most] = helper.arity;
  if (args.length < fewest || args.length > most) {
    return fail(
      'LK2011',
      `${helper.name} takes ${countOf(fewest, most)}, not ${args.length}`,
      `Write ${helper.usage}`,
    );
  }
  if (call.hash && !helper.named) {
    const key = call.hash.pairs[0]!;
    return fail(
      'LK2011',
      `${helper.name} takes no named argument "${key.key}"`,
      `Write ${helper.usage}`,
      spanOf(key.loc, scope.file),
    );
  }
  return helper.call({
    args,
    hash,
    rendition: evaluation.rendition,
    at,
    argAt: (index) => spanOf((call.params[index] ?? call).loc, scope.file),
    hashAt: (key) => spanOf((call.hash?.pairs.find((pair) => pair.key === key) ?? call).loc, scope.file),
    fail,
  });
}

function countOf(fewest: number, most: number): string {
  if (most === 0) return 'no argument';
  const few = fewest === 1 ? 'one argument' : `${fewest} arguments`;
  if (fewest === most) return few;
  if (most === Number.POSITIVE_INFINITY) return `at least ${few}`;
  return most - fewest === 1 ? `${fewest} or ${most} arguments` : `${fewest} to ${most} arguments`;
}

/** Reports at a place of the file that `scope` stands in; inside a macro the message says who called it. */
export function failer(scope: Scope, evaluation: Evaluation, place: SourceSpan) {
  return (code: Code, message: string, hint?: string, at: SourceSpan = place): undefined => {
    const calls = scope.macro?.calls;
    evaluation.report({
      code,
      severity: 'error',
      message,
      at: calls ? { ...at, calledFrom: calls } : at,
      hint,
    });
    return undefined;
  };
}

/** How many `../` lead to a context that has the name; 0 where none does. */
function depthOf(name: string, scope: Scope): number {
  let depth = 0;
  for (let outer = scope.parent; outer; outer = outer.parent) {
    depth += 1;
    if (walk(outer.context, [name]) !== undefined) return depth;
  }
  return 0;
}

/** Reports a name that means nothing at this place. */
function unknownName(path: Path, scope: Scope, evaluation: Evaluation): undefined {
  const fail = failer(scope, evaluation, spanOf(path.loc, scope.file));
  const written = path.original;
  if (!path.data && path.parts.length === 0) {
    return fail(
      'LK2009',
      `{{${written}}} means nothing outside of {{#each}}`,
      "Write {{self}} for the model's own relation",
    );
  }
  const name = simpleName(path);
  if (name !== undefined && helpers.has(name)) {
    return fail('LK2008', `"${name}" is a helper and is called in parentheses here`, `Write (${name})`);
  }
  const depth = name === undefined ? 0 : depthOf(name, scope);
  if (depth > 0) {
    const outer = `${'../'.repeat(depth)}${name}`;
    const hint = `Write {{${outer}}}: inside of {{#each}} and {{#with}} a name is one of what stands around it now`;
    return fail('LK2008', `"${name}" is not known here, and was before the block`, hint);
  }
  if (scope.macro && name !== undefined) {
    const known =
      nameHint(path, scope, evaluation.rendition, 'arguments') ??
      `A macro takes its values by name: {{> ${scope.macro.name} ${name}='…'}}`;
    return fail('LK2008', `the macro "${scope.macro.name}" needs a value for "${name}"`, known);
  }
  return fail(
    'LK2008',
    `"${written}" is not known here`,
    nameHint(path, scope, evaluation.rendition, 'anything') ??
      'A name is a helper, or a value of the block around it',
  );
}
