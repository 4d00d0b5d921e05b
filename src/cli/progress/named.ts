/** More names than these make no sentence, and no command, that anybody reads. */
export const NAMED = 8;

/** `gold.a, gold.b`; the rest of a long list is `…`. */
export function listed(names: readonly string[]): string {
  return names.length > NAMED ? `${names.slice(0, NAMED).join(', ')}, …` : names.join(', ');
}
