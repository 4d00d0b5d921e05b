/** A parsed YAML file: its plain value, and beside it a tree of places that knows where each part stands. */
import type { SourceSpan } from '../../errors/diagnostic.js';

export type YamlValue = null | boolean | number | string | YamlValue[] | { [key: string]: YamlValue };

/** Keys and indexes from the root of a file to one of its values. */
export type Path = readonly PropertyKey[];

/** Where one value stands, in offsets of the file's text. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly keyStart?: number;
  readonly keyEnd?: number;
  /** A number, boolean or null as its author wrote it: `1.10`, `023`. */
  readonly written?: string;
  children?: ReadonlyMap<string, Place>;
  /** True where the value could not be read, which has been reported. */
  readonly unread?: true;
  /** `filled`: the value came out of a `{{…}}`. `open`: it still holds one, because nothing reads it in this run. */
  template?: 'filled' | 'open';
}

/** One file as parsed: asked for values by path, and for where they stand. */
export class YamlFile {
  /** Relative to the project root, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly value: YamlValue;
  readonly root: Place;
  readonly #lines: LineStarts;

  constructor(file: string, text: string, value: YamlValue, root: Place, lines = new LineStarts(text)) {
    this.file = file;
    this.text = text;
    this.value = value;
    this.root = root;
    this.#lines = lines;
  }

  /** The same places with another value, such as one whose templates are filled. */
  withValue(value: YamlValue): YamlFile {
    return new YamlFile(this.file, this.text, value, this.root, this.#lines);
  }

  /** The place of a path, or of its nearest ancestor that is in the file. */
  place(path: Path): Place {
    let place = this.root;
    for (const step of path) {
      const child = place.children?.get(String(step));
      if (child === undefined) break;
      place = child;
    }
    return place;
  }

  /** Span of a value. */
  at(path: Path): SourceSpan {
    const { start, end } = this.place(path);
    return this.#lines.span(this.file, start, start + this.text.slice(start, end).trimEnd().length);
  }

  /** Span of the key of a value; of the value itself for list items and the root. */
  atKey(path: Path): SourceSpan {
    const place = this.place(path);
    return this.#lines.span(this.file, place.keyStart ?? place.start, place.keyEnd ?? place.end);
  }

  /** True when the file itself has a value at this path. */
  has(path: Path): boolean {
    let place: Place | undefined = this.root;
    for (const step of path) place = place?.children?.get(String(step));
    return place !== undefined;
  }

  /** Forgets an entry of a list: those after it move up. */
  dropEntry(path: Path, index: number): void {
    const list = this.place(path);
    const entries = [...(list.children?.values() ?? [])].toSpliced(index, 1);
    list.children = new Map(entries.map((entry, i) => [String(i), entry]));
  }

  /** A number, boolean or null as its author wrote it, `1.10` rather than 1.1; undefined for anything else. */
  written(path: Path): string | undefined {
    return this.place(path).written;
  }
}

/** The value at a path, or undefined where there is none. */
export function valueAt(root: YamlValue, path: Path): YamlValue | undefined {
  let value: YamlValue | undefined = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, YamlValue>)[step];
  }
  return value;
}

/** Turns offsets of a text into lines and columns that count from 1. */
export class LineStarts {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  span(file: string, start: number, end: number): SourceSpan {
    const line = this.#lineOf(start);
    const lineStart = this.#starts[line - 1]!;
    const next = this.#starts[line];
    const onOneLine = next === undefined || end < next;
    return {
      file,
      line,
      col: start - lineStart + 1,
      ...(onOneLine && end > start ? { endCol: end - lineStart + 1 } : {}),
    };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
