/** Where a value of `portal.yml` stands, for messages that a person can follow. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';

/** Offsets of what is to be marked: the deepest node on `path` that exists, or its key. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * @param path keys and indexes from the document's root.
 * @param point of an entry of a mapping: its key or its value. Values that are mappings or lists of several lines are
 *   marked by their key.
 */
export function spanOf(document: Document, path: readonly PropertyKey[], point: 'key' | 'value'): Span {
  let node: unknown = document.contents;
  let key: unknown;
  for (const step of path) {
    const found = childOf(isAlias(node) ? node.resolve(document) : node, step);
    if (found === undefined) break;
    ({ key, node } = found);
  }
  const own = rangeOf(node);
  const named = rangeOf(key);
  const marksKey =
    named !== undefined && (point === 'key' || own === undefined || isMap(node) || isSeq(node));
  return (marksKey ? named : own) ?? { start: 0, end: 1 };
}

function childOf(
  node: unknown,
  step: PropertyKey,
): { readonly key?: unknown; readonly node: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
    return pair === undefined ? undefined : { key: pair.key, node: pair.value };
  }
  if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
    return { node: node.items[step] };
  }
  return undefined;
}

function rangeOf(node: unknown): Span | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? { start: range[0], end: range[1] } : undefined;
}
