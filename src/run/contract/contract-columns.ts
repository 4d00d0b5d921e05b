/** The columns that SQL yields against those that an enforced contract declares. */
import type { ContractSpec, ModelNode } from '../../compile/types.js';
import type { ColumnInfo, ResultSet, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { type DuckDBType, parseDuckDBType } from '../../lakehouse/delta/duckdb-type.js';
import { quoteIdent } from '../../sql/quote.js';
import { publishedType } from '../tables/table-types.js';

/** Has the engine say what it calls the declared types: `text` is VARCHAR. */
export function contractStatement({ columns }: ContractSpec): Statement {
  const list = columns.map(({ name, type }) => `null::${type} as ${quoteIdent(name)}`).join(', ');
  return { sql: `describe select ${list}`, collect: 'rows', limit: 100_000 };
}

/**
 * The columns of the table: names and order of the contract, its types with their widths. As in dbt a type fits whatever
 * its length, precision or scale is: the rows are cast to the declared one. A type that tables do not have (JSON, UUID)
 * fits the one that it is published as, too.
 * @throws LakeError LK4061 with every column that is missing, not declared or of another type.
 */
export function contractColumns(
  node: ModelNode,
  contract: ContractSpec,
  yielded: readonly ColumnInfo[],
  declared: ResultSet,
): readonly ColumnInfo[] {
  const found = new Map(yielded.map((column) => [column.name.toLowerCase(), column]));
  const wrong: (readonly [column: string, declared: string, got: string])[] = [];
  const columns = contract.columns.map(({ name, type: written }, i): ColumnInfo => {
    const type = String(declared.rows[i]![1]);
    const got = found.get(name.toLowerCase());
    found.delete(name.toLowerCase());
    if (!got) wrong.push([name, written, 'missing in the SQL']);
    else if (!fits(type, got.type) && !fits(type, publishedType(got.type)))
      wrong.push([name, written, got.type]);
    // A decimal without a width is any decimal.
    const open = got !== undefined && /^(decimal|numeric|dec)$/i.test(written);
    return { name, type: publishedType(open ? got.type : type) };
  });
  for (const { name, type } of found.values()) wrong.push([name, 'missing in the contract', type]);
  if (wrong.length === 0) return columns;
  const what = wrong.length === 1 ? 'a column is' : `${wrong.length} columns are`;
  throw new LakeError('LK4061', `${node.id}: ${what} not as the contract says`, {
    hint: `Cast it in ${node.path}, or change the contract; nothing was published`,
    details: {
      at: (contract.columns.find(({ name }) => name === wrong[0]![0]) ?? contract.columns[0]!).at,
      table: asTable(wrong),
      columns: wrong.map(([column, declaredType, got]) => ({ column, declared: declaredType, got })),
    },
  });
}

/** Equal but for lengths, precisions and scales. */
function fits(declared: string, got: string): boolean {
  const [a, b] = [parseDuckDBType(declared), parseDuckDBType(got)];
  return a !== undefined && b !== undefined && bare(a) === bare(b);
}

function bare(type: DuckDBType): string {
  switch (type.kind) {
    case 'plain':
      return type.name;
    case 'list':
      return `${bare(type.element)}[]`;
    case 'map':
      return `map(${bare(type.key)}, ${bare(type.value)})`;
    case 'struct':
      return `struct(${type.fields.map((field) => `${field.name.toLowerCase()} ${bare(field.type)}`).join(', ')})`;
  }
}

function asTable(rows: readonly (readonly string[])[]): string {
  const all = [['column', 'declared', 'got'], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]!.length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join(' | ')
          .trimEnd()}`,
    )
    .join('\n');
}
