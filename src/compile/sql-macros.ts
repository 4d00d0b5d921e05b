/** Reads `macros/*.sql`: DuckDB macros, any number in a file; their text may use `{{var}}` and `{{env}}`. */

import type { Code } from '../errors/codes.js';
import type { SourceSpan } from '../errors/diagnostic.js';
import type { Project } from '../project/types.js';
import { locateIn } from './locate.js';
import type { RenderSetting } from './render-setting.js';
import { foreignToken } from './sql/foreign-token.js';
import { macroName, type SqlMacro, SqlMacros, yieldsTable } from './sql/macros.js';
import { type Token, tokenize } from './sql/tokens.js';
import { render } from './template/render.js';
import type { Templates } from './templates.js';
import type { MacroFile } from './types.js';

export interface ReadMacros {
  readonly macros: SqlMacros;
  /** The files as they were rendered, for the engine's parser. */
  readonly files: readonly MacroFile[];
}

/**
 * All macros of the project's SQL files, each after those that it calls. A statement that is none, a name that is given
 * twice and a macro that calls itself are reported (LK2042, LK2043, LK2017, LK2012).
 */
export function readSqlMacros(project: Project, templates: Templates, setting: RenderSetting): ReadMacros {
  const macros: SqlMacro[] = [];
  const files: MacroFile[] = [];
  const fail = (code: Code, message: string, at: SourceSpan | undefined, hint?: string): void =>
    setting.report({ code, severity: 'error', message, at, hint });
  for (const { path, kind } of project.macros) {
    const template = kind === 'sql' ? templates.byPath.get(path) : undefined;
    if (!template) continue;
    const { text, origins, ok } = render(template, { ...setting, of: 'macro', incremental: false });
    if (!ok) continue;
    const { tokens, unclosed } = tokenize(text);
    if (unclosed) {
      fail(
        'LK2042',
        `a ${unclosed.what} is opened and never closed`,
        locateIn(text, origins, unclosed.start),
      );
      continue;
    }
    for (const statement of splitAtSemicolons(tokens)) {
      const start = statement[0]!.start;
      const at = locateIn(text, origins, start) ?? { file: path, line: 1, col: 1 };
      const name = macroName(statement);
      if (name === undefined) {
        const message = `a file under macros/ holds "create macro" statements only, not "${statement[0]!.text}"`;
        fail('LK2043', message, at, 'Write create macro name(a, b) as …; a model goes under models/');
        continue;
      }
      const table = yieldsTable(statement);
      const reader = foreignToken(statement);
      if (reader) {
        const hint =
          'Read by ref, and give the macro what it needs: lake sees when a seed or a dataset changes';
        const readerAt = locateIn(text, origins, reader.token.start) ?? at;
        fail('LK2046', `${reader.what} reads what is not of the project`, readerAt, hint);
        continue;
      }
      const twin = macros.find((macro) => macro.name === name && macro.table === table);
      if (twin) {
        const hint = `The other stands in ${twin.at.file}:${twin.at.line}; several numbers of parameters go into one statement: create macro ${name}(a) as …, (a, b) as …`;
        fail('LK2017', `the macro "${name}" is created twice`, at, hint);
        continue;
      }
      macros.push({ name, table, sql: text.slice(start, statement.at(-1)!.end), tokens: statement, at });
    }
    files.push({ path, sql: text, origins });
  }
  return { macros: new SqlMacros(inOrder(new SqlMacros(macros), fail)), files };
}

/** DuckDB binds a macro's body when it creates it: what it calls has to be there. Else the order stays. */
function inOrder(
  macros: SqlMacros,
  fail: (code: Code, message: string, at: SourceSpan, hint: string) => void,
): readonly SqlMacro[] {
  const done = new Set<SqlMacro>();
  const visit = (macro: SqlMacro, chain: readonly SqlMacro[]): void => {
    if (done.has(macro)) return;
    const before = chain.indexOf(macro);
    if (before >= 0) {
      // Of a scalar and a table macro of one name the words do not tell which is meant.
      if (macros.all.some((other) => other !== macro && other.name === macro.name)) return;
      const circle = [...chain.slice(before), macro].map(({ name }) => name).join(' → ');
      fail('LK2012', `the macro "${macro.name}" calls itself: ${circle}`, macro.at, 'Break the circle');
      return;
    }
    for (const called of macros.called(macro)) visit(called, [...chain, macro]);
    done.add(macro);
  };
  for (const macro of macros.all) visit(macro, []);
  return [...done];
}

function splitAtSemicolons(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === ';') statements.push([]);
    else statements.at(-1)!.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}
