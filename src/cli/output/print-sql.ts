/** Compiled SQL on standard output: as text, which other programs can take as it is, or as rows. */
import { printRows } from './print-rows.js';

export interface PrintedSql {
  readonly node: string;
  readonly dependsOn: readonly string[];
  readonly sql: string;
}

/** One statement is printed bare; of several each has a comment with its node's name. */
export async function printSql(printed: readonly PrintedSql[], format: string | undefined): Promise<void> {
  if (format === 'json' || format === 'csv') {
    const list = (names: readonly string[]) => (format === 'json' ? names : names.join(' '));
    const rows = printed.map(({ node, dependsOn, sql }) => [node, list(dependsOn), sql]);
    return printRows({ columns: ['node', 'depends_on', 'sql'], rows }, format);
  }
  const one = printed.length === 1;
  const texts = printed.map(({ node, sql }) => (one ? `${sql}\n` : `-- ${node}\n${sql};\n`));
  process.stdout.write(texts.join('\n'));
}
