/** The name of another node as YAML writes it, dbt's forms included. */

const REF =
  /^(?:\{\{\s*)?ref\s*\(?\s*(['"])([^'"]+)\1\s*(?:,?\s*(?:v|version)\s*=\s*(['"]?)([\w.-]+)\3\s*)?\)?(?:\s*\}\})?$/;

/** `x`, `silver.x`, `ref('x')`, `{{ref 'x'}}`: the name; `ref('x', v=2)`: that of the version's node, `x_v2`. */
export function writtenRef(written: string): string {
  const text = written.trim();
  const [, , name, , version] = REF.exec(text) ?? [];
  if (name === undefined) return text;
  return version === undefined ? name : versionName(name, version);
}

/** `orders`, `2` → `orders_v2`. */
export function versionName(name: string, v: string): string {
  return `${name}_v${v.toLowerCase().replace(/[^a-z0-9_]+/g, '_')}`;
}
