/** The text that rendering makes, and for each piece of it where it came from. */
import type { SqlOrigin } from '../types.js';

/** A place in a template; `line` and `col` count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** Of a macro: where it is called, innermost first. */
  readonly calledFrom?: readonly string[];
}

/** Collects text piece by piece with its origins. Partials that stand alone on a line indent what they print. */
export class Output {
  #text = '';
  #line = 1;
  #col = 1;
  #indent = '';
  readonly #origins: SqlOrigin[] = [];

  /** Text that stands in the template as it is, starting at `place`. */
  copy(text: string, place: Place): void {
    if (this.#indent === '') {
      this.#write(text, place, true);
      return;
    }
    // Each line gets the indent of the partial's tag, so each is a piece of its own.
    let line = place.line;
    for (const [i, piece] of lines(text).entries()) {
      this.#startLine(place);
      this.#write(piece, { ...place, line, col: i === 0 ? place.col : 1 }, true);
      line += 1;
    }
  }

  /** Text that a tag at `place` produced. */
  produce(text: string, place: Place): void {
    if (this.#indent === '') {
      this.#write(text, place, false);
      return;
    }
    for (const piece of lines(text)) {
      this.#startLine(place);
      this.#write(piece, place, false);
    }
  }

  /** Runs `inner` with every line that it starts set in by `indent`. */
  indented(indent: string, inner: () => void): void {
    const outer = this.#indent;
    this.#indent = outer + indent;
    inner();
    this.#indent = outer;
  }

  /** The text without blank lines at its start and blanks at its end. */
  finish(): { readonly text: string; readonly origins: readonly SqlOrigin[] } {
    const skipped = /^(?:[ \t]*\r?\n)*/.exec(this.#text)![0];
    const skippedLines = skipped.split('\n').length - 1;
    const origins: SqlOrigin[] = [];
    for (const origin of this.#origins) {
      const outLine = origin.outLine - skippedLines;
      if (outLine >= 1) {
        origins.push({ ...origin, outLine });
        continue;
      }
      // The piece starts in the lines that are cut off and may reach into the first line that stays.
      const moved: SqlOrigin = origin.verbatim
        ? { ...origin, outLine: 1, outCol: 1, line: origin.line + 1 - outLine, col: 1 }
        : { ...origin, outLine: 1, outCol: 1 };
      origins[0] = moved;
    }
    return { text: this.#text.slice(skipped.length).trimEnd(), origins };
  }

  #startLine(place: Place): void {
    if (this.#col === 1) this.#write(this.#indent, place, false);
  }

  #write(text: string, place: Place, verbatim: boolean): void {
    if (text === '') return;
    this.#origins.push({ outLine: this.#line, outCol: this.#col, ...place, verbatim });
    this.#text += text;
    const lastBreak = text.lastIndexOf('\n');
    if (lastBreak < 0) {
      this.#col += text.length;
      return;
    }
    this.#line += text.split('\n').length - 1;
    this.#col = text.length - lastBreak;
  }
}

/** `a\nb\n` → `a\n`, `b\n`. */
function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}
