/** Control characters, line separators, and the marks that turn the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/**
 * Text from a file or a portal as it may be shown in a terminal: each control character, among them tabs and the
 * escapes that colour or clear a screen, becomes one blank, so that columns keep their place.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}
