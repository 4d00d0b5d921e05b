/**
 * Views of a lake for a plain DuckDB: after what they read, with the macros that they call. One that DuckDB could not make
 * would end the script, so that it is left out, with the reason as a comment.
 */
import { createHash } from 'node:crypto';
import { quoteIdent } from '../../sql/quote.js';
import type { SqlDefinition, TableHead, TableId, ViewHead } from '../types.js';

/** Ephemerals stand here, each under the name of the view that it was published with. */
const EPHEMERALS = '_ephemerals';

export interface PlainViews {
  readonly schemas: readonly string[];
  /** In an order in which each finds what it reads. */
  readonly statements: readonly string[];
}

/** Tells whether a relation still has the columns that a view was made over. */
export function columnsMark(columns: readonly { readonly name: string; readonly type: string }[]): string {
  const text = JSON.stringify(columns.map(({ name, type }) => [name, type]));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** @param heads Tables of the set. @param views Views of the same set. */
export function plainViews(heads: readonly TableHead[], views: readonly ViewHead[]): PlainViews {
  const writer = new Writer(heads, views);
  for (const view of views) writer.write(view);
  return { schemas: [...writer.schemas], statements: [...writer.macros.values(), ...writer.statements] };
}

class Writer {
  readonly schemas = new Set<string>();
  readonly statements: string[] = [];
  /** By what stands before the parameters. */
  readonly macros = new Map<string, string>();
  readonly #views: ReadonlyMap<TableId, ViewHead>;
  /** Relations that are there, with the mark of their columns. */
  readonly #marks: Map<TableId, string>;
  readonly #visited = new Set<TableId>();

  constructor(heads: readonly TableHead[], views: readonly ViewHead[]) {
    this.#views = new Map(views.map((view) => [view.table, view]));
    this.#marks = new Map(heads.map(({ table, state }) => [table, columnsMark(state.columns)]));
  }

  write(view: ViewHead): void {
    if (this.#visited.has(view.table)) return;
    this.#visited.add(view.table);
    const reads = readsOf(view);
    for (const id of reads) {
      const input = this.#views.get(id);
      if (input) this.write(input);
    }
    const reason = this.#leftOut(view, reads);
    if (reason !== undefined) {
      this.statements.push(`-- ${`${view.table} is left out: ${reason}`.replaceAll(/[\r\n]+/g, ' ')}`);
      return;
    }
    for (const macro of view.state.plain?.macros ?? []) this.macros.set(headOf(macro), `${macro}\n;`);
    const { table, state } = view;
    const names = new Map(Object.keys(state.ephemerals).map((id) => [id, `${table} ${id}`]));
    for (const id of inOrder(state.ephemerals)) {
      this.schemas.add(EPHEMERALS);
      this.statements.push(createView(EPHEMERALS, names.get(id)!, renamed(state.ephemerals[id]!.sql, names)));
    }
    const [schema, name] = table.split('.') as [string, string];
    this.schemas.add(schema);
    this.statements.push(createView(schema, name, renamed(state.sql, names)));
    this.#marks.set(table, columnsMark(state.columns));
  }

  #leftOut({ table, state }: ViewHead, reads: readonly TableId[]): string | undefined {
    const { plain } = state;
    if (!plain) return `build it again, with lake build --select ${table}`;
    if (plain.beyond.length > 0) return `plain DuckDB has no ${plain.beyond.join(', ')}`;
    const bronze = reads.find((id) => id.startsWith('bronze.'));
    if (bronze !== undefined) return `it reads ${bronze}, which lake shows to it as the manifest declares it`;
    for (const id of reads) {
      const mark = this.#marks.get(id);
      if (mark === undefined) return `it reads ${id}`;
      if (mark !== plain.columns[id]) return `${id} has other columns since: lake build --select ${table}`;
    }
    const other = plain.macros.find(
      (macro) => (this.macros.get(headOf(macro)) ?? `${macro}\n;`) !== `${macro}\n;`,
    );
    return other === undefined ? undefined : `${headOf(other)} says something else in another view`;
  }
}

/** What the view reads, its ephemerals' inputs in place of these. */
function readsOf({ state }: ViewHead): readonly TableId[] {
  const all = [state, ...Object.values(state.ephemerals)].flatMap(({ reads }) => reads);
  return [...new Set(all)].filter((id) => !Object.hasOwn(state.ephemerals, id));
}

function inOrder(ephemerals: Readonly<Record<TableId, SqlDefinition>>): readonly TableId[] {
  const done = new Set<TableId>();
  const visit = (id: TableId): void => {
    if (done.has(id) || !Object.hasOwn(ephemerals, id)) return;
    for (const read of ephemerals[id]!.reads) visit(read);
    done.add(id);
  };
  for (const id of Object.keys(ephemerals)) visit(id);
  return [...done];
}

/** Strings, comments, and names as compiling writes them. */
const PIECES =
  /'(?:[^']|'')*'|\$\$[\s\S]*?\$\$|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")+)"\."((?:[^"]|"")+)"/g;

function renamed(sql: string, names: ReadonlyMap<TableId, string>): string {
  if (names.size === 0) return sql;
  return sql.replace(PIECES, (piece, schema?: string, name?: string) => {
    const other = schema === undefined ? undefined : names.get(`${schema}.${name}`);
    return other === undefined ? piece : `${quoteIdent(EPHEMERALS)}.${quoteIdent(other)}`;
  });
}

function headOf(macro: string): string {
  return macro.slice(0, macro.indexOf('(')).trim().toLowerCase();
}

/** The line break is for SQL that ends in a comment. */
function createView(schema: string, name: string, sql: string): string {
  return `create or replace view ${quoteIdent(schema)}.${quoteIdent(name)} as\n${sql}\n;`;
}
