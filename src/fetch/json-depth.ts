/**
 * The deepest nesting of brackets and braces in a JSON text, counted without parsing; ends early beyond `enough`. What walks
 * a document calls itself once a level, so a document deeper than any real one would overflow the stack.
 */
export function jsonDepth(text: string, enough: number): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inText) {
      if (char === '\\') at += 1;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
      if (deepest > enough) return deepest;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return deepest;
}
