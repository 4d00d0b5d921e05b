/**
 * Which values a table holds more than once, known by their hashes: a number takes less room than texts, and most often there
 * are none. Counted in passes over parts of all hashes, so that what it takes does not grow with the table.
 */

export interface Repeated {
  /** Name of the temporary table to be made; its one column is `h`. */
  readonly into: string;
  /** SQL of a hash. */
  readonly hash: string;
  /** What stands behind FROM, with its conditions. */
  readonly from: string;
  /** Rows of it, about; 0 where nobody knows. */
  readonly rows: number;
  /** What of a hash's rows must hold. */
  readonly having?: string;
}

/** A hash table of so many values takes some 60 MB, less than writing the table does. */
const ROWS_A_PASS = 1_000_000;

/** Statements that collect nothing. Equal hashes of different values are for who reads them to tell apart. */
export function repeatedHashes({
  into,
  hash,
  from,
  rows,
  having = 'count(*) > 1',
}: Repeated): readonly string[] {
  const passes = Math.max(1, Math.ceil(rows / ROWS_A_PASS));
  const all = `select ${hash} as h, * from ${from}`;
  const pass = (condition: string) => `select h from (${all})${condition} group by h having ${having}`;
  const [first, ...others] = Array.from({ length: passes }, (_, i) =>
    pass(passes === 1 ? '' : ` where h % ${passes} = ${i}`),
  );
  return [
    `create temp table ${into} as ${first}`,
    ...others.map((select) => `insert into ${into} ${select}`),
  ];
}
