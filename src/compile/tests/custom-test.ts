/** Generic tests of the project's own, `tests/generic/*.sql`: which arguments they take, and their SQL for one table. */

import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Json, SingularTest, TestSettings } from '../../project/types.js';
import type { Argument } from '../../quality/generic/arguments.js';
import { lastingTokens } from '../nodes/model.js';
import type { RenderSetting } from '../render-setting.js';
import type { Token } from '../sql/tokens.js';
import { type Expression, literalValue, type Mustache, type Program, simpleName } from '../template/ast.js';
import { spanOf } from '../template/expressions.js';
import { namesUsed } from '../template/names-used.js';
import type { Template } from '../template/parse.js';
import { type Rendered, render } from '../template/render.js';
import { settingsInFile } from './test-settings.js';

export interface CustomTest {
  readonly name: string;
  readonly path: string;
  readonly template: Template;
  readonly arguments: Readonly<Record<string, Argument & { readonly default?: Json }>>;
  /** Whether the SQL names the column, so that it cannot do without one. */
  readonly needsColumn: boolean;
}

/** Names that the run gives to every test. */
const GIVEN = new Set(['model', 'column_name']);

/**
 * Reads `{{arguments …}}`; without it every name that the file uses must be given. Undefined where it cannot be read,
 * which was reported: what the file says then means nothing.
 */
export function readCustomTest(
  { name, path }: SingularTest,
  template: Template,
  report: RenderSetting['report'],
): CustomTest | undefined {
  const used = namesUsed(template.program);
  let ok = true;
  const declared = declaredArguments(template.program, path, (diagnostic) => {
    ok = false;
    report(diagnostic);
  });
  if (!ok) return undefined;
  const known = declared ?? Object.fromEntries([...used].map((one) => [one, argument(true)]));
  const own = Object.entries(known).filter(([one]) => !GIVEN.has(one));
  return {
    name,
    path,
    template,
    arguments: Object.fromEntries(own),
    needsColumn: used.has('column_name'),
  };
}

function argument(required: boolean, value?: Json): Argument & { readonly default?: Json } {
  return {
    kind: 'any',
    meaning: '',
    ...(required && { required: true }),
    ...(value !== undefined && { default: value }),
  };
}

function declaredArguments(
  program: Program,
  file: string,
  report: RenderSetting['report'],
): CustomTest['arguments'] | undefined {
  const tag = program.body.find(
    (statement): statement is Mustache =>
      statement.type === 'MustacheStatement' && simpleName(statement.path) === 'arguments',
  );
  if (!tag) return undefined;
  const found: Record<string, Argument & { readonly default?: Json }> = {};
  const fail = (
    message: string,
    at: SourceSpan,
    hint = "Write {{arguments 'needed' other='default'}}",
  ): void => report({ code: 'LK2011', severity: 'error', message, at, hint });
  for (const param of tag.params) {
    if (param.type === 'StringLiteral') found[param.value] = argument(true);
    else fail('an argument that must be given is named in quotes', spanOf(param.loc, file));
  }
  for (const { key, value, loc } of tag.hash?.pairs ?? []) {
    const written = literalOf(value);
    if (written === undefined) fail(`the default of ${key} is no plain value`, spanOf(loc, file), DEFAULTS);
    found[key] = argument(false, written);
  }
  return found;
}

const DEFAULTS =
  "A default is a text, a number, true, false or (list …) of these; ask for a variable in the SQL: {{var 'x'}}";

/** A literal, or `(list …)` of literals. */
function literalOf(expression: Expression): Json | undefined {
  if (expression.type === 'PathExpression') return undefined;
  if (expression.type !== 'SubExpression') return literalValue(expression);
  if (simpleName(expression.path) !== 'list') return undefined;
  const items = expression.params.map(literalOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}

export interface CustomRendition {
  readonly rendered: Rendered;
  /** `{{config …}}` of the file. */
  readonly settings: TestSettings;
  /** Where the SQL prints its run: its tokens as they would be in any run. */
  readonly lasting?: readonly Token[];
}

/** The SQL for one table; `model` is what stands after FROM, `column` is quoted. */
export function renderCustomTest(
  test: CustomTest,
  given: { readonly model: string; readonly column?: string; readonly args: Readonly<Record<string, Json>> },
  setting: RenderSetting,
): CustomRendition {
  const defaults = Object.entries(test.arguments).map(([name, spec]) => [name, spec.default ?? null]);
  const context: Record<string, Json> = {
    ...Object.fromEntries(defaults),
    ...given.args,
    model: given.model,
    ...(given.column !== undefined && { column_name: given.column }),
  };
  const options = { ...setting, of: 'test', incremental: false, context } as const;
  const rendered = render(test.template, options);
  return {
    rendered,
    settings: settingsInFile(rendered.asked, setting.report),
    ...(rendered.asked.stamped && { lasting: lastingTokens(test.template, options) }),
  };
}
