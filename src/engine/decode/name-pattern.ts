/** Patterns over names of sheets and archive members: `{variable}` catches a part that becomes a column, `*` any text. */

/** The pattern's variables, in order: `['period']` of `RawData-Ref Period {period}`. */
export function patternVariables(pattern: string | undefined): readonly string[] {
  return [...(pattern ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

/**
 * The values of the pattern's variables in a name, or undefined when it does not fit. A variable catches at least one
 * character; with `stars`, each `*` stands for any text, even none.
 */
export function matchPattern(
  pattern: string,
  name: string,
  stars = false,
): Readonly<Record<string, string>> | undefined {
  const source = pattern
    .split(stars ? /(\{\w+\}|\*)/ : /(\{\w+\})/)
    .map((text) => {
      if (stars && text === '*') return '.*?';
      return /^\{\w+\}$/.test(text) ? '(.+?)' : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  const found = new RegExp(`^${source}$`, 'su').exec(name);
  if (!found) return undefined;
  return Object.fromEntries(patternVariables(pattern).map((variable, i) => [variable, found[i + 1]!.trim()]));
}
