/** Looks through a template for calls of certain names, without rendering it. */
import type { Call, Expression, Program, Statement } from './ast.js';

/** Whether a helper, macro or subexpression of one of these names is called anywhere in the template. */
export function callsAny(program: Program | undefined, names: ReadonlySet<string>): boolean {
  return program?.body.some((statement) => statementCalls(statement, names)) ?? false;
}

function statementCalls(statement: Statement, names: ReadonlySet<string>): boolean {
  switch (statement.type) {
    case 'MustacheStatement':
      return callOf(statement, statement.path, names);
    case 'BlockStatement':
      return (
        callOf(statement, statement.path, names) ||
        callsAny(statement.program, names) ||
        callsAny(statement.inverse, names)
      );
    case 'PartialStatement':
      return callOf(statement, statement.name, names);
    case 'PartialBlockStatement':
      return callOf(statement, statement.name, names) || callsAny(statement.program, names);
    case 'DecoratorBlock':
      return callsAny(statement.program, names);
    default:
      return false;
  }
}

function callOf(
  { params, hash }: Pick<Call, 'params' | 'hash'>,
  path: Expression,
  names: ReadonlySet<string>,
): boolean {
  if (path.type === 'PathExpression' && path.parts.length === 1 && names.has(path.parts[0]!)) return true;
  const inArguments = (argument: Expression): boolean =>
    argument.type === 'SubExpression' && callOf(argument, argument.path, names);
  return params.some(inArguments) || (hash?.pairs.some(({ value }) => inArguments(value)) ?? false);
}
