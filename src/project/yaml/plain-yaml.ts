/**
 * Reads the YAML that people mostly write: mappings and lists by indentation, one-line values, short flow collections,
 * comments. It gives what the library gives, value and places alike, at a twentieth of the cost; whatever it is not sure
 * of (block scalars, anchors, values over several lines, any mistake) it leaves to the library.
 * Rules: https://yaml.org/spec/1.2.2/ with the core schema of its chapter 10.3.
 */
import { LineStarts, type Place, YamlFile, type YamlValue } from './yaml-file.js';

/** Beyond these the library decides whether it is too much. */
const MAX_VALUES = 100_000;
const MAX_DEPTH = 50;

const KEY = /[A-Za-z_+][\w+.-]*(?=:(?:[ \n]|$))/y;
const FLOW_KEY = /[A-Za-z_+][\w+.-]*(?=: )/y;
/** First characters of plain values; those that YAML gives a meaning, and a lone minus, are left out. */
const PLAIN_START = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-\d/y;
const NUMBER = /^[-+]?(?:\d+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;
/** Octal, hexadecimal, infinity, not a number: rare. */
const RARE_NUMBER = /^(?:0o|0x|[-+]?\.(?:inf|nan)$)/i;
const NULL = /^(?:~|null|Null|NULL)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;

/** The file, or undefined where it holds anything that only the library reads. Never throws. */
export function parsePlainYaml(file: string, text: string): YamlFile | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(text)) return undefined;
  try {
    const { value, place } = new PlainReader(text).file();
    return new YamlFile(file, text, value, place, new LineStarts(text));
  } catch (stop) {
    if (stop === NOT_PLAIN) return undefined;
    throw stop;
  }
}

const NOT_PLAIN = Symbol('not plain');

interface Line {
  /** Offset of the first character that is no blank. */
  readonly start: number;
  /** Offset of the line's end. */
  readonly end: number;
  readonly indent: number;
  /** True where a comment stands behind it, on lines of its own or at its end. */
  commented: boolean;
}

interface Read {
  readonly value: YamlValue;
  readonly place: Place;
}

type Key = { readonly keyStart: number; readonly keyEnd: number } | undefined;

