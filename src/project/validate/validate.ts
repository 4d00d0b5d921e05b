/** A file's value against its schema: every mistake as a diagnostic, and as much of the value as is right. */
import type { Findings } from '../findings.js';
import { type Path, valueAt, type YamlFile, type YamlValue } from '../yaml/yaml-file.js';
import { judge } from './judge.js';
import type { Problem } from './problems.js';
import type { JsonSchema } from './schema-files.js';

/** A value is mended at most so often: each round removes what the round before has uncovered. */
const MOST_ROUNDS = 8;

/**
 * The value without its wrong parts, so that the checks that follow still see the rest; undefined where nothing is left
 * of it. The file keeps every key: ask it, not the value, whether a key was written. `T` is what the schema says.
 */
export function validate<T>(
  schema: JsonSchema,
  doc: YamlFile,
  findings: Findings,
  isSecret: (path: Path) => boolean = () => false,
): T | undefined {
  let problems = judge(schema, doc.value);
  if (problems.length === 0) return doc.value as T;
  if (doc.value === null) {
    findings.add('LK1005', doc.at([]), 'the file is empty', { hint: schema.description });
    return undefined;
  }

  const value = structuredClone(doc.value);
  const mended: Path[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const wrong: Path[] = [];
    for (const problem of problems) {
      if (convert(value, doc, problem)) continue;
      const { template, unread } = doc.place(problem.path);
      const consequence = mended.some((path) => problem.path.every((step, i) => path[i] === step));
      if (!consequence && !unread && template !== 'open') report(problem, doc, findings, isSecret);
      wrong.push(problem.point === 'parent' ? problem.path.slice(0, -1) : problem.path);
    }
    if (wrong.some((path) => path.length === 0)) return undefined;
    for (const path of inOrder(wrong)) remove(value, doc, path);
    mended.push(...wrong, ...problems.flatMap(renamed));
    problems = judge(schema, value);
    if (problems.length === 0) return value as T;
  }
  return undefined;
}

/** A key that was misspelt is missing once the misspelt one is taken out. */
function renamed({ path, meant }: Problem): readonly Path[] {
  return meant === undefined ? [] : [[...path.slice(0, -1), meant]];
}

function report(
  problem: Problem,
  doc: YamlFile,
  findings: Findings,
  isSecret: (path: Path) => boolean,
): void {
  const { code, path, point, expected, hint } = problem;
  const hidden = point === 'value' && isSecret(path);
  const at =
    point === 'value'
      ? doc.at(path)
      : point === 'key'
        ? doc.atKey(path)
        : path.length === 1
          ? firstKey(doc)
          : doc.atKey(path.slice(0, -1));
  findings.add(code, at, hidden ? `"${String(path.at(-1))}" has a wrong value` : problem.message, {
    expected,
    hint: hidden ? undefined : hint,
  });
}

/** Where to point for a key that the file's top level lacks. */
function firstKey(doc: YamlFile) {
  const [key] = doc.root.children?.keys() ?? [];
  return key === undefined ? doc.at([]) : doc.atKey([key]);
}

/** A value out of the environment is text; where a number or a flag is wanted, it is read as one. */
function convert(root: YamlValue, doc: YamlFile, { kind = [], path }: Problem): boolean {
  const text = valueAt(root, path);
  const parent = valueAt(root, path.slice(0, -1));
  if (typeof text !== 'string' || doc.place(path).template !== 'filled') return false;
  const number = kind.includes('number') || kind.includes('integer') ? toNumber(text) : undefined;
  const converted = number ?? (kind.includes('boolean') ? { true: true, false: false }[text] : undefined);
  if (converted === undefined) return false;
  (parent as Record<PropertyKey, YamlValue>)[path.at(-1)!] = converted;
  return true;
}

function toNumber(text: string): number | undefined {
  return /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

/** Takes a value out, of a list together with its place, so that places are still found by index. */
function remove(root: YamlValue, doc: YamlFile, path: Path): void {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1)!;
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
    doc.dropEntry(path.slice(0, -1), Number(last));
  } else if (typeof parent === 'object' && parent !== null) delete parent[String(last)];
}

/** Each path once, later entries of a list first, so that the indexes of the others stay what they are. */
function inOrder(paths: readonly Path[]): readonly Path[] {
  const once = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...once.values()].sort(lastFirst);
}

function lastFirst(a: Path, b: Path): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    if (a[i] === b[i]) continue;
    return typeof a[i] === 'number' && typeof b[i] === 'number'
      ? Number(b[i]) - Number(a[i])
      : String(a[i]) < String(b[i])
        ? -1
        : 1;
  }
  return b.length - a.length;
}
