/** Shorter values would blank out ordinary words. */
const shortestSecret = 4;

/** The text with every secret value replaced by `***`, as it is or URL-encoded. The one place where lake hides secrets. */
export function redact(text: string, secretValues: Iterable<string>): string {
  let clean = text;
  for (const value of secretValues) {
    if (value.length < shortestSecret) continue;
    clean = clean.replaceAll(value, '***').replaceAll(encodeURIComponent(value), '***');
  }
  return clean;
}
