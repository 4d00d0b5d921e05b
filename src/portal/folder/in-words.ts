/** What zod finds wrong with `portal.yml`, in the words of someone who writes YAML. */
import { didYouMean } from '../../errors/nearest.js';
import type { Mistake } from './mistake.js';

/** As much of zod's issue as is told. https://zod.dev/error-customization */
export interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
  /** Of a key that a record refuses. */
  readonly issues?: readonly Issue[];
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly discriminator?: string;
  readonly options?: readonly unknown[];
  readonly minimum?: unknown;
  readonly maximum?: unknown;
}

const knownKeys =
  'root day origins faults seed type gzip down internal_origin packages datasets repos tokens folder files resources table days columns drop records spread dialect counted updated_at file filename cap cache_copies row_identifier recorded cassettes answers status content_type result_of at kind origin retry_after bytes by ms after times name title notes category ref rows'.split(
    ' ',
  );

/** zod's names of types, in words. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** @param root the document's plain value: what is written at an issue's path. */
export function mistakesOf(issue: Issue, root: unknown): Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      path: [...issue.path, key],
      point: 'key',
      message: `unknown key "${key}"`,
      hint: didYouMean(key, knownKeys),
    }));
  }
  const inner = nearestBranch(issue);
  if (inner !== undefined) {
    return inner.flatMap((nested) => mistakesOf({ ...nested, path: [...issue.path, ...nested.path] }, root));
  }
  const { path } = issue;
  const name = path.length === 0 ? 'portal.yml' : `"${String(path.at(-1))}"`;
  const written = valueAt(root, path);
  if (issue.code === 'invalid_key') {
    return [{ path, point: 'key', message: `${name}: ${issue.issues?.[0]?.message ?? issue.message}` }];
  }
  if (written === undefined && path.length > 0) {
    return [
      { path: path.slice(0, -1), point: 'value', message: `${name} is missing`, expected: expectedOf(issue) },
    ];
  }
  const expected = expectedOf(issue);
  if (expected === undefined) return [{ path, point: 'value', message: `${name}: ${issue.message}` }];
  const options = choices(issue);
  const hint = typeof written === 'string' && options ? didYouMean(written, options) : undefined;
  return [{ path, point: 'value', message: `${name} cannot be ${inWords(written)}`, expected, hint }];
}

function expectedOf(issue: Issue): string | undefined {
  const options = choices(issue);
  if (options !== undefined) return options.length === 1 ? options[0] : `one of ${options.join(', ')}`;
  if (issue.code === 'too_small') return `${String(issue.minimum)} or more`;
  if (issue.code === 'too_big') return `${String(issue.maximum)} or less`;
  if (issue.code === 'invalid_union') {
    const each = (issue.errors ?? []).flatMap((branch) =>
      branch.map((nested) => kinds[nested.expected ?? '']),
    );
    const named = [...new Set(each)].filter((kind) => kind !== undefined);
    return named.length > 0 && !isCustom(issue) ? named.join(' or ') : undefined;
  }
  return issue.expected === undefined ? undefined : kinds[issue.expected];
}

/** True where the schema itself says in words what is wrong. */
function isCustom({ message }: Issue): boolean {
  return !message.startsWith('Invalid input');
}

function choices(issue: Issue): readonly string[] | undefined {
  const listed =
    issue.code === 'invalid_value' ? issue.values : issue.discriminator ? issue.options : undefined;
  return listed?.map(String);
}

function inWords(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(value);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return value;
}

/** Of the ways in which a value may be written, the one that fits furthest: what the user meant, most likely. */
function nearestBranch(issue: Issue): readonly Issue[] | undefined {
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((nested) => nested.path.length));
  const [nearest] = [...(issue.errors ?? [])].sort((a, b) => depth(b) - depth(a));
  return nearest !== undefined && depth(nearest) > 0 ? nearest : undefined;
}
