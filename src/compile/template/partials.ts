/** `{{> x}}` and `{{#> x}} … {{/x}}`: macros of the project, of the file around, of the library. */
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import { LIBRARY_NAMES } from '../library/names.js';
import type { DecoratorBlock, Partial, PartialBlock, Program } from './ast.js';
import {
  callHelper,
  type Evaluation,
  evaluate,
  evaluateHash,
  failer,
  overrideOf,
  spanOf,
} from './expressions.js';
import type { Output } from './output.js';
import type { Template } from './parse.js';
import { type InlineMacro, macroCall, macroScope, type Scope } from './scope.js';

/** What printing hands on from piece to piece. */
export interface Walk {
  readonly evaluation: Evaluation;
  readonly macros: ReadonlyMap<string, Template>;
  readonly output: Output;
  readonly print: (program: Program | undefined, scope: Scope, walk: Walk) => void;
  readonly printValue: (
    value: Json | undefined,
    statement: Partial | PartialBlock,
    scope: Scope,
    walk: Walk,
  ) => void;
}

/**
 * Prints the macro that a partial names; what is wrong with the call is reported. `ownLine`: the tag took the end of its
 * line with it, as the macro's file has one.
 */
export function printPartial(
  statement: Partial | PartialBlock,
  scope: Scope,
  walk: Walk,
  ownLine: boolean,
): void {
  const { evaluation } = walk;
  const { name: path } = statement;
  const fail = failer(scope, evaluation, spanOf(path.loc, scope.file));
  if (path.type !== 'PathExpression') {
    fail('LK2013', 'the name of a macro is written out', 'Write {{> name}}');
    return;
  }
  const name = path.original;
  const override = overrideOf(name, evaluation);
  if (override !== undefined) {
    walk.printValue(ownLine ? `${override}\n` : override, statement, scope, walk);
    return;
  }
  if (path.data) {
    if (path.parts[0] === 'partial-block') printPassedBlock(statement, scope, walk);
    else fail('LK2007', `no macro "${name}"`, 'Write {{> @partial-block}} for what a macro is put around');
    return;
  }
  const macro = scope.inline?.get(name) ?? walk.macros.get(name);
  const fromLibrary = macro ? undefined : evaluation.library.get(name);
  if (fromLibrary) {
    const value = callHelper(fromLibrary, statement, scope, evaluation);
    const line = ownLine && typeof value === 'string' ? `${value}\n` : value;
    walk.printValue(line, statement, scope, walk);
    return;
  }
  if (macro) {
    printMacro(name, macro, statement, scope, walk);
    return;
  }
  // A macro may leave a piece to its caller, and print its own where the caller has none.
  if (statement.type === 'PartialBlockStatement' && scope.macro) {
    walk.print(statement.program, scope, walk);
    return;
  }
  const own = [...(scope.inline?.keys() ?? []), ...evaluation.macros.keys()];
  const hint =
    didYouMean(name, [...own, ...LIBRARY_NAMES]) ??
    (own.length > 0 ? `Macros are ${own.join(', ')}` : `Add macros/${name}.hbs`);
  fail('LK2007', `no macro "${name}"`, hint);
}

function printMacro(
  name: string,
  macro: Template | InlineMacro,
  statement: Partial | PartialBlock,
  scope: Scope,
  walk: Walk,
): void {
  const { evaluation, output } = walk;
  const { hash, params, loc } = statement;
  const fail = failer(scope, evaluation, spanOf(statement.name.loc, scope.file));
  if (circle(name, scope, fail)) return;
  if (params.length > 1) {
    fail('LK2011', `the macro "${name}" takes its values by name`, `Write {{> ${name} name=value}}`);
    return;
  }
  const args = hash && evaluateHash(hash, scope, evaluation);
  const [given] = params;
  // `{{> name x}}`: `x` becomes `this` of the macro; without it the caller's `this` stays.
  const context = given === undefined ? scope.context : evaluate(given, scope, evaluation);
  if ((hash && args === undefined) || (given !== undefined && context === undefined)) return;
  const call = macroCall(name, spanOf(loc, scope.file), scope.macro);
  const body = macroScope(scope, macro.file, context, args, call);
  if (statement.type === 'PartialStatement') {
    output.indented(statement.indent, () => walk.print(macro.program, body, walk));
    return;
  }
  const passed = { program: statement.program, scope };
  const inline = inlineMacros(statement.program, scope, evaluation);
  walk.print(macro.program, { ...body, passed, inline: inline ?? body.inline }, walk);
}

/** The text of a project's macro for these arguments, trimmed; undefined after a mistake. */
export function macroText(
  name: string,
  args: Readonly<Record<string, Json>>,
  place: { readonly line: number; readonly col: number },
  scope: Scope,
  walk: Walk,
): string | undefined {
  const fail = failer(scope, walk.evaluation, { file: scope.file, ...place });
  if (circle(name, scope, fail)) return undefined;
  const macro = walk.macros.get(name)!;
  const call = macroCall(name, { file: scope.file, ...place }, scope.macro);
  walk.print(macro.program, macroScope(scope, macro.file, scope.context, args, call), walk);
  return walk.output.finish().text.trim();
}

/** Reports a macro that is called from within itself. */
function circle(name: string, scope: Scope, fail: ReturnType<typeof failer>): boolean {
  const chain = [name];
  for (let call = scope.macro; call; call = call.outer) {
    chain.unshift(call.name);
    if (call.name !== name) continue;
    fail('LK2012', `the macro "${name}" calls itself: ${chain.join(' → ')}`, 'Break the circle');
    return true;
  }
  return false;
}

/** `{{> @partial-block}}`: in the scope of the text that it stands in, with the macro's `this`, as in Handlebars. */
function printPassedBlock(statement: Partial | PartialBlock, scope: Scope, walk: Walk): void {
  const { passed } = scope;
  if (!passed) {
    const fail = failer(scope, walk.evaluation, spanOf(statement.name.loc, scope.file));
    fail('LK2007', 'nothing stands between the tags here', 'Call the macro as {{#> name}} … {{/name}}');
    return;
  }
  const indent = statement.type === 'PartialStatement' ? statement.indent : '';
  const inside: Scope = { ...passed.scope, context: scope.context };
  walk.output.indented(indent, () => walk.print(passed.program, inside, walk));
}

/** The `{{#*inline 'x'}}` of a text, laid over those around it; undefined where it has none. */
export function inlineMacros(
  program: Program,
  scope: Scope,
  evaluation: Evaluation,
): ReadonlyMap<string, InlineMacro> | undefined {
  let found: Map<string, InlineMacro> | undefined;
  for (const statement of program.body) {
    if (statement.type !== 'DecoratorBlock') continue;
    const name = inlineName(statement, scope, evaluation);
    if (name === undefined) continue;
    found ??= new Map(scope.inline);
    found.set(name, { program: statement.program, file: scope.file });
  }
  return found;
}

function inlineName(
  { path, params, loc }: DecoratorBlock,
  scope: Scope,
  evaluation: Evaluation,
): string | undefined {
  const [name] = params;
  if (path.type === 'PathExpression' && path.original === 'inline' && name?.type === 'StringLiteral')
    return name.value;
  const fail = failer(scope, evaluation, spanOf(loc, scope.file));
  return fail('LK2013', 'the only decorator is inline', "Write {{#*inline 'name'}} … {{/inline}}");
}
