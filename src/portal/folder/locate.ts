/** Where a value of `portal.yml` stands, for messages that a person can follow. */
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/**
 * `12:5` of the deepest node on `path` that exists. A last step that is a key of a map yields the key's own place.
 * @param path keys and indexes from the document's root.
 */
export function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
