/** Whether a word behind a relation is its alias. Of DuckDB's grammar: what may follow a relation, and is none. */

const NO_ALIAS = new Set(
  `where group order having limit join inner left right full cross natural positional asof semi anti on using union
   intersect except qualify window offset fetch lateral select`.split(/\s+/),
);

/** `as` begins one, too. @param word In small letters, not quoted. */
export function isAliasWord(word: string): boolean {
  return !NO_ALIAS.has(word);
}
