/** `materialized: table`: run the SELECT once, publish the rows if they differ from the version before. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelNode } from '../../compile/types.js';
import { runUnitTests } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import { describeSql } from '../tables/describe.js';
import type { PlannedNode } from '../tables/plan-node.js';
import { publishTable } from '../tables/publish-table.js';
import { nodeRelations } from '../tables/relations.js';
import { sourceProperties } from '../tables/source-properties.js';
import { stagedFiles } from '../tables/staged-files.js';
import { contentSql, copySql } from '../tables/table-sql.js';
import { publishedSelect } from '../tables/table-types.js';
import type { ModelResult } from './model-result.js';

/** @throws LakeError whatever stopped the model; the version before stays published. */
export async function buildTable(
  context: RunContext,
  node: ModelNode,
  { inputs, plan }: PlannedNode,
): Promise<ModelResult> {
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const relations = nodeRelations(context, node.dependsOn);
  const columns = await describeSql(context, node.id, node.sql, relations);
  const output = join(await context.lake.stage(node.id, context.run), 'rows');
  await mkdir(output, { recursive: true });
  const cast = publishedSelect(columns, node.partitionBy);
  const [content, copied] = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations,
    statements: [
      { sql: `create temp table result as select ${cast} from (\n${node.sql})`, collect: 'none' },
      {
        sql: contentSql(
          'result',
          columns.map((c) => c.name),
        ),
        collect: 'rows',
      },
      { sql: copySql('select * from result', output, node.partitionBy), collect: 'rows', limit: 1_000_000 },
    ],
  });
  const published = await publishTable(context, node, {
    columns,
    files: stagedFiles(copied!),
    content: content!.rows[0]!.join(':'),
    inputs,
    properties: sourceProperties(context, node.id),
  });
  return {
    status: published.changed ? 'success' : 'unchanged',
    reason: published.changed ? plan.reason : `${plan.reason}, its rows are the same`,
    rows: published.head.state.rows,
    bytes: published.head.state.bytes,
    version: published.head.version,
    tests: [...units, ...published.tests],
  };
}
