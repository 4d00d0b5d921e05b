/** Opens a project whose SQL is about to be parsed; of one with mistakes the SQL that has none is parsed as well. */
import { type CompiledProject, ProjectMistakes, type UnparsedSql } from '../api/load-and-compile.js';
import { open } from './open.js';
import type { ProjectOptions } from './options.js';

/** @throws ProjectMistakes with every mistake, those of SQL among them. @throws LakeError as `open` */
export async function openToRun(
  options: ProjectOptions & { readonly inline?: string },
): Promise<CompiledProject> {
  try {
    return await open(options, () => true);
  } catch (error) {
    if (!(error instanceof ProjectMistakes) || !error.unparsed) throw error;
    const found = await slipsIn(error.unparsed);
    throw found.length > 0 ? new ProjectMistakes([...error.diagnostics, ...found], error.sources) : error;
  }
}

/** What the engine's parser says; nothing where the engine cannot be had, for the mistakes are what is to be told. */
async function slipsIn({ root, sql, target }: UnparsedSql): Promise<ProjectMistakes['diagnostics']> {
  const [{ engineOf }, { parseChangedSql }] = await Promise.all([
    import('../run/engine-of.js'),
    import('../run/parse-sql.js'),
  ]);
  const engine = engineOf(root, target);
  try {
    return (await parseChangedSql(sql, root, engine, false)).diagnostics;
  } catch {
    return [];
  } finally {
    await engine.close();
  }
}
