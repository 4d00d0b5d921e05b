/** Where a node that has no SQL of its own is declared: a snapshot, a seed. */
import type { ModelNode } from '../../compile/types.js';
import type { SourceSpan } from '../../errors/diagnostic.js';

/** The entry in YAML; of a seed that YAML says nothing of, its file. */
export function declaredAt({ origins }: ModelNode): SourceSpan | undefined {
  const [first] = origins ?? [];
  return first && { file: first.file, line: first.line, col: first.col };
}
