/**
 * A table whose rows need no cast is written straight from its SELECT, in one task: no temporary table holds them. A first
 * version has nothing to be compared with; the rows of a later one are counted and hashed in the file that was written.
 */
import type { ModelNode } from '../../compile/types.js';
import type { ColumnInfo, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { StagedFile } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { nodeRelations } from '../tables/relations.js';
import { stagedFiles } from '../tables/staged-files.js';
import { contentSql, copyInFilesSql, writtenSql } from '../tables/table-sql.js';
import { publishedColumn } from '../tables/table-types.js';
import { newOutput, type Stored } from './publish-result.js';

/** Types of DuckDB that a table has as they are, whatever their arguments. */
const AS_THEY_ARE = [
  ...'BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DECIMAL VARCHAR BLOB DATE TIMESTAMP'.split(' '),
  'TIMESTAMP WITH TIME ZONE',
];

/**
 * Undefined where columns must be cast, ordered or judged before rows are made, and where hooks, partitions or an order ask for more.
 * @throws LakeError of the node's SQL, which is the first statement as far as errors go.
 */
export async function writeAtOnce(context: RunContext, node: ModelNode): Promise<Stored | undefined> {
  if (node.contract || node.partitionBy.length > 0 || node.sortBy || (node.hooks?.pre ?? []).length > 0)
    return undefined;
  const output = await newOutput(context, node);
  const compared = context.pins.head(node.id) !== undefined;
  const statements: Statement[] = [
    // The line break keeps the SQL's own columns, here and in the COPY: a mistake is found again in the user's file.
    {
      sql: `describe\n${node.sql}`,
      collect: 'rows',
      small: true,
      limit: 100_000,
      onlyTypes: AS_THEY_ARE,
    },
    { sql: copyInFilesSql(`\n${node.sql}\n`, output, []), collect: 'rows', small: true },
    ...(compared ? [{ sql: contentSql(writtenSql(output)), collect: 'rows', small: true } as const] : []),
  ];
  const [described, copied, content] = await context.engine
    .sql({
      label: node.id,
      macros: context.graph.sqlMacros,
      relations: nodeRelations(context, node.dependsOn),
      statements,
      plain: true,
    })
    .catch((error: unknown) => {
      throw ofTheSql(error);
    });
  if (!copied || stagedFiles(copied).some(isEndless)) return undefined;
  const columns: ColumnInfo[] = described!.rows.map(([name, type]) =>
    publishedColumn(String(name), String(type)),
  );
  return { columns, copied, ...(content && { content }) };
}

/** Days and instants without end are published as NULL: such rows are written once more, cast. */
function isEndless({ columnStats }: StagedFile): boolean {
  return Object.values(columnStats).some(({ min, max }) => min === '-infinity' || max === 'infinity');
}

function ofTheSql(error: unknown): unknown {
  if (!(error instanceof LakeError) || error.details['statement'] !== 1) return error;
  return new LakeError(error.code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    transient: error.transient,
    details: { ...error.details, statement: 0 },
  });
}