class PlainReader {
  readonly #text: string;
  readonly #lines: readonly Line[];
  /** The line that is read. */
  #line = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lines = contentLines(text);
  }

  file(): Read {
    const first = this.#lines[0];
    if (first?.indent !== 0) throw NOT_PLAIN;
    const read = this.#mapping(first.start, 0, undefined, 0);
    if (this.#line < this.#lines.length) throw NOT_PLAIN;
    return read;
  }

  /** A mapping whose first key stands at `start`, `indent` characters from the left. */
  #mapping(start: number, indent: number, key: Key, depth: number): Read {
    this.#count(depth);
    const value: Record<string, YamlValue> = {};
    const children = new Map<string, Place>();
    const from = this.#line;
    let at = start;
    do {
      const name = matchAt(KEY, this.#text, at);
      if (name === undefined || name === '__proto__' || children.has(name)) throw NOT_PLAIN;
      const keyEnd = at + name.length;
      const item = this.#valueOfKey(keyEnd + 1, indent, { keyStart: at, keyEnd }, depth + 1);
      children.set(name, item.place);
      value[name] = item.value;
      at = this.#nextOf(indent, from);
    } while (at >= 0);
    return { value, place: { start, end: this.#endOfBlock(), ...key, children } };
  }

  #valueOfKey(at: number, indent: number, key: Key, depth: number): Read {
    const start = this.#skipBlanks(at);
    if (start < this.#lines[this.#line]!.end && this.#text[start] !== '#')
      return this.#oneLine(start, indent, key, depth);
    this.#line += 1;
    const next = this.#lines[this.#line];
    // A list may stand as far left as the key that it belongs to.
    if (!next || next.indent < indent) throw NOT_PLAIN;
    const isList = this.#isEntry(next.start);
    if (next.indent === indent && !isList) throw NOT_PLAIN;
    return isList
      ? this.#list(next.start, next.indent, key, depth)
      : this.#mapping(next.start, next.indent, key, depth);
  }

  #list(start: number, indent: number, key: Key, depth: number): Read {
    this.#count(depth);
    const value: YamlValue[] = [];
    const children = new Map<string, Place>();
    const from = this.#line;
    let at = start;
    do {
      if (!this.#isEntry(at)) throw NOT_PLAIN;
      const inside = this.#skipBlanks(at + 1);
      if (inside >= this.#lines[this.#line]!.end) throw NOT_PLAIN;
      const item =
        matchAt(KEY, this.#text, inside) === undefined
          ? this.#oneLine(inside, indent, undefined, depth + 1)
          : this.#mapping(inside, indent + inside - at, undefined, depth + 1);
      children.set(String(value.length), item.place);
      value.push(item.value);
      at = this.#nextOf(indent, from);
      // Where a list stands as far left as its key, the mapping goes on with the next one.
      if (key && at >= 0 && !this.#isEntry(at)) break;
    } while (at >= 0);
    return { value, place: { start, end: this.#endOfBlock(), ...key, children } };
  }

  /** Where the collection that began on line `from` goes on; -1 at its end. */
  #nextOf(indent: number, from: number): number {
    // To the library a comment belongs to the collection before it, which shows where that is one line long.
    if (this.#line === from + 1 && this.#lines[from]!.commented) throw NOT_PLAIN;
    const next = this.#lines[this.#line];
    if (!next || next.indent < indent) return -1;
    if (next.indent > indent) throw NOT_PLAIN;
    return next.start;
  }

  /** A collection by indentation ends with the line break of its last line. */
  #endOfBlock(): number {
    return Math.min(this.#lines[this.#line - 1]!.end + 1, this.#text.length);
  }

  /** A value that ends on its line, which it takes. */
  #oneLine(start: number, indent: number, key: Key, depth: number): Read {
    const line = this.#lines[this.#line]!;
    const read = this.#flow(start, line.end, false, key, depth);
    const after = this.#skipBlanks(read.place.end);
    const isComment = this.#text[after] === '#' && after > read.place.end;
    if (after < line.end && !isComment) throw NOT_PLAIN;
    line.commented ||= isComment;
    this.#line += 1;
    // A deeper line would go on with this value.
    if ((this.#lines[this.#line]?.indent ?? 0) > indent) throw NOT_PLAIN;
    return read;
  }

  #flow(start: number, lineEnd: number, inFlow: boolean, key: Key, depth: number): Read {
    switch (this.#text[start]) {
      case '[':
        return this.#flowList(start, lineEnd, key, depth);
      case '{':
        return this.#flowMapping(start, lineEnd, key, depth);
      case '"':
      case "'":
        return this.#quoted(start, lineEnd, key, depth);
      default:
        return this.#plain(start, lineEnd, inFlow, key, depth);
    }
  }

  #flowList(start: number, lineEnd: number, key: Key, depth: number): Read {
    this.#count(depth);
    const value: YamlValue[] = [];
    const children = new Map<string, Place>();
    const end = this.#entries(start, lineEnd, ']', (at) => {
      const item = this.#flow(at, lineEnd, true, undefined, depth + 1);
      children.set(String(value.length), item.place);
      value.push(item.value);
      return item.place.end;
    });
    return { value, place: { start, end, ...key, children } };
  }

  #flowMapping(start: number, lineEnd: number, key: Key, depth: number): Read {
    this.#count(depth);
    const value: Record<string, YamlValue> = {};
    const children = new Map<string, Place>();
    const end = this.#entries(start, lineEnd, '}', (at) => {
      const name = matchAt(FLOW_KEY, this.#text, at);
      if (name === undefined || name === '__proto__' || children.has(name)) throw NOT_PLAIN;
      const keyEnd = at + name.length;
      const from = this.#skipBlanks(keyEnd + 1);
      const item = this.#flow(from, lineEnd, true, { keyStart: at, keyEnd }, depth + 1);
      children.set(name, item.place);
      value[name] = item.value;
      return item.place.end;
    });
    return { value, place: { start, end, ...key, children } };
  }

  /** Reads entries between commas up to `close`; the offset after it. */
  #entries(start: number, lineEnd: number, close: string, read: (at: number) => number): number {
    let at = this.#skipBlanks(start + 1);
    if (this.#text[at] === close) return at + 1;
    for (;;) {
      if (at >= lineEnd) throw NOT_PLAIN;
      const after = this.#skipBlanks(read(at));
      if (this.#text[after] === close) return after + 1;
      if (this.#text[after] !== ',') throw NOT_PLAIN;
      at = this.#skipBlanks(after + 1);
    }
  }

  /** Without escapes; a quote that is written twice is one of those. */
  #quoted(start: number, lineEnd: number, key: Key, depth: number): Read {
    this.#count(depth);
    const quote = this.#text[start]!;
    const close = this.#text.indexOf(quote, start + 1);
    if (close < 0 || close >= lineEnd) throw NOT_PLAIN;
    const value = this.#text.slice(start + 1, close);
    const next = this.#text[close + 1];
    if (next === quote || next === ':' || value.includes('\\')) throw NOT_PLAIN;
    return { value, place: { start, end: close + 1, ...key } };
  }

  #plain(start: number, lineEnd: number, inFlow: boolean, key: Key, depth: number): Read {
    this.#count(depth);
    if (matchAt(PLAIN_START, this.#text, start) === undefined) throw NOT_PLAIN;
    const rest = this.#text.slice(start, lineEnd);
    const stop = rest.search(inFlow ? /[,[\]{}]| #/ : / #|$/);
    if (stop < 0) throw NOT_PLAIN;
    const written = rest.slice(0, stop).replace(/ +$/, '');
    if (written.endsWith(':') || written.includes(': ')) throw NOT_PLAIN;
    const place = { start, end: start + written.length, ...key };
    if (RARE_NUMBER.test(written)) throw NOT_PLAIN;
    if (NULL.test(written)) return { value: null, place: { ...place, written } };
    if (BOOLEAN.test(written))
      return { value: written.toLowerCase() === 'true', place: { ...place, written } };
    if (!NUMBER.test(written)) return { value: written, place };
    const number = Number(written);
    const exact = Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number);
    return { value: exact ? number : written, place: { ...place, written } };
  }

  #isEntry(at: number): boolean {
    return this.#text[at] === '-' && this.#text[at + 1] === ' ';
  }

  #skipBlanks(at: number): number {
    let end = at;
    while (this.#text.charCodeAt(end) === 32) end += 1;
    return end;
  }

  #count(depth: number): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES || depth > MAX_DEPTH) throw NOT_PLAIN;
  }
}

/** Lines that hold more than blanks and comments. */
function contentLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf('\n', from);
    const end = found < 0 ? text.length : found;
    let start = from;
    while (text.charCodeAt(start) === 32) start += 1;
    const last = lines.at(-1);
    if (start < end && text[start] !== '#')
      lines.push({ start, end, indent: start - from, commented: false });
    else if (start < end && last) last.commented = true;
    from = end + 1;
  }
  return lines;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
