/**
 * The one place where secrets are hidden: by value, in each form that they take on their way through addresses, headers and
 * JSON. What a run tells (events, results, errors), what it keeps in words, and what fetching reports goes through here.
 */
export interface Redactor {
  /** The text with `***` in place of every secret. */
  text(text: string): string;
  /** The same for every string within a plain value; the value itself where there is none. Keys stay as they are. */
  value<T>(value: T): T;
}

const mask = '***';
/** Stands where a text was cut off, perhaps in the middle of a secret. */
const CUT = '…';
/** Shorter values would blank out ordinary words. */
const shortestSecret = 4;
/** Shorter words within a secret (`Bearer`, `sslmode`) are no secrets. */
const shortestPiece = 12;
/** Shorter pieces of Base64 are ordinary words, too. */
const shortestBase64 = 8;

/** A redactor for these values; without any it changes nothing. */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const whole = [...secrets].flatMap((value) => [value, ...piecesOf(value)]);
  const forms = [...new Set(whole.filter((value) => value.length >= shortestSecret).flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  );
  const text = (from: string): string => {
    let clean = from;
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, mask);
    return clean.includes(CUT) ? withoutBeginnings(clean, forms) : clean;
  };
  const value = (from: unknown): unknown => {
    if (typeof from === 'string') return text(from);
    if (Array.isArray(from)) return mapped(from, value);
    if (!isPlain(from)) return from;
    const values = Object.values(from);
    const clean = mapped(values, value);
    return clean === values
      ? from
      : Object.fromEntries(Object.keys(from).map((key, at) => [key, clean[at]] as const));
  };
  return { text, value: <T>(from: T) => (forms.length === 0 ? from : (value(from) as T)) };
}

/** At most so many characters; what is longer ends in `…`, by which a redactor finds a secret that was cut in two. */
export function cutOff(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}${CUT}`;
}

/** Whatever a secret begins with, in front of a cut. */
function withoutBeginnings(text: string, forms: readonly string[]): string {
  const pieces = text.split(CUT);
  const clean = pieces.slice(0, -1).map((piece) => {
    for (const form of forms)
      for (let length = Math.min(form.length, piece.length); length >= shortestSecret; length -= 1)
        if (piece.endsWith(form.slice(0, length))) return `${piece.slice(0, -length)}${mask}`;
    return piece;
  });
  return [...clean, pieces.at(-1)].join(CUT);
}

/**
 * What is secret within a value: the password of a connection string, and each longer word of a header such as
 * `Bearer …` or `session=…; …`. An answer may repeat that alone.
 */
function piecesOf(value: string): string[] {
  const password = URL.canParse(value) ? new URL(value).password : '';
  return [
    password,
    decoded(password),
    ...value.split(/[\s;,=]+/).filter((word) => word.length >= shortestPiece),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As it is, percent-encoded in an address or a form, escaped in JSON, and in Base64 wherever it begins in what was encoded. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
  return [
    secret,
    encoded,
    lower(encoded),
    form,
    lower(form),
    json,
    ...[0, 1, 2].flatMap((at) => inBase64(secret, at)),
  ];
}

/**
 * What surely stands in the Base64 of any text that holds the secret after `3n + offset` bytes: `user:secret` in a Basic
 * header is one. Characters that the neighbours have a share in are left out.
 */
function inBase64(secret: string, offset: number): string[] {
  const bytes = Buffer.from(secret);
  const from = Math.ceil((offset * 4) / 3);
  const to = Math.floor(((offset + bytes.length) * 4) / 3);
  return (['base64', 'base64url'] as const)
    .map((encoding) =>
      Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .slice(from, to),
    )
    .filter((text) => text.length >= shortestBase64);
}

function mapped(values: readonly unknown[], map: (value: unknown) => unknown): readonly unknown[] {
  const clean = values.map(map);
  return clean.every((value, at) => value === values[at]) ? values : clean;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
