/** Values of what stands between `{{` and `}}`. A mistake is reported once, and `undefined` stands for its value. */
import type { Code } from '../../errors/codes.js';
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import { type Call, type Expression, type Hash, type Loc, type Path, simpleName } from './ast.js';
import type { Rendition } from './helpers/helper.js';
import { blockNames, helpers } from './helpers/index.js';
import { lookup, namesIn, type Scope } from './scope.js';

/** What evaluation needs beside the scope. */
export interface Evaluation {
  readonly rendition: Rendition;
  readonly macroNames: readonly string[];
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Lines and columns counting from 1; the end column only where the text ends on its first line. */
export function spanOf(loc: Loc, file: string): SourceSpan {
  const { start, end } = loc;
  const span = { file, line: start.line, col: start.column + 1 };
  return start.line === end.line ? { ...span, endCol: end.column + 1 } : span;
}

/** A literal's, helper's or name's value; undefined after a mistake was reported. */
export function evaluate(expression: Expression, scope: Scope, evaluation: Evaluation): Json | undefined {
  switch (expression.type) {
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return expression.value;
    case 'NullLiteral':
    case 'UndefinedLiteral':
      return null;
    case 'SubExpression':
      return callHelper(expression, scope, evaluation);
    case 'PathExpression': {
      const value = lookup(expression, scope);
      return value === undefined ? unknownName(expression, scope, evaluation) : value;
    }
  }
}

/** `{{x}}`: a helper, or a value in scope. */
export function evaluateCall(call: Call, scope: Scope, evaluation: Evaluation): Json | undefined {
  const name = simpleName(call.path);
  const hasArguments = call.params.length > 0 || call.hash !== undefined;
  if (hasArguments || (name !== undefined && helpers.has(name))) return callHelper(call, scope, evaluation);
  return evaluate(call.path, scope, evaluation);
}

/** The values of `key=value` arguments, `{}` without any; undefined when one of them is a mistake. */
export function evaluateHash(
  hash: Hash | undefined,
  scope: Scope,
  evaluation: Evaluation,
): Readonly<Record<string, Json>> | undefined {
  const entries: [string, Json][] = [];
  let complete = true;
  for (const pair of hash?.pairs ?? []) {
    const value = evaluate(pair.value, scope, evaluation);
    if (value === undefined) complete = false;
    else entries.push([pair.key, value]);
  }
  return complete ? Object.fromEntries(entries) : undefined;
}

function callHelper(call: Call, scope: Scope, evaluation: Evaluation): Json | undefined {
  const { rendition } = evaluation;
  const at = spanOf(call.loc, scope.file);
  const fail = failer(scope, evaluation, at);
  const name = simpleName(call.path);
  const helper = name === undefined ? undefined : helpers.get(name);
  if (!helper) {
    const written = String(
      'original' in call.path ? call.path.original : 'value' in call.path ? call.path.value : '',
    );
    return fail(
      'LK2006',
      `no helper "${written}"`,
      helperHint(written, evaluation),
      spanOf(call.path.loc, scope.file),
    );
  }
  const values = call.params.map((param) => evaluate(param, scope, evaluation));
  const hash = evaluateHash(call.hash, scope, evaluation);
  const args = values.filter((value): value is Json => value !== undefined);
  if (hash === undefined || args.length < values.length) return undefined;
  const [fewest, most] = helper.arity;
  if (args.length < fewest || args.length > most) {
    const wanted =
      most === 0
        ? 'no argument'
        : fewest === most
          ? `${most === 1 ? 'one argument' : `${most} arguments`}`
          : `${fewest} or ${most} arguments`;
    return fail('LK2011', `${helper.name} takes ${wanted}, not ${args.length}`, `Write ${helper.usage}`);
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
    rendition,
    at,
    argAt: (index) => spanOf((call.params[index] ?? call).loc, scope.file),
    hashAt: (key) => spanOf((call.hash?.pairs.find((pair) => pair.key === key) ?? call).loc, scope.file),
    fail,
  });
}

/** Reports at a place of the file that `scope` stands in; inside a macro the message says who called it. */
export function failer(scope: Scope, evaluation: Evaluation, place: SourceSpan) {
  return (code: Code, message: string, hint?: string, at: SourceSpan = place): undefined => {
    const calls: string[] = [];
    for (let macro = scope.macro; macro; macro = macro.outer) calls.push(macro.from);
    const from = calls.length > 0 ? ` (called from ${calls.join(', from ')})` : '';
    evaluation.report({ code, severity: 'error', message: `${message}${from}`, at, hint });
    return undefined;
  };
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
  if (scope.macro && name !== undefined) {
    return fail(
      'LK2008',
      `the macro "${scope.macro.name}" needs a value for "${name}"`,
      didYouMean(name, namesIn(scope)),
    );
  }
  const { names, vars } = evaluation.rendition;
  const hint =
    name === undefined
      ? undefined
      : Object.hasOwn(vars, name)
        ? `Write {{var '${name}'}}`
        : names.resolve(name) !== undefined
          ? `Write {{ref '${name}'}}`
          : didYouMean(name, [...namesIn(scope), ...helpers.keys()]);
  return fail(
    'LK2008',
    `"${written}" is not known here`,
    hint ?? 'A name is a helper, or a value of the block around it',
  );
}

function helperHint(name: string, { macroNames }: Evaluation): string {
  if (macroNames.includes(name)) return `"${name}" is a macro: write {{> ${name} …}}`;
  if ((blockNames as readonly string[]).includes(name))
    return `"${name}" is a block: write {{#${name} …}} … {{/${name}}}`;
  return (
    didYouMean(name, [...helpers.keys(), ...macroNames]) ?? `Helpers are ${[...helpers.keys()].join(', ')}`
  );
}
