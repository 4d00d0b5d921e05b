/** What can be wrong with one value, as a sentence: what is wrong, what was expected, what to do. */
import { didYouMean, nearest } from '../../errors/nearest.js';
import {
  LISTS_OF_DBT,
  NODE_SETTINGS_OF_DBT,
  PROJECT_SETTINGS_OF_DBT,
  SCHEMA_OF_GOLD,
  TEST_SETTINGS_OF_DBT,
} from '../../errors/of-dbt.js';
import { SLUG, SLUG_EXPECTED } from '../language.js';
import { kindInWords, oneOf } from '../sentence.js';
import { maskCredentials } from '../template/mask.js';
import type { Path, YamlValue } from '../yaml/yaml-file.js';

export interface Problem {
  readonly code: string;
  /** The value to blame; for an unknown or missing key, the path that ends with the key. */
  readonly path: Path;
  /** Where the diagnostic points: the key, the value, or the mapping that lacks a key. */
  readonly point: 'key' | 'value' | 'parent';
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
  /** True when another kind of value was wanted: a text out of the environment may still be turned into it. */
  readonly kind?: readonly string[];
  /** For an unknown key: the one that was probably meant, which is then not missing. Of a value cut in two: the key that its end became. */
  readonly meant?: string;
}

/** More valid keys than this are not listed beside the nearest one. */
const MOST_LISTED = 16;

/** A key that the mapping does not have. */
export function unknownKey(key: string, path: Path, keys: readonly string[]): Problem {
  const design = byDesign(key.replace(/^\+/, ''), path, keys);
  const meant = design !== undefined ? undefined : nearest(key, keys);
  const listed =
    design === undefined && keys.length > 0 && (meant === undefined || keys.length <= MOST_LISTED);
  return {
    code: 'LK1003',
    path,
    point: 'key',
    message: `unknown key "${key}"`,
    ...(listed ? { expected: oneOf(keys) } : {}),
    ...(meant === undefined ? {} : { hint: `Did you mean "${meant}"?`, meant }),
    ...(design === undefined ? {} : { hint: design }),
  };
}

/** What to write instead of a setting that dbt has and lake has not; undefined for any other key. */
function byDesign(key: string, path: Path, keys: readonly string[]): string | undefined {
  const ofTest = path.includes('tests') || path.includes('data_tests');
  if (ofTest) return Object.hasOwn(TEST_SETTINGS_OF_DBT, key) ? TEST_SETTINGS_OF_DBT[key] : undefined;
  if (path.length === 1 && keys.includes('exposures'))
    return Object.hasOwn(LISTS_OF_DBT, key) ? LISTS_OF_DBT[key] : undefined;
  if (path.length === 1 && keys.includes('portals'))
    return Object.hasOwn(PROJECT_SETTINGS_OF_DBT, key) ? PROJECT_SETTINGS_OF_DBT[key] : undefined;
  const isConfig = path.includes('config') || ['models', 'seeds', 'snapshots'].includes(String(path[0]));
  if (isConfig && key === 'schema' && !keys.includes('layer') && !keys.includes('+layer'))
    return SCHEMA_OF_GOLD;
  return isConfig && Object.hasOwn(NODE_SETTINGS_OF_DBT, key) ? NODE_SETTINGS_OF_DBT[key] : undefined;
}

/** A name that could not be a table or column. */
export function badName(name: string, path: Path, point: 'key' | 'value'): Problem {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^(?=[0-9])/, '_');
  return {
    code: 'LK1011',
    path,
    point,
    message: `"${name}" is not a valid name`,
    expected: SLUG_EXPECTED,
    ...(SLUG.test(slug) ? { hint: `Write it as ${slug}` } : {}),
  };
}

/** A key that must be there; `path` ends with it. */
export function missingKey(
  path: Path,
  expected: string | undefined,
  description: string | undefined,
): Problem {
  return {
    code: 'LK1005',
    path,
    point: 'parent',
    message: `${called(path)} is missing`,
    ...(expected === undefined ? {} : { expected }),
    ...(description === undefined ? {} : { hint: `Add it: ${inSentence(description)}` }),
  };
}

/** What is known of the kinds that were wanted. */
export interface Wanted {
  readonly kind: readonly string[];
  readonly expected?: string;
  /** Single values that are allowed. */
  readonly names?: readonly string[];
  /** True when a list of just this value would be right. */
  readonly asList?: boolean;
}

/** A value of another kind: a list where a text was wanted. */
export function wrongKind(path: Path, value: YamlValue, wanted: Wanted): Problem {
  const { kind, expected } = wanted;
  const empty = value === null;
  return {
    code: 'LK1004',
    path,
    point: empty ? 'key' : 'value',
    message: empty ? `${called(path)} has no value` : `${called(path)} cannot be ${shown(value)}`,
    expected: expected ?? oneOf(kind.map(kindInWords)),
    ...hintFor(path, value, wanted),
    kind,
  };
}

function hintFor(
  path: Path,
  value: YamlValue,
  { kind, expected, names = [], asList }: Wanted,
): { readonly hint?: string } {
  if (value === null) {
    return {
      hint:
        typeof path.at(-1) === 'number'
          ? "Write 'null' in quotes if the text is meant"
          : 'Write a value, or remove the key',
    };
  }
  const near = typeof value === 'string' ? didYouMean(value, names) : undefined;
  if (near !== undefined) return { hint: near };
  if (asList) return { hint: `Write it as a list: [${String(value)}]` };
  const text =
    typeof value !== 'object' &&
    typeof value !== 'string' &&
    expected === undefined &&
    kind.includes('string');
  return text ? { hint: 'Put quotes around it' } : {};
}

/** A value in braces that its own comma cuts in two. @param rest The key that its end became. */
export function unquotedComma(path: Path, value: string, rest: string): Problem {
  return {
    code: 'LK1004',
    path,
    point: 'value',
    message: `${called(path)} ends at its comma, for it stands in { }`,
    hint: `Put quotes around it: ${String(path.at(-1))}: "${value},${rest}"`,
    meant: rest,
  };
}

/** A value of the right kind that is none of those allowed. */
export function notAllowed(
  path: Path,
  value: YamlValue,
  expected: string | undefined,
  names: readonly string[] = [],
): Problem {
  const hint = typeof value === 'string' ? didYouMean(value, names) : undefined;
  const named = expected ?? (names.length > 0 ? oneOf(names) : undefined);
  return {
    code: 'LK1006',
    path,
    point: 'value',
    message: `${called(path)} cannot be ${shown(value)}`,
    ...(named === undefined ? {} : { expected: named }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** `"header"`, or `entry 2 of "from"`. */
function called(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string');
  const last = path.at(-1);
  if (key === undefined) return 'the file';
  return typeof last === 'number' ? `entry ${last + 1} of "${String(key)}"` : `"${String(key)}"`;
}

function shown(value: YamlValue): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') {
    const text = maskCredentials(value);
    return `"${text.length > 50 ? `${text.slice(0, 50)}…` : text}"`;
  }
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

/** A description as the end of a sentence. */
function inSentence(description: string): string {
  const text = description.replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
