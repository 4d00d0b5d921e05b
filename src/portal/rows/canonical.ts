/** Values to and from canonical lines. */
const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;

/** One canonical line with its LF. `null` is NULL, `''` the empty string. */
export function canonicalLine(values: readonly (string | number | null)[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += ',';
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (typeof value === 'number') line += `"${value}"`;
    else line += value.includes('"') ? `"${value.replaceAll('"', '""')}"` : `"${value}"`;
  }
  return `${line}\n`;
}

/** Collects canonical lines as bytes, without a string per line: values are short, and there are many of them. */
export class CanonicalWriter {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private length = 0;

  add(values: readonly (string | number | null)[]): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      const text = typeof value === 'number' ? String(value) : value;
      // A character is three bytes at most, or two quotes; then quotes around and a comma behind.
      this.reserve((text?.length ?? 0) * 3 + 4);
      if (i > 0) this.bytes[this.length++] = comma;
      if (text === null || text === undefined) continue;
      this.bytes[this.length++] = quote;
      this.write(text);
      this.bytes[this.length++] = quote;
    }
    this.reserve(1);
    this.bytes[this.length++] = newline;
  }

  /** All that was added; the writer must not be used after that. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private write(text: string): void {
    const { bytes } = this;
    let { length } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.length = length + bytes.write(text.slice(i).replaceAll('"', '""'), length, 'utf8');
        return;
      }
      if (code === quote) bytes[length++] = quote;
      bytes[length++] = code;
    }
    this.length = length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(this.bytes.length * 2 + more);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/**
 * Splits the canonical line that begins at `from` into `values`, reusing the array.
 * @returns where the next line begins.
 */
export function splitLine(text: string, from: number, values: (string | null)[]): number {
  let at = from;
  let field = 0;
  for (;;) {
    if (text.charCodeAt(at) === 0x22) {
      let end = text.indexOf('"', at + 1);
      let escaped = false;
      while (text.charCodeAt(end + 1) === 0x22) {
        escaped = true;
        end = text.indexOf('"', end + 2);
      }
      const raw = text.slice(at + 1, end);
      values[field++] = escaped ? raw.replaceAll('""', '"') : raw;
      at = end + 1;
    } else {
      values[field++] = null;
    }
    if (text.charCodeAt(at) !== 0x2c) {
      values.length = field;
      return at + 1;
    }
    at++;
  }
}
