/** Whether a value that somebody wrote is still the same in the type of its column: a unit test may not round. */

const WHOLE = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const FLOATING = /\b(FLOAT|DOUBLE)\b/;

/**
 * @param written The value as text, as it is cast.
 * @param printed What the engine prints of it in the column's type.
 * @param type As DuckDB writes it.
 */
export function keepsValue(written: string, printed: string | null, type: string): boolean {
  if (printed === null) return true;
  if (/[[(]/.test(type.replace(/^DECIMAL\(\d+,\d+\)$/, 'DECIMAL')))
    return FLOATING.test(type) || sameNumbers(written, printed);
  if (WHOLE.test(type) || type.startsWith('DECIMAL')) return sameNumber(written, printed);
  // A fraction is the nearest that the type has; a whole number that it cannot hold is another number.
  if (FLOATING.test(type)) return !isWhole(written) || sameNumber(written, printed);
  if (type === 'DATE') return !hasTime(written);
  if (type.startsWith('TIME')) return !/[1-9]/.test(fractionOf(written).slice(digitsOf(type)));
  return true;
}

/** True where one of them is no plain number: what it is, the cast has judged. */
function sameNumber(written: string, printed: string): boolean {
  const number = canonical(written);
  return number === undefined || number === canonical(printed);
}

/** The numbers within lists and structs, in any order. */
function sameNumbers(written: string, printed: string): boolean {
  const [a, b] = [written, printed].map((text) =>
    (text.match(/[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? []).map((one) => canonical(one) ?? one).sort(),
  );
  return a!.length !== b!.length || a!.every((number, i) => number === b![i]);
}

/** `-1.50` and `-15e-1` alike: sign, digits without zeros around them, exponent. Undefined for anything else. */
function canonical(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?\s*$/i.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - short.length);
  return `${sign === '-' ? '-' : ''}${short}e${power}`;
}

function isWhole(text: string): boolean {
  return /^\s*[+-]?\d+\s*$/.test(text);
}

function hasTime(text: string): boolean {
  const [time = ''] = /[T ]\d{1,2}:[\d:.]+/.exec(text) ?? [];
  return /[1-9]/.test(time);
}

function fractionOf(text: string): string {
  return /:\d{2}\.(\d+)/.exec(text)?.[1] ?? '';
}

/** Digits of a second that the type holds. */
function digitsOf(type: string): number {
  return { TIMESTAMP_S: 0, TIMESTAMP_MS: 3, TIMESTAMP_NS: 9, TIME_NS: 9 }[type] ?? 6;
}
