/**
 * Reads a few facts off a page of JSON without building it in memory: how many records it holds, and single values such
 * as a total or the link to the next page. A page of 32,000 rows costs one pass over its bytes and no object.
 */
import { createReadStream } from 'node:fs';

export type JsonScalar = string | number | boolean | null;

export interface JsonFacts {
  /** Elements of the list at the records path; 0 where there is no list. */
  readonly records: number;
  /** Path as asked → value; only those that the document has. Longer texts than 64 KiB are left out. */
  readonly values: ReadonlyMap<string, JsonScalar>;
  /** False: the text ends in the middle of a document. */
  readonly complete: boolean;
  /** True: more stands behind the end of the document. */
  readonly trailing: boolean;
}

export interface JsonQuestion {
  /** Keys joined by `.`; undefined: the document itself is the list. */
  readonly records?: string;
  readonly values: readonly string[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

const longestValue = 64 * 1024;

/** One pass over a file, in bounded memory. It checks brackets and quotation marks, not the whole grammar. */
export async function scanJson(path: string, question: JsonQuestion): Promise<JsonFacts> {
  const scan = new Scan(question);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    scan.take(chunk as Buffer);
  return scan.facts();
}

class Scan {
  readonly #wanted: ReadonlySet<string>;
  readonly #recordsPath: string | undefined;
  /** Below this depth no key and no value is looked at. */
  readonly #deepest: number;
  readonly #values = new Map<string, JsonScalar>();
  /** Key path of the container at each looked-at depth; undefined inside of lists. */
  readonly #paths: (string | undefined)[] = [''];
  #key: string | undefined;
  #lastText: string | undefined;
  #piece: number[] = [];
  #depth = 0;
  #inText = false;
  #escaped = false;
  #inWord = false;
  /** Depth inside of the records list while it is open; -1 otherwise. */
  #recordsDepth = -1;
  #records = 0;
  /** The next value at the records' depth is a new record. */
  #awaitsRecord = false;
  #documents = 0;
  #trailing = false;

  constructor({ records, values }: JsonQuestion) {
    this.#wanted = new Set(values);
    this.#recordsPath = records === undefined || records === '' ? '' : records;
    const depths = [this.#recordsPath, ...values].map((path) => (path === '' ? 0 : path.split('.').length));
    this.#deepest = Math.max(...depths);
  }

  take(chunk: Buffer): void {
    for (
      let at = chunk[0] === 0xef && this.#documents === 0 && this.#depth === 0 ? 3 : 0;
      at < chunk.length;
      at += 1
    ) {
      const byte = chunk[at]!;
      if (this.#inText) {
        at = this.#text(chunk, at);
        continue;
      }
      if (byte <= SPACE) {
        if (this.#inWord) this.#endWord();
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#begin();
          this.#inText = true;
          this.#piece = [];
          break;
        case OPEN_OBJECT:
        case OPEN_LIST:
          this.#begin();
          this.#open(byte === OPEN_LIST);
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          if (this.#inWord) this.#endWord();
          this.#endValue();
          if (this.#depth === this.#recordsDepth) this.#recordsDepth = -1;
          this.#depth -= 1;
          this.#key = undefined;
          break;
        case COMMA:
          if (this.#inWord) this.#endWord();
          this.#endValue();
          this.#key = undefined;
          if (this.#depth === this.#recordsDepth) this.#awaitsRecord = true;
          break;
        case COLON:
          this.#key = this.#lastText;
          this.#lastText = undefined;
          break;
        default:
          if (!this.#inWord) {
            this.#begin();
            this.#inWord = true;
            this.#piece = [];
          }
          if (this.#depth <= this.#deepest && this.#piece.length < longestValue) this.#piece.push(byte);
      }
    }
  }

  /** Goes to the end of a text, or of the chunk; where it lies deep nothing of it is kept. */
  #text(chunk: Buffer, from: number): number {
    let at = from;
    let escaped = this.#escaped;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (escaped) escaped = false;
      else if (byte === QUOTE) break;
      else if (byte === BACKSLASH) escaped = true;
    }
    if (this.#depth <= this.#deepest) {
      for (let i = from; i < at && this.#piece.length < longestValue; i += 1) this.#piece.push(chunk[i]!);
    }
    this.#escaped = escaped;
    if (at < chunk.length) {
      this.#inText = false;
      if (this.#depth <= this.#deepest) this.#endText();
    }
    return at;
  }

  facts(): JsonFacts {
    if (this.#inWord) this.#endWord();
    return {
      records: this.#records,
      values: this.#values,
      complete: this.#depth === 0 && !this.#inText && this.#documents > 0,
      trailing: this.#trailing,
    };
  }

  /** A value or a key begins. */
  #begin(): void {
    if (this.#depth === 0) {
      this.#documents += 1;
      if (this.#documents > 1) this.#trailing = true;
    }
    if (this.#awaitsRecord && this.#depth === this.#recordsDepth) {
      this.#awaitsRecord = false;
      this.#records += 1;
    }
  }

  #open(isList: boolean): void {
    const path = this.#depth <= this.#deepest ? this.#here() : undefined;
    this.#depth += 1;
    if (this.#depth <= this.#deepest) this.#paths[this.#depth] = isList ? undefined : path;
    if (isList && path === this.#recordsPath && this.#recordsDepth < 0) {
      this.#recordsDepth = this.#depth;
      this.#awaitsRecord = true;
    }
    this.#key = undefined;
  }

  /** Path of the value that begins here; undefined where no path leads. */
  #here(): string | undefined {
    if (this.#depth === 0) return '';
    const around = this.#paths[this.#depth];
    if (around === undefined || this.#key === undefined) return undefined;
    return around === '' ? this.#key : `${around}.${this.#key}`;
  }

  #endText(): void {
    if (this.#piece.length >= longestValue) return;
    this.#lastText = textOf(this.#piece);
  }

  /** A text that was followed by no colon is a value. */
  #endValue(): void {
    if (this.#lastText !== undefined && this.#depth <= this.#deepest) this.#keep(this.#lastText);
    this.#lastText = undefined;
  }

  #endWord(): void {
    this.#inWord = false;
    if (this.#depth > this.#deepest) return;
    try {
      this.#keep(JSON.parse(String.fromCharCode(...this.#piece.slice(0, 400))) as JsonScalar);
    } catch {
      // Not JSON: the decoder says so, with the place.
    }
  }

  #keep(value: JsonScalar): void {
    const path = this.#here();
    if (path !== undefined && this.#wanted.has(path)) this.#values.set(path, value);
  }
}

function textOf(bytes: readonly number[]): string | undefined {
  const raw = Buffer.from(bytes).toString('utf8');
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
