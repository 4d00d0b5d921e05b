/** From a place in compiled SQL back to the user's own line: through templates, macros and generated silver. */
import type { SourceSpan } from '../errors/diagnostic.js';
import type { RenderedSql, SqlOrigin } from './types.js';

interface Located {
  readonly origins?: readonly SqlOrigin[];
}

/**
 * The user's place of a line and column (both from 1) of the SQL of a node, data test or unit test. Undefined when
 * there is no such id, or nothing is known of the place.
 */
export function locate(graph: RenderedSql, id: string, line: number, col: number): SourceSpan | undefined {
  const node = withId(graph, id);
  return node?.origins && originAt(node.origins, line, col);
}

/** The place of an offset of a text that was rendered with these origins. */
export function locateIn(
  text: string,
  origins: readonly SqlOrigin[],
  offset: number,
): SourceSpan | undefined {
  const before = text.slice(0, offset);
  return originAt(origins, before.split('\n').length, offset - before.lastIndexOf('\n'));
}

function withId(graph: RenderedSql, id: string): Located | undefined {
  const node = graph.nodes.find((n) => n.id === id);
  if (node) return node.kind === 'bronze' ? undefined : node;
  return graph.tests.find((t) => t.id === id) ?? graph.unitTests.find((t) => t.id === id);
}

/** The user's place of a line and column (both from 1) of a text that was rendered with these origins. */
export function originAt(origins: readonly SqlOrigin[], line: number, col: number): SourceSpan | undefined {
  let low = 0;
  let high = origins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { outLine, outCol } = origins[middle]!;
    if (outLine < line || (outLine === line && outCol <= col)) low = middle + 1;
    else high = middle;
  }
  // The last piece that starts at or before the place.
  const origin = origins[low - 1];
  if (!origin) return undefined;
  const { file, calledFrom } = origin;
  const called = calledFrom && { calledFrom };
  if (!origin.verbatim) return { file, line: origin.line, col: origin.col, ...called };
  const down = line - origin.outLine;
  return down === 0
    ? { file, line: origin.line, col: origin.col + col - origin.outCol, ...called }
    : { file, line: origin.line + down, col, ...called };
}
