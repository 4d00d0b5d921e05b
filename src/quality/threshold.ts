/** `warn_if` and `error_if`: what a number of failures must be. dbt's words: an operator and a number. */

const COMPARISON = /^(=|==|!=|<>|<|<=|>|>=)\s*(-?\d+(?:\.\d+)?)$/;
const RANGE = /^(not\s+)?between\s+(-?\d+(?:\.\d+)?)\s+and\s+(-?\d+(?:\.\d+)?)$/i;

export const THRESHOLD_EXPECTED = 'an operator and a number, such as "> 10", or "between 1 and 10"';

export function isThreshold(text: string): boolean {
  return COMPARISON.test(text.trim()) || RANGE.test(text.trim());
}

/** Whether the number is as `threshold` says; a number that is not 0 where nothing is said. */
export function meets(failures: number, threshold = '!= 0'): boolean {
  const range = RANGE.exec(threshold.trim());
  if (range) {
    const inside = failures >= Number(range[2]) && failures <= Number(range[3]);
    return range[1] === undefined ? inside : !inside;
  }
  const [, operator, written] = COMPARISON.exec(threshold.trim()) ?? [];
  const bound = Number(written);
  switch (operator) {
    case '=':
    case '==':
      return failures === bound;
    case '!=':
    case '<>':
      return failures !== bound;
    case '<':
      return failures < bound;
    case '<=':
      return failures <= bound;
    case '>':
      return failures > bound;
    case '>=':
      return failures >= bound;
    default:
      throw new Error(`no threshold: ${threshold}`);
  }
}

export interface Thresholds {
  readonly severity: 'error' | 'warn';
  readonly warnIf?: string;
  readonly errorIf?: string;
}

/** As dbt judges: a test of severity error fails by `error_if`, and any test warns by `warn_if`. */
export function verdict(
  failures: number,
  { severity, warnIf, errorIf }: Thresholds,
): 'pass' | 'warn' | 'fail' {
  if (severity === 'error' && meets(failures, errorIf)) return 'fail';
  return meets(failures, warnIf) ? 'warn' : 'pass';
}
