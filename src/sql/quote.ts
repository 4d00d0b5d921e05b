/** Text that is put into SQL passes through here, so that nothing from data or YAML can end a name or a string early. */

/** A SQL identifier, always quoted: `a"b` → `"a""b"`. */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A SQL string literal: `it's` → `'it''s'`. DuckDB knows no backslash escapes in plain literals. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL list of string literals: `['a', 'b']`; file lists of `read_parquet` and `read_csv`. */
export function quoteTextList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}
