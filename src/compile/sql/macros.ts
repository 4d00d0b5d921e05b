/** DuckDB macros of `macros/*.sql`: which there are, and which of them a piece of SQL uses. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { clockToken } from './clock.js';
import { essence, type Token } from './tokens.js';

export interface SqlMacro {
  /** Lower case. */
  readonly name: string;
  /** `as table`: it stands after FROM, and another macro may have its name. */
  readonly table: boolean;
  /** The `create macro` statement, without its semicolon. */
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly at: SourceSpan;
}

/** The macro that a statement creates, or undefined when it is another statement. */
export function macroName(tokens: readonly Token[]): string | undefined {
  const words = tokens.slice(0, 8).map((t) => (t.kind === 'word' ? t.text.toLowerCase() : ''));
  if (words[0] !== 'create') return undefined;
  let i = words[1] === 'or' && words[2] === 'replace' ? 3 : 1;
  if (words[i] === 'temp' || words[i] === 'temporary') i += 1;
  if (words[i] !== 'macro' && words[i] !== 'function') return undefined;
  if (words[i + 1] === 'if') i += 3;
  const name = tokens[i + 1];
  if (name?.kind === 'word') return name.text.toLowerCase();
  return name?.kind === 'quoted' ? name.text.slice(1, -1).replaceAll('""', '"').toLowerCase() : undefined;
}

/** Whether the statement creates a macro that yields a table. */
export function yieldsTable(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token, i) =>
      token.kind === 'word' &&
      token.text.toLowerCase() === 'table' &&
      tokens[i - 1]?.kind === 'word' &&
      tokens[i - 1]!.text.toLowerCase() === 'as',
  );
}

/** The project's macros, with what follows from their bodies. */
export class SqlMacros {
  readonly #byName = new Map<string, SqlMacro[]>();
  /** Names of macros that read the clock or chance, or call one that does. */
  readonly clocks: ReadonlySet<string>;

  constructor(readonly all: readonly SqlMacro[]) {
    for (const macro of all) this.#byName.set(macro.name, [...(this.#byName.get(macro.name) ?? []), macro]);
    const clocks = new Set<string>();
    for (let before = -1; clocks.size !== before; ) {
      before = clocks.size;
      for (const macro of all) if (clockToken(bodyOf(macro), clocks)) clocks.add(macro.name);
    }
    this.clocks = clocks;
  }

  /** The macros that a macro calls; none of these is itself, unless it does. */
  called(macro: SqlMacro): readonly SqlMacro[] {
    return this.#callsIn(bodyOf(macro));
  }

  /** Essence of every macro that the SQL calls, directly or through another macro; sorted. */
  usedBy(tokens: readonly Token[]): readonly string[] {
    const used = new Set<SqlMacro>();
    const visit = (list: readonly Token[]): void => {
      for (const macro of this.#callsIn(list)) {
        if (used.has(macro)) continue;
        used.add(macro);
        visit(macro.tokens);
      }
    };
    if (this.all.length > 0) visit(tokens);
    return [...used].map((macro) => essence(macro.tokens)).sort();
  }

  #callsIn(tokens: readonly Token[]): readonly SqlMacro[] {
    return tokens.flatMap((token, i) => {
      if (tokens[i + 1]?.text !== '(' || (token.kind !== 'word' && token.kind !== 'quoted')) return [];
      const name = token.kind === 'word' ? token.text : token.text.slice(1, -1);
      return this.#byName.get(name.toLowerCase()) ?? [];
    });
  }
}

/** Tokens after the parameter list, so that a macro named `now` does not count as a call of itself. */
function bodyOf(macro: SqlMacro): readonly Token[] {
  const as = macro.tokens.findIndex((t) => t.kind === 'word' && t.text.toLowerCase() === 'as');
  return macro.tokens.slice(as + 1);
}
