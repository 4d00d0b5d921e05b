/** Reads `macros/*.sql`: DuckDB macros, any number in a file; their text may use `{{var}}` and `{{env}}`. */
import type { Project } from '../project/types.js';
import { locateIn } from './locate.js';
import type { RenderSetting } from './nodes/model.js';
import { macroName, type SqlMacro, SqlMacros } from './sql/macros.js';
import { type Token, tokenize } from './sql/tokens.js';
import { render } from './template/render.js';
import type { Templates } from './templates.js';

/** All macros of the project's SQL files; a statement that is none is reported (LK2042, LK2043) and left out. */
export function readSqlMacros(project: Project, templates: Templates, setting: RenderSetting): SqlMacros {
  const macros: SqlMacro[] = [];
  for (const { path, kind } of project.macros) {
    const template = kind === 'sql' ? templates.byPath.get(path) : undefined;
    if (!template) continue;
    const { text, origins, ok } = render(template, { ...setting, of: 'macro', incremental: false });
    if (!ok) continue;
    const { tokens, unclosed } = tokenize(text);
    if (unclosed) {
      const at = locateIn(text, origins, unclosed.start);
      setting.report({
        code: 'LK2042',
        severity: 'error',
        message: `a ${unclosed.what} is opened and never closed`,
        at,
      });
      continue;
    }
    for (const statement of splitAtSemicolons(tokens)) {
      const start = statement[0]!.start;
      const name = macroName(statement);
      if (name === undefined) {
        setting.report({
          code: 'LK2043',
          severity: 'error',
          message: `a file under macros/ holds "create macro" statements only, not "${statement[0]!.text}"`,
          at: locateIn(text, origins, start),
          hint: 'Write create macro name(a, b) as …; a model goes under models/',
        });
        continue;
      }
      macros.push({ name, sql: text.slice(start, statement.at(-1)!.end), tokens: statement });
    }
  }
  return new SqlMacros(macros);
}

function splitAtSemicolons(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === ';') statements.push([]);
    else statements.at(-1)!.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}
