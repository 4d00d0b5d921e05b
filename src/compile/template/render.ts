/**
 * Walks Handlebars' syntax tree and prints it. Handlebars' own runtime stops at the first mistake and forgets where a
 * printed line came from; walking the tree reports all mistakes with their places, through macros too, and keeps the
 * origin of every piece. `noEscape` and strict, by construction. (Under its own noEscape, Handlebars joins pieces with
 * `+`, so that two numbers side by side are added up.)
 */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Json } from '../../project/types.js';
import type { SqlOrigin } from '../types.js';
import type { Content, Loc, Program, Statement } from './ast.js';
import { printBlock } from './blocks.js';
import { type Evaluation, evaluateCall, failer, spanOf } from './expressions.js';
import type { Asked, Helper, Rendition } from './helpers/helper.js';
import { Output, type Place } from './output.js';
import type { Template } from './parse.js';
import { inlineMacros, macroText, printPartial, type Walk } from './partials.js';
import { rootScope, type Scope } from './scope.js';

export interface RenderOptions extends Omit<Rendition, 'asked'> {
  readonly macros: ReadonlyMap<string, Template>;
  /** Macros of lake's own library that may be called. */
  readonly library: ReadonlyMap<string, Helper>;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Names that mean something at the top of the file: the arguments of a generic test. */
  readonly context?: Readonly<Record<string, Json>>;
}

export interface Rendered {
  /** Without blank lines at its start and blanks at its end. */
  readonly text: string;
  readonly origins: readonly SqlOrigin[];
  readonly asked: Asked;
  /** False when a mistake was reported; the text then has gaps. */
  readonly ok: boolean;
}

/** Renders one template. Never throws for a mistake in it: `ok` is false, and every mistake went to `options.report`. */
export function render(template: Template, options: RenderOptions): Rendered {
  const { macros, library, report, context, ...facts } = options;
  const asked: Asked = { refs: [], config: new Map(), incremental: false };
  let ok = true;
  const evaluation: Evaluation = {
    rendition: { ...facts, asked },
    library,
    macros,
    macroText: (name, args, at, scope) => {
      const inner = { ...walk, output: new Output() };
      return macroText(name, args, at, scope, inner);
    },
    report: (diagnostic) => {
      ok = false;
      report(diagnostic);
    },
  };
  const walk: Walk = { evaluation, macros, output: new Output(), print: printProgram, printValue };
  printProgram(template.program, rootScope(template.file, context), walk);
  return { ...walk.output.finish(), asked, ok };
}

function printProgram(program: Program | undefined, around: Scope, walk: Walk): void {
  if (!program) return;
  const inline = inlineMacros(program, around, walk.evaluation);
  const scope = inline ? { ...around, inline } : around;
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ContentStatement':
        printContent(statement, scope, walk);
        break;
      case 'MustacheStatement':
        printValue(evaluateCall(statement, scope, walk.evaluation), statement, scope, walk);
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
      case 'PartialBlockStatement':
        printPartial(
          statement,
          scope,
          walk,
          tookLineBreak(program.body[program.body.indexOf(statement) + 1]),
        );
        break;
      case 'CommentStatement':
      case 'DecoratorBlock':
        break;
      case 'Decorator': {
        const fail = failer(scope, walk.evaluation, spanOf(statement.loc, scope.file));
        fail('LK2013', 'decorators are not part of lake', "Write {{#*inline 'name'}} … {{/inline}}");
      }
    }
  }
}

/** Whether a tag before this text stands on a line of its own: Handlebars cuts the line's end off the text. */
function tookLineBreak(next: Statement | undefined): boolean {
  return (
    next?.type === 'ContentStatement' &&
    next.value.length < next.original.length &&
    /^[ \t]*\r?\n/.test(next.original)
  );
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
  output.copy(value, placeIn(scope, line + breaks, col));
}

function placeIn({ file, macro }: Scope, line: number, col: number): Place {
  return { file, line, col, ...(macro && { calledFrom: macro.calls }) };
}

/** Prints the value of a tag; undefined prints nothing: its mistake was reported. */
function printValue(
  value: Json | undefined,
  statement: { readonly loc: Loc; readonly indent?: string },
  scope: Scope,
  { evaluation, output }: Walk,
): void {
  if (value === undefined) return;
  const { loc, indent = '' } = statement;
  if (value === null || typeof value === 'object') {
    const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a mapping';
    const fail = failer(scope, evaluation, spanOf(loc, scope.file));
    fail(
      'LK2014',
      `the value is ${what} and cannot be written into SQL`,
      value === null ? 'Give it a value' : 'Write its items with {{#each}}',
    );
    return;
  }
  const place = placeIn(scope, loc.start.line, loc.start.column + 1);
  output.indented(indent, () => output.produce(String(value), place));
}
