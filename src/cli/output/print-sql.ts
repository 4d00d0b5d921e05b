/** Compiled SQL on standard output: as text, which other programs can take as it is, or as rows. */
import { printRows } from './print-rows.js';

export interface PrintedSql {
  readonly node: string;
  readonly dependsOn: readonly string[];
  readonly sql: string;
  /** Of an incremental model: what a run adds to rows that are there. */
  readonly incremental?: string;
}

/** One statement is printed bare; of several each has a comment with its node's name. */
export async function printSql(printed: readonly PrintedSql[], format: string | undefined): Promise<void> {
  if (format === 'json' || format === 'csv') {
    const list = (names: readonly string[]) => (format === 'json' ? names : names.join(' '));
    const rows = printed.map(({ node, dependsOn, sql, incremental }) => [
      node,
      list(dependsOn),
      sql,
      incremental,
    ]);
    return printRows({ columns: ['node', 'depends_on', 'sql', 'incremental_sql'], rows }, format);
  }
  const statements = printed.flatMap(({ node, sql, incremental }) => [
    { title: node, sql },
    ...(incremental === undefined
      ? []
      : [{ title: `${node}, where it adds to rows that it has`, sql: incremental }]),
  ]);
  const one = statements.length === 1;
  const texts = statements.map(({ title, sql }) => (one ? `${sql}\n` : `-- ${title}\n${sql};\n`));
  process.stdout.write(texts.join('\n'));
}
