/** Has the engine parse the question of `--inline`, so that a slip in it is told with its own line. */

import { type CompiledProject, ProjectMistakes } from '../api/load-and-compile.js';
import type { InlineQuery } from '../compile/types.js';
import type { Engine } from '../engine/types.js';

/** The question, parsed. @throws ProjectMistakes with its place, when it does not parse. */
export async function parseInline(
  { inline, sources }: CompiledProject,
  engine: Pick<Engine, 'parse'>,
): Promise<InlineQuery> {
  const [{ originAt }, { INLINE_FILE }] = await Promise.all([
    import('../compile/locate.js'),
    import('../compile/inline.js'),
  ]);
  const { sql, origins } = inline!;
  const [error] = await engine.parse([sql]);
  if (!error) return inline!;
  const { line, col } = (error.details ?? {}) as { line?: number; col?: number };
  const at = line === undefined ? undefined : originAt(origins, line, col ?? 1);
  const place = at ?? { file: INLINE_FILE, line: 1, col: 1 };
  const { message, hint } = error;
  throw new ProjectMistakes([{ code: 'LK2045', severity: 'error', message, at: place, hint }], sources);
}
