const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$?[A-Za-z_][A-Za-z0-9_]*|[\s\S]/g;

/** True when a field's `sql:` reads `value`, the field's own text, rather than only other fields. */
export function readsValue(sql: string): boolean {
  let previous = '';
  for (const match of sql.matchAll(TOKEN)) {
    const [token] = match;
    const called = /^\s*\(/.test(sql.slice(match.index + token.length, match.index + token.length + 8));
    if (token.toLowerCase() === 'value' && previous !== '.' && !called) return true;
    previous = token;
  }
  return false;
}
