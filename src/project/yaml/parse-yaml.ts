/**
 * Text to a plain value with places. YAML 1.2 core schema: `no`, `on` and `1_000` stay text; keys are text as written;
 * anchors and aliases work, merge keys and tags do not; a key twice, a second document, a bomb of aliases are mistakes.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic } from '../../errors/diagnostic.js';
import { explainSyntaxError, unquotedTemplate } from './syntax-errors.js';
import { LineStarts, type Place, YamlFile, type YamlValue } from './yaml-file.js';

/** Most values that one file may hold after its aliases are expanded. */
const MAX_VALUES = 200_000;
const MAX_DEPTH = 60;

export interface ParsedYaml {
  /** Undefined when the file cannot be read as one value. */
  readonly doc: YamlFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The value of a YAML text with the place of each part, or why there is none. Never throws for what the text holds. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineStarts(text);
  const mistake = (code: string, start: number, end: number, message: string, hint?: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    at: lines.span(file, start, end),
    ...(hint === undefined ? {} : { hint }),
  });
  const tooDeep = () => [
    mistake(
      'LK1007',
      0,
      0,
      'the values are nested too deeply',
      'Put fewer lists and mappings into each other',
    ),
  ];

  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: false,
      merge: false,
      resolveKnownTags: false,
      prettyErrors: false,
    });
  } catch (error) {
    if (error instanceof RangeError) return { doc: undefined, diagnostics: tooDeep() };
    throw error;
  }
  const first = document.errors[0] ?? document.warnings[0];
  if (first) {
    const { code, start, end, message, hint } = explainSyntaxError(first, document, text);
    return { doc: undefined, diagnostics: [mistake(code, start, end, message, hint)] };
  }
  if (document.directives?.yaml.explicit) {
    const hint = 'Remove the line that begins with %';
    return {
      doc: undefined,
      diagnostics: [mistake('LK1001', 0, 5, 'this directive has no meaning here', hint)],
    };
  }

  const diagnostics: Diagnostic[] = [];
  const reader = new ValueReader(text, (...args) => diagnostics.push(mistake(...args)));
  try {
    const read = reader.read(document.contents, 0);
    return { doc: new YamlFile(file, text, read.value, read.place, lines), diagnostics };
  } catch (stop) {
    if (!(stop instanceof TooMuch)) throw stop;
    return {
      doc: undefined,
      diagnostics:
        stop.what === 'depth'
          ? tooDeep()
          : [
              mistake(
                'LK1007',
                0,
                0,
                `the file expands to more than ${MAX_VALUES.toLocaleString('en')} values`,
                'Use fewer aliases (*name)',
              ),
            ],
    };
  }
}

/** Ends the reading of a file that would fill the memory. */
class TooMuch extends Error {
  readonly what: 'depth' | 'values';

  constructor(what: 'depth' | 'values') {
    super(what);
    this.what = what;
  }
}

interface Read {
  readonly value: YamlValue;
  readonly place: Place;
}

type Report = (code: string, start: number, end: number, message: string, hint?: string) => void;

class ValueReader {
  readonly #text: string;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  readonly #expanding = new Set<Node>();
  #values = 0;

  constructor(text: string, report: Report) {
    this.#text = text;
    this.#report = report;
  }

  read(node: unknown, depth: number, key: { keyStart?: number; keyEnd?: number } = {}): Read {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new TooMuch('values');
    if (depth > MAX_DEPTH) throw new TooMuch('depth');
    if (isAlias(node)) return this.#alias(node, depth, key);
    this.#remember(node);
    const range = (node as Node | null)?.range;
    const start = range?.[0] ?? key.keyStart ?? 0;
    const place = { start, end: Math.max(start, range?.[1] ?? key.keyEnd ?? 0), ...key };
    if (isMap(node)) return this.#map(node, depth, place);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, depth + 1));
      const children = new Map(items.map((item, i) => [String(i), item.place]));
      return { value: items.map((item) => item.value), place: { ...place, children } };
    }
    return isScalar(node) ? scalar(node, place) : { value: null, place };
  }

  #map(node: YAMLMap, depth: number, place: Place): Read {
    const value: Record<string, YamlValue> = {};
    const children = new Map<string, Place>();
    let unread = false;
    for (const pair of node.items) {
      const key = this.#key(pair);
      if (key === undefined) {
        unread = true;
        continue;
      }
      const earlier = children.get(key.text);
      const item = this.read(pair.value, depth + 1, { keyStart: key.start, keyEnd: key.end });
      if (earlier) {
        const line = this.#text.slice(0, earlier.keyStart).split('\n').length;
        this.#report(
          'LK1002',
          key.start,
          key.end,
          `the key "${key.text}" is written twice`,
          `The first one stands on line ${line}; keep one of them`,
        );
        continue;
      }
      children.set(key.text, item.place);
      value[key.text] = item.value;
    }
    return { value, place: { ...place, children, ...(unread ? { unread } : {}) } };
  }

  #key(pair: Pair): { text: string; start: number; end: number } | undefined {
    const node = pair.key;
    this.#remember(node);
    const range = (node as Node | null)?.range ?? [0, 1];
    const [start, end] = [range[0], Math.max(range[1], range[0] + 1)];
    if (!isScalar(node) || (node.value === null && !node.source)) {
      const hint = unquotedTemplate(this.#text, start)
        ? `A value that begins with {{ needs quotes: "{{env 'NAME'}}"`
        : 'Write a name before the colon';
      this.#report('LK1001', start, end, 'this key is not a name', hint);
      return undefined;
    }
    const text = node.type === 'PLAIN' && node.source !== undefined ? node.source : String(node.value);
    if (text === '<<') {
      this.#report(
        'LK1001',
        start,
        end,
        'merge keys (<<) are not part of YAML 1.2',
        'Repeat the keys, or set them for a whole folder in project.yml',
      );
      return undefined;
    }
    if (text === '__proto__') {
      this.#report('LK1001', start, end, 'the key "__proto__" is not allowed', 'Choose another name');
      return undefined;
    }
    return { text, start, end };
  }

  #remember(node: unknown): void {
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor) this.#anchors.set(anchor, node as Node);
  }

  #alias(node: Alias, depth: number, key: { keyStart?: number; keyEnd?: number }): Read {
    const target = this.#anchors.get(node.source);
    const [start, end] = node.range ?? [0, 1];
    if (!target || this.#expanding.has(target)) {
      const message = target ? `*${node.source} contains itself` : `no value above is marked &${node.source}`;
      this.#report('LK1001', start, end, message, 'Write the value out, or quote a value that begins with *');
      return { value: null, place: { start, end, ...key, unread: true } };
    }
    this.#expanding.add(target);
    const read = this.read(target, depth + 1);
    this.#expanding.delete(target);
    return { value: read.value, place: { ...read.place, start, end, ...key } };
  }
}

function scalar(node: Scalar, place: Place): Read {
  const { value, source } = node;
  if (typeof value === 'string') return { value, place };
  const written = source ?? String(value ?? '');
  if (typeof value === 'number') {
    const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return { value: exact ? value : written, place: { ...place, written } };
  }
  return { value: typeof value === 'boolean' ? value : null, place: { ...place, written } };
}
