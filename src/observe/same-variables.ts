/** A family member under another year holds other rows, whatever its id says. */
export function sameVariables(
  now: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => now[name] === before[name]);
}
