/** `lake show --select` and `--inline`: the first rows of a SELECT over what is published. Nothing is written. */
import { relationSql } from '../compile/names.js';
import type { Graph, NodeId, SilverNode } from '../compile/types.js';
import type { ResultSet, Statement } from '../engine/types.js';
import { errorInfo, LakeError } from '../errors/lake-error.js';
import { openLake } from '../lakehouse/open-lake.js';
import type { Target } from '../project/types.js';
import { engineOf } from './engine-of.js';
import { engineOn } from './engine-on.js';
import { setReading } from './set-relations.js';
import { judgeStatements } from './silver/silver-statements.js';
import { placed } from './sql-place.js';
import { nodeRelations } from './tables/relations.js';

export interface PreviewOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  /** What is shown: a node as it would be built now, or a question over logical names. */
  readonly of: NodeId | { readonly sql: string; readonly dependsOn: readonly NodeId[] };
  /** Most rows that come back. */
  readonly limit: number;
}

/**
 * Reads the newest set. Seeds and snapshots are shown as they are published: they are not SQL over other tables alone.
 * @throws LakeError LK4010 when something that is read was never built; LK50xx with the place in the user's file.
 */
export async function preview({ root, graph, target, of, limit }: PreviewOptions): Promise<ResultSet> {
  const lake = await openLake(target.lake, root);
  const reading = await setReading(lake, graph, await lake.newestSet());
  const node = typeof of === 'string' ? graph.nodes.find(({ id }) => id === of) : undefined;
  const last = (sql: string): Statement => ({ sql, collect: 'rows', limit });
  const { reads, statements } = ((): { reads: readonly NodeId[]; statements: readonly Statement[] } => {
    if (typeof of !== 'string')
      return { reads: of.dependsOn, statements: [{ sql: of.sql, collect: 'rows', question: true, limit }] };
    if (node?.kind === 'silver')
      return { reads: node.dependsOn, statements: [...judged(node), last('from final')] };
    if (node?.kind !== 'model' || node.sql === '' || node.materialized === 'snapshot')
      return { reads: [of], statements: [last(`from ${relationSql(of)}`)] };
    // The line break keeps the SQL's own columns: a mistake is found again in the user's file.
    const subject = { sql: `create temp view final as\n${node.sql}`, collect: 'none' } as const;
    return { reads: node.dependsOn, statements: [subject, last(`from final limit ${limit}`)] };
  })();
  const engine = engineOn(lake, engineOf(root, target));
  try {
    const results = await engine.sql({
      label: typeof of === 'string' ? of : 'inline',
      macros: graph.sqlMacros,
      relations: nodeRelations(reading, reads),
      statements,
    });
    return results.at(-1)!;
  } catch (error) {
    if (!node || !(error instanceof LakeError)) throw error;
    const { code, message, hint, details } = placed({ ...reading, graph }, node, errorInfo(error));
    throw new LakeError(code, message, { hint, details, cause: error });
  } finally {
    await engine.close();
  }
}

function judged(node: SilverNode): readonly Statement[] {
  return judgeStatements(node, node.columns);
}
