/** Writes compiled SQL for people and has the engine parse what changed: what `compile`, `build` and `run` begin with. */
import type { Engine } from '../engine/types.js';
import { type CompiledProject, ProjectMistakes } from './load-and-compile.js';

export interface Compiled {
  /** Files of `target/compiled` that changed. */
  readonly written: number;
  /** Statements that the engine had not parsed before. */
  readonly parsed: number;
}

/** @param engine For the statements that it has not parsed before. @throws ProjectMistakes with a diagnostic for every statement that does not parse. */
export async function compileToTarget(
  { root, graph, sources }: CompiledProject,
  engine: Pick<Engine, 'parse'>,
): Promise<Compiled> {
  const [{ writeCompiled }, { parseChangedSql }] = await Promise.all([
    import('../compile/write-compiled.js'),
    import('../run/parse-sql.js'),
  ]);
  const { written } = writeCompiled(graph, root);
  const { parsed, diagnostics } = await parseChangedSql(graph, root, engine);
  if (diagnostics.length > 0) throw new ProjectMistakes(diagnostics, sources);
  return { written: written.length, parsed };
}
