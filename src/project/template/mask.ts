/** Hides secrets in the text of a file, keeping every column, so that code frames may show any of it. */

/** Values shorter than this are not worth masking wherever they occur: they would hide ordinary text. */
const SHORTEST = 4;

/** The text with stars at the given offsets, wherever one of the values stands, and in addresses with a password. */
export function maskSecrets(
  text: string,
  places: readonly (readonly [start: number, end: number])[],
  values: readonly string[],
): string {
  let masked = maskCredentials(text);
  for (const [start, end] of places) {
    masked = masked.slice(0, start) + stars(masked.slice(start, end)) + masked.slice(end);
  }
  for (const value of values) {
    if (value.length >= SHORTEST) masked = masked.replaceAll(value, stars);
  }
  return masked;
}

/** For a file that cannot be parsed: whatever follows the name of a secret key, to the end of its line. */
export function maskSecretLines(text: string): string {
  return maskCredentials(text).replace(
    /(\b(?:token|auth|dsn|headers|password)\b['"]?[ \t]*:[ \t]*)(.*)$/gim,
    (_, key: string, value: string) => key + stars(value),
  );
}

/** `https://user:password@host` without user and password. */
export function maskCredentials(text: string): string {
  return text.replace(/(?<=:\/\/)[^/\s@'"]+(?=@)/g, stars);
}

function stars(text: string): string {
  return text.replace(/[^\s]/g, '*');
}
