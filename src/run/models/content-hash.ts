/** A table's content hash, `rows:sum:engine`, moved by what came and went: the sum of the rows' hashes can be added to. Pure. */
import type { ResultSet } from '../../engine/types.js';

/**
 * @param before Of the version before. @param gone, come Results of `contentSql`.
 * @returns Undefined where it has to be counted anew: another engine hashed the rows before.
 */
export function movedContent(
  before: string | undefined,
  gone: readonly ResultSet[],
  come: readonly ResultSet[],
): string | undefined {
  const [rows, sum, engine] = before?.split(':') ?? [];
  const parts = [...gone, ...come].map(({ rows: [row] }) => row!.map(String));
  if (engine === undefined || parts.some((part) => part[2] !== engine)) return undefined;
  const total = (column: 0 | 1, start: string): bigint =>
    parts.reduce(
      (all, part, i) => (i < gone.length ? all - BigInt(part[column]!) : all + BigInt(part[column]!)),
      BigInt(start),
    );
  return `${total(0, rows!)}:${total(1, sum!)}:${engine}`;
}
