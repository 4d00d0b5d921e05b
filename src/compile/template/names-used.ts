/** Names that a template reads from the scope around it: what has to be given before it can be rendered. */
import { type Call, type Expression, type Program, simpleName } from './ast.js';
import { blockNames, helpers } from './helpers/index.js';

/** Plain names that are neither helpers nor given by a block of the template itself. */
export function namesUsed(program: Program): ReadonlySet<string> {
  const used = new Set<string>();
  visitProgram(program, new Set(), used);
  return used;
}

function visitProgram(program: Program | undefined, local: ReadonlySet<string>, used: Set<string>): void {
  if (!program) return;
  const inner = program.blockParams ? new Set([...local, ...program.blockParams]) : local;
  for (const statement of program.body) {
    switch (statement.type) {
      case 'MustacheStatement':
        visitCall(statement, inner, used);
        break;
      case 'BlockStatement':
        visitArguments(statement, inner, used);
        visitProgram(statement.program, inner, used);
        visitProgram(statement.inverse, inner, used);
        break;
      case 'PartialStatement':
        for (const value of [...statement.params, ...(statement.hash?.pairs.map((pair) => pair.value) ?? [])])
          visit(value, inner, used);
        break;
    }
  }
}

/** `{{name}}` reads a name, `{{name x}}` calls a helper. */
function visitCall(call: Call, local: ReadonlySet<string>, used: Set<string>): void {
  if (call.params.length === 0 && !call.hash) visit(call.path, local, used);
  visitArguments(call, local, used);
}

function visitArguments(call: Call, local: ReadonlySet<string>, used: Set<string>): void {
  for (const param of call.params) visit(param, local, used);
  for (const { value } of call.hash?.pairs ?? []) visit(value, local, used);
}

function visit(expression: Expression, local: ReadonlySet<string>, used: Set<string>): void {
  if (expression.type === 'SubExpression') {
    visitArguments(expression, local, used);
    return;
  }
  const name = expression.type === 'PathExpression' ? headOf(expression) : undefined;
  if (name === undefined || local.has(name) || helpers.has(name)) return;
  if (!(blockNames as readonly string[]).includes(name)) used.add(name);
}

/** `x` of `x` and `x.y`; nothing for `@index`, `this` and `../x`. */
function headOf(path: Extract<Expression, { readonly type: 'PathExpression' }>): string | undefined {
  if (path.data || path.depth > 0 || path.parts.length === 0) return undefined;
  return simpleName(path) ?? (/^(\.|this\b)/.test(path.original) ? undefined : path.parts[0]);
}
