/**
 * Walks Handlebars' syntax tree and prints it. Handlebars' own runtime stops at the first mistake and forgets where a
 * printed line came from; walking the tree reports all mistakes with their places, through macros too, and keeps the
 * origin of every piece. `noEscape` and strict, by construction. (Under its own noEscape, Handlebars joins pieces with
 * `+`, so that two numbers side by side are added up.)
 */
import type { Diagnostic } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import type { SqlOrigin } from '../types.js';
import type { Content, Loc, Mustache, Partial, Program } from './ast.js';
import { printBlock } from './blocks.js';
import { type Evaluation, evaluate, evaluateCall, evaluateHash, failer, spanOf } from './expressions.js';
import type { Asked, Rendition } from './helpers/helper.js';
import { Output, type Place } from './output.js';
import type { Template } from './parse.js';
import { type MacroCall, macroScope, rootScope, type Scope } from './scope.js';

export interface RenderOptions extends Omit<Rendition, 'asked'> {
  readonly macros: ReadonlyMap<string, Template>;
  readonly report: (diagnostic: Diagnostic) => void;
}

export interface Rendered {
  /** Without blank lines at its start and blanks at its end. */
  readonly text: string;
  readonly origins: readonly SqlOrigin[];
  readonly asked: Asked;
  /** False when a mistake was reported; the text then has gaps. */
  readonly ok: boolean;
}

interface Walk {
  readonly evaluation: Evaluation;
  readonly macros: ReadonlyMap<string, Template>;
  readonly output: Output;
}

/** Renders one template. Never throws for a mistake in it: `ok` is false, and every mistake went to `options.report`. */
export function render(template: Template, options: RenderOptions): Rendered {
  const { macros, report, ...facts } = options;
  const asked: Asked = { refs: [], config: new Map(), incremental: false };
  let ok = true;
  const evaluation: Evaluation = {
    rendition: { ...facts, asked },
    macroNames: [...macros.keys()],
    report: (diagnostic) => {
      ok = false;
      report(diagnostic);
    },
  };
  const walk: Walk = { evaluation, macros, output: new Output() };
  printProgram(template.program, rootScope(template.file), walk);
  return { ...walk.output.finish(), asked, ok };
}

function printProgram(program: Program | undefined, scope: Scope, walk: Walk): void {
  for (const statement of program?.body ?? []) {
    switch (statement.type) {
      case 'ContentStatement':
        printContent(statement, scope, walk);
        break;
      case 'MustacheStatement':
        printMustache(statement, scope, walk);
        break;
      case 'BlockStatement':
        printBlock({
          block: statement,
          scope,
          evaluation: walk.evaluation,
          print: (body, bodyScope) => printProgram(body, bodyScope, walk),
        });
        break;
      case 'PartialStatement':
        printMacro(statement, scope, walk);
        break;
      case 'CommentStatement':
        break;
      default: {
        const fail = failer(scope, walk.evaluation, spanOf(statement.loc, scope.file));
        fail(
          'LK2013',
          'inline partials, partial blocks and decorators are not part of lake',
          'Put the text into a file under macros/ and call it with {{> name}}',
        );
      }
    }
  }
}

function printContent(content: Content, scope: Scope, { output }: Walk): void {
  // Blanks were cut off at either end: the text starts where its first word stands.
  const { original, value } = content;
  const word = value.search(/\S/);
  const skipped = word < 0 ? original.length - value.length : original.search(/\S/) - word;
  const cut = original.slice(0, skipped);
  const breaks = cut.split('\n').length - 1;
  const { line, column } = content.loc.start;
  const col = breaks > 0 ? cut.length - cut.lastIndexOf('\n') : column + 1 + cut.length;
  output.copy(value, { file: scope.file, line: line + breaks, col });
}

function printMustache(mustache: Mustache, scope: Scope, { evaluation, output }: Walk): void {
  const value = evaluateCall(mustache, scope, evaluation);
  if (value === undefined) return;
  if (value === null || typeof value === 'object') {
    const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a mapping';
    const fail = failer(scope, evaluation, spanOf(mustache.loc, scope.file));
    fail(
      'LK2014',
      `the value is ${what} and cannot be written into SQL`,
      value === null ? 'Give it a value' : 'Write its items with {{#each}}',
    );
    return;
  }
  output.produce(String(value), placeOf(mustache.loc, scope.file));
}

function printMacro(partial: Partial, scope: Scope, walk: Walk): void {
  const { evaluation, macros, output } = walk;
  const fail = failer(scope, evaluation, spanOf(partial.name.loc, scope.file));
  if (partial.name.type !== 'PathExpression') {
    fail('LK2013', 'the name of a macro is written out', 'Write {{> name}}');
    return;
  }
  const name = partial.name.original;
  const macro = macros.get(name);
  if (!macro) {
    const known = evaluation.macroNames;
    const hint =
      didYouMean(name, known) ??
      (known.length > 0 ? `Macros are ${known.join(', ')}` : `Add macros/${name}.hbs`);
    fail('LK2007', `no macro "${name}"`, hint);
    return;
  }
  const chain = [name];
  for (let call = scope.macro; call; call = call.outer) {
    chain.unshift(call.name);
    if (call.name !== name) continue;
    fail('LK2012', `the macro "${name}" calls itself: ${chain.join(' → ')}`, 'Break the circle');
    return;
  }
  const args = partial.hash && evaluateHash(partial.hash, scope, evaluation);
  const context = contextOf(partial, scope, evaluation);
  if ((partial.hash && args === undefined) || context.failed) return;
  const { line, col } = placeOf(partial.loc, scope.file);
  const call: MacroCall = { name, from: `${scope.file}:${line}:${col}`, outer: scope.macro };
  const body = macroScope(scope, macro.file, context.value, args, call);
  output.indented(partial.indent, () => printProgram(macro.program, body, walk));
}

/** `{{> name x}}`: `x` becomes `this` of the macro; without it the caller's `this` stays. */
function contextOf(
  partial: Partial,
  scope: Scope,
  evaluation: Evaluation,
): { readonly value: Json | undefined; readonly failed: boolean } {
  const [given] = partial.params;
  if (given === undefined) return { value: scope.context, failed: false };
  const value = evaluate(given, scope, evaluation);
  return { value, failed: value === undefined };
}

function placeOf(loc: Loc, file: string): Place {
  return { file, line: loc.start.line, col: loc.start.column + 1 };
}
