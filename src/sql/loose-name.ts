/** A column's name without case, blanks, `_` and punctuation: what `from:` is compared by where no column is spelled just so. */
export function looseName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
