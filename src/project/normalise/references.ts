/** `ref('x')`, `ref 'x'` or `x`, as dbt and this language write the name of another node. */
export function refName(written: string): string {
  const call = /^ref\s*\(?\s*['"]([^'"]+)['"]\s*\)?$/.exec(written.trim());
  return (call?.[1] ?? written).trim();
}
