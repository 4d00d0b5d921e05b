/** `value` in a field's `sql:` stands for the field's text. */

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$?[A-Za-z_][A-Za-z0-9_]*|[\s\S]/g;

/** `sql` with every bare `value` (no string, no quoted name, no `a.value`, no function call) replaced, and whether there was one. */
export function substituteValue(
  sql: string,
  replacement: string,
): { readonly sql: string; readonly found: boolean } {
  let found = false;
  let previous = '';
  const result = sql.replace(TOKEN, (token, offset: number) => {
    const called = /^\s*\(/.test(sql.slice(offset + token.length));
    const isValue = token.toLowerCase() === 'value' && previous !== '.' && !called;
    previous = token;
    if (!isValue) return token;
    found = true;
    return replacement;
  });
  return { sql: result, found };
}
