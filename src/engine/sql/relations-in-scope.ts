/** Which relations a column of a SELECT may come from, read off the syntax tree that DuckDB makes of it. Pure. */

/** A piece of the tree, as `json_serialize_sql` writes it. */
export type Tree = { readonly [key: string]: unknown };

export interface ScopedRelation {
  /** What a qualifier says for it, in small letters: its alias, else its name. */
  readonly alias: string;
  /** How it is told: `gold.trees`, the name of a CTE, an alias; undefined for a subquery without one. */
  readonly told?: string;
  /** A tree of its own: `WITH … SELECT * FROM it`. */
  readonly probe: Tree;
}

/** The column that is looked for. */
export interface WantedColumn {
  readonly name: string;
  /** Byte offset in the SQL, where DuckDB tells it. */
  readonly position?: number;
}

/** A column's place in the tree: what stands before its name, and the relations of its SELECT. */
export interface ColumnScope {
  readonly qualifier?: string;
  /** Those that the qualifier names; all of the SELECT's where there is none. */
  readonly relations: readonly ScopedRelation[];
}

/** FROM clauses, the innermost first. */
type Scopes = readonly (readonly ScopedRelation[])[];

/**
 * Undefined where the tree has no such column.
 * @param star The tree of any `SELECT * FROM x`: probes are made of it, so that nothing of its form is written down here.
 */
export function relationsInScope(tree: Tree, wanted: WantedColumn, star: Tree): ColumnScope | undefined {
  return new Search(wanted, star).in(tree, [], []);
}

class Search {
  readonly #wanted: WantedColumn;
  readonly #star: Tree;

  constructor(wanted: WantedColumn, star: Tree) {
    this.#wanted = wanted;
    this.#star = star;
  }

  /** @param ctes Those that may be named there: entries of a `cte_map`. */
  in(value: unknown, scopes: Scopes, ctes: readonly Tree[]): ColumnScope | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) return firstOf(value, (inner) => this.in(inner, scopes, ctes));
    const piece = value as Tree;
    if (piece['cte_map'] !== undefined) return this.#inQuery(piece, scopes, ctes);
    const qualifier = this.#qualifierOf(piece);
    if (qualifier !== undefined) return scopeOf(qualifier, scopes);
    return firstOf(Object.values(piece), (inner) => this.in(inner, scopes, ctes));
  }

  #inQuery({ cte_map: map, ...query }: Tree, scopes: Scopes, ctes: readonly Tree[]): ColumnScope | undefined {
    const known = [...ctes];
    for (const cte of ((map as Tree)['map'] ?? []) as readonly Tree[]) {
      const found = this.in(cte['value'], scopes, known);
      if (found) return found;
      known.push(cte);
    }
    const relations = leavesOf(query['from_table']).map((leaf) => this.#relation(leaf, known));
    return firstOf(Object.values(query), (inner) => this.in(inner, [relations, ...scopes], known));
  }

  #relation(leaf: Tree, ctes: readonly Tree[]): ScopedRelation {
    const text = (key: string) => String(leaf[key] ?? '');
    const alias = text('alias') || text('table_name');
    const schema = text('schema_name');
    const told = schema === '' ? alias : `${schema}.${text('table_name')}`;
    return {
      alias: alias.toLowerCase(),
      ...(told !== '' && { told }),
      probe: { ...this.#star, cte_map: { map: ctes }, from_table: leaf },
    };
  }

  /** What stands before the name of the column, '' for nothing; undefined where the piece is not the one. */
  #qualifierOf(piece: Tree): string | undefined {
    const { name, position } = this.#wanted;
    if (piece['class'] === 'COLUMN_REF') {
      const names = piece['column_names'] as readonly string[];
      return position !== undefined && piece['query_location'] === position
        ? (names.at(-2)?.toLowerCase() ?? '')
        : undefined;
    }
    const lists =
      piece['class'] === 'STAR'
        ? ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list']
        : ['using_columns'];
    const listed = lists.some((list) =>
      JSON.stringify(piece[list] ?? '')
        .toLowerCase()
        .includes(JSON.stringify(name.toLowerCase())),
    );
    return listed ? String(piece['relation_name'] ?? '').toLowerCase() : undefined;
  }
}

/** A FROM clause without its joins. */
function leavesOf(from: unknown): readonly Tree[] {
  if (typeof from !== 'object' || from === null) return [];
  const { type, left, right } = from as Tree;
  if (type === 'JOIN') return [...leavesOf(left), ...leavesOf(right)];
  return type === 'EMPTY' ? [] : [from as Tree];
}

function scopeOf(qualifier: string, scopes: Scopes): ColumnScope {
  if (qualifier === '') return { relations: scopes[0] ?? [] };
  const named = scopes.map((scope) => scope.filter(({ alias }) => alias === qualifier));
  return { qualifier, relations: named.find((scope) => scope.length > 0) ?? [] };
}

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
