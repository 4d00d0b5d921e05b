/**
 * The one form in which the portal keeps rows: CSV lines in which every value is quoted and NULL is an empty field,
 * `"a",,"say ""hi"""` + LF, header included. It is what Socrata sends, so that a page is a byte range of the file,
 * and it keeps '' apart from NULL. The scanner finds where lines begin and whether bytes have this form at all.
 */
const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;

const fieldStart = 0;
const insideQuotes = 1;
const afterQuote = 2;

/** Reads bytes once, front to back, and holds the line ends alone. */
export class CanonicalScanner {
  private state = fieldStart;
  private fields = 1;
  private position = 0;
  private ends = new Float64Array(1024);
  private lines = 0;
  private width = 0;
  private empty = true;

  /**
   * Takes the next bytes, in any portions.
   * @returns false as soon as the bytes are not of the canonical form; nothing may be pushed after that.
   */
  push(chunk: Uint8Array): boolean {
    let { state, fields } = this;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (state === insideQuotes) {
        if (byte === quote) state = afterQuote;
      } else if (byte === comma) {
        fields++;
        state = fieldStart;
      } else if (byte === newline) {
        if (this.lines === 0) this.width = fields;
        else if (fields !== this.width) return false;
        this.endLine(this.position + i + 1);
        fields = 1;
        state = fieldStart;
      } else if (byte === quote) {
        state = insideQuotes;
      } else {
        return false;
      }
    }
    this.state = state;
    this.fields = fields;
    this.position += chunk.length;
    if (chunk.length > 0) this.empty = false;
    return true;
  }

  /**
   * @returns byte offsets of the line ends: [0] ends the header, the last one ends the file; undefined when the bytes
   *   stop within a line or there are none.
   */
  finish(): Float64Array | undefined {
    if (this.empty || this.lines === 0 || this.ends[this.lines - 1] !== this.position) return undefined;
    return this.ends.slice(0, this.lines);
  }

  private endLine(end: number): void {
    if (this.lines === this.ends.length) {
      const larger = new Float64Array(this.ends.length * 2);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.ends[this.lines++] = end;
  }
}
