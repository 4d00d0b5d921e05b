/** Reads the names that DuckDB gives to types: `DECIMAL(10,2)`, `STRUCT("a b" INTEGER, c VARCHAR[])[]`. */

export type DuckDBType =
  /** `name` is upper case: `VARCHAR`, `TIMESTAMP WITH TIME ZONE`. `args` as written, such as `['10', '2']`. */
  | { readonly kind: 'plain'; readonly name: string; readonly args: readonly string[] }
  /** `fixed`: an array of one length, `DOUBLE[2]`. */
  | { readonly kind: 'list'; readonly element: DuckDBType; readonly fixed: boolean }
  | { readonly kind: 'map'; readonly key: DuckDBType; readonly value: DuckDBType }
  | {
      readonly kind: 'struct';
      readonly fields: readonly { readonly name: string; readonly type: DuckDBType }[];
    };

/** Quoted name, string literal, word or number, or one character. */
const token = /\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\w+|[^\s\w])/y;

/**
 * Parses a type as `DESCRIBE` prints it.
 * @returns undefined when the text is not such a type.
 */
export function parseDuckDBType(text: string): DuckDBType | undefined {
  // Most types are one word.
  if (/^[A-Z]+$/.test(text) && text !== 'STRUCT' && text !== 'MAP')
    return { kind: 'plain', name: text, args: [] };
  const tokens = tokenize(text.trim());
  if (tokens === undefined) return undefined;
  const reader = new TokenReader(tokens);
  const type = readType(reader);
  return reader.done ? type : undefined;
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    tokens.push(match[1]!);
  }
  return tokens;
}

class TokenReader {
  #next = 0;
  constructor(readonly tokens: readonly string[]) {}

  get done(): boolean {
    return this.#next === this.tokens.length;
  }

  peek(): string {
    return this.tokens[this.#next] ?? '';
  }

  take(): string {
    this.#next += 1;
    return this.tokens[this.#next - 1] ?? '';
  }

  accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.#next += 1;
    return true;
  }
}

function readType(reader: TokenReader): DuckDBType | undefined {
  let type = readElement(reader);
  while (type !== undefined && reader.accept('[')) {
    const fixed = /^\d+$/.test(reader.peek());
    if (fixed) reader.take();
    type = reader.accept(']') ? { kind: 'list', element: type, fixed } : undefined;
  }
  return type;
}

function readElement(reader: TokenReader): DuckDBType | undefined {
  const first = reader.take().toUpperCase();
  if (first === 'STRUCT') return readStruct(reader);
  if (first === 'MAP') return readMap(reader);
  if (!/^[A-Z_]\w*$/.test(first)) return undefined;
  const words = [first];
  while (/^[A-Za-z_]\w*$/.test(reader.peek())) words.push(reader.take().toUpperCase());
  const args: string[] = [];
  if (reader.accept('(')) {
    do args.push(readArgument(reader));
    while (reader.accept(','));
    if (!reader.accept(')')) return undefined;
  }
  return { kind: 'plain', name: words.join(' '), args };
}

/** `10`, `'a'`, or for a UNION `k INTEGER`: kept as text, nothing looks inside. */
function readArgument(reader: TokenReader): string {
  const parts: string[] = [];
  while (!reader.done && reader.peek() !== ',' && reader.peek() !== ')') parts.push(reader.take());
  return parts.join(' ');
}

function readStruct(reader: TokenReader): DuckDBType | undefined {
  if (!reader.accept('(')) return undefined;
  const fields: { name: string; type: DuckDBType }[] = [];
  do {
    const name = unquoted(reader.take());
    const type = readType(reader);
    if (type === undefined) return undefined;
    fields.push({ name, type });
  } while (reader.accept(','));
  return reader.accept(')') ? { kind: 'struct', fields } : undefined;
}

function readMap(reader: TokenReader): DuckDBType | undefined {
  if (!reader.accept('(')) return undefined;
  const key = readType(reader);
  const comma = reader.accept(',');
  const value = readType(reader);
  if (key === undefined || value === undefined || !comma || !reader.accept(')')) return undefined;
  return { kind: 'map', key, value };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
