/** `{{env 'X' 'default'}}` and `{{var 'x' 'default'}}` in one scalar value of a YAML file. */
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../types.js';

export interface TemplateValues {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly vars: Readonly<Record<string, Json>>;
}

export type Filled =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly code: 'LK1021' | 'LK1022';
      readonly message: string;
      readonly hint?: string;
    };

const TEMPLATE = /\\\{\{|\{\{(.*?)\}\}|\{\{/gs;
const CALL =
  /^\s*([A-Za-z_]+)\s+(?:'([^']*)'|"([^"]*)")(?:\s+(?:'([^']*)'|"([^"]*)"|(true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)))?\s*$/;

/** True when a scalar holds a template, or an escaped `\{{`. */
export function hasTemplate(scalar: string): boolean {
  return scalar.includes('{{');
}

/**
 * The scalar with its templates replaced, once: what comes out is never read again. A scalar that is one template and
 * nothing else takes the var's own type; `\{{` stands for `{{`.
 */
export function fillScalar(scalar: string, values: TemplateValues): Filled {
  const pieces: Json[] = [];
  let from = 0;
  for (const match of scalar.matchAll(TEMPLATE)) {
    if (match.index > from) pieces.push(scalar.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0].startsWith('\\')) {
      pieces.push('{{');
      continue;
    }
    const filled = match[1] === undefined ? unreadable(match[0]) : call(match[1], values);
    if (!filled.ok) return filled;
    pieces.push(filled.value);
  }
  if (from < scalar.length) pieces.push(scalar.slice(from));
  if (pieces.length === 1) return { ok: true, value: pieces[0]! };
  const nested = pieces.find((piece) => typeof piece === 'object' && piece !== null);
  if (nested !== undefined) {
    return {
      ok: false,
      code: 'LK1022',
      message: 'a list or mapping cannot be put into text',
      hint: 'Use a var that is text or a number',
    };
  }
  return { ok: true, value: pieces.map((piece) => (piece === null ? '' : String(piece))).join('') };
}

function call(inside: string, { env, vars }: TemplateValues): Filled {
  const match = CALL.exec(inside);
  if (!match) return unreadable(`{{${inside}}}`);
  const [, helper, single, double, singleDefault, doubleDefault, bare] = match;
  const name = (single ?? double)!;
  const otherwise = singleDefault ?? doubleDefault ?? bare;
  if (helper === 'env') {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined) return { ok: true, value };
    if (otherwise !== undefined) return { ok: true, value: otherwise };
    return {
      ok: false,
      code: 'LK1021',
      message: `the environment variable ${name} is not set`,
      hint: `Set it, or write a default: {{env '${name}' ''}}`,
    };
  }
  if (helper === 'var') {
    if (Object.hasOwn(vars, name)) return { ok: true, value: vars[name]! };
    // As in a template of SQL: true and numbers without quotes are no texts.
    if (bare !== undefined) return { ok: true, value: JSON.parse(bare) as Json };
    if (otherwise !== undefined) return { ok: true, value: otherwise };
    const hint =
      didYouMean(name, Object.keys(vars)) ?? `Add it under vars: in project.yml, or pass it with --vars`;
    return { ok: false, code: 'LK1022', message: `there is no var "${name}"`, hint };
  }
  const hint =
    helper === 'ref'
      ? `Write the name alone: ${name}`
      : (didYouMean(helper!, ['env', 'var']) ?? `Values of YAML files know {{env 'X'}} and {{var 'x'}} only`);
  return { ok: false, code: 'LK1022', message: `there is no helper "${helper}" in YAML values`, hint };
}

function unreadable(written: string): Filled {
  return {
    ok: false,
    code: 'LK1022',
    message: `${written.length > 40 ? `${written.slice(0, 40)}…` : written} cannot be read`,
    hint:
      ofJinja(written) ??
      "Write {{env 'X'}}, {{env 'X' 'default'}}, {{var 'x'}} or {{var 'x' true}}; \\{{ stands for {{ itself",
  };
}

/** What to write for a call of dbt's, or for an expression, which only a template of SQL may hold. */
function ofJinja(written: string): string | undefined {
  const called =
    /^\{\{\s*(env_var|var)\(\s*(['"][^'"]*['"])(?:\s*,\s*('[^']*'|"[^"]*"|true|false|-?\d+(?:\.\d+)?))?\s*\)/.exec(
      written,
    );
  if (called) {
    const [, name, first, otherwise] = called;
    const helper = name === 'env_var' ? 'env' : 'var';
    return `Write {{${[helper, first, otherwise].filter((word) => word !== undefined).join(' ')}}}`;
  }
  return /\btarget\b|==|!=|\b(?:if|and|or|not)\b/.test(written)
    ? "Values of YAML know env and var only; a model's own file knows more: {{config enabled=(eq target.name 'dev')}}"
    : undefined;
}
