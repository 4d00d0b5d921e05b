/** Where a node, or what it is told to be, is written. */
import type { ModelNode } from '../../compile/types.js';
import type { SourceSpan } from '../../errors/diagnostic.js';

/** Of what has no SQL of its own, the entry in YAML; of a seed that YAML says nothing of, its file. */
export function declaredAt({ origins }: Pick<ModelNode, 'origins'>): SourceSpan | undefined {
  const [first] = origins ?? [];
  return first && { file: first.file, line: first.line, col: first.col };
}

/** Where a key of its configuration stands; the node itself where a folder's settings have it. */
export function settingAt(node: Pick<ModelNode, 'origins' | 'configAt' | 'path'>, key: string): SourceSpan {
  return node.configAt?.[key] ?? declaredAt(node) ?? { file: node.path, line: 1, col: 1 };
}
