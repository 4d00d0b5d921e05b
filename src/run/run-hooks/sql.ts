import type { RunHookNode } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import type { RunContext } from '../context.js';
import type { RunResult } from '../events.js';
import { mergeRelations, nodeRelations } from '../tables/relations.js';

/**
 * One statement in a catalog of its own: it reads what it refs and, at the end of a run, `run.results`. It can look and
 * fail; it cannot write.
 * @throws LakeError LK4010 where a table that it reads was never built, LK50xx where the SQL fails.
 */
export async function runHookSql(
  context: RunContext,
  { sql, reads }: Extract<RunHookNode, { kind: 'sql' }>,
  label: string,
  result: RunResult | undefined,
): Promise<void> {
  const results = result ? [resultsRelation(result)] : [];
  await context.engine.sql({
    label,
    macros: context.graph.sqlMacros,
    relations: mergeRelations(nodeRelations(context, reads), results),
    statements: [{ sql, collect: 'none' }],
  });
}

const COLUMNS = [
  { name: 'node', type: 'VARCHAR' },
  { name: 'kind', type: 'VARCHAR' },
  { name: 'status', type: 'VARCHAR' },
  { name: 'reason', type: 'VARCHAR' },
  { name: 'seconds', type: 'DOUBLE' },
  { name: 'rows', type: 'BIGINT' },
  { name: 'failed_tests', type: 'BIGINT' },
];

function resultsRelation({ nodes }: RunResult): Relation {
  return {
    schema: 'run',
    name: 'results',
    scans: [],
    columns: COLUMNS,
    rows: nodes.map(({ id, kind, status, reason, seconds, rows, tests }) => [
      id,
      kind,
      status,
      reason,
      String(seconds),
      rows === undefined ? null : String(rows),
      String(tests.filter((test) => test.status === 'fail' || test.status === 'error').length),
    ]),
  };
}
