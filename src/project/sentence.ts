const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of names to values',
  null: 'null',
};

/** A type of JSON Schema as a person says it: `string` → `text`. */
export function kindInWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** `a, b or c`. */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map(String);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
