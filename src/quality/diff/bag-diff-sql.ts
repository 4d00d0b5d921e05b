/** Two states of a table without a key: rows are counted, and a changed row is one removed and one added. Pure. */
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { DiffQuestion, DiffStatements } from './diff-sql.js';

export interface BagDiff {
  readonly before: number;
  readonly now: number;
  readonly added: number;
  readonly removed: number;
  /** Of the added rows, those that were there before in another spelling. */
  readonly respelled: number;
  readonly columns: readonly BagColumn[];
  /** Rows that no spelling explains, each with all columns' texts. */
  readonly addedRows: readonly (readonly (string | null)[])[];
  readonly removedRows: readonly (readonly (string | null)[])[];
}

/** How many rows have a value of the column that the other state has not as often. */
export interface BagColumn {
  readonly changed: number;
  /** Of these, rows whose value the other state has in another spelling. */
  readonly respelled: number;
  readonly before: string | null;
  readonly now: string | null;
}

export function bagDiffSql({ columns, timezone, nullIf, limit }: DiffQuestion): DiffStatements {
  const tz = quoteText(timezone);
  const tokens = [...new Set(['', ...nullIf])].map(quoteText).join(', ');
  const names = columns.map(quoteIdent);
  const alike = (name: string) =>
    `case when trim(${name}) not in (${tokens}) then spelled_alike(${name}, ${tz}) end`;
  const bag = (table: string, of: string) =>
    `(select h, count(*) as n from (select ${of} as h from ${table}) group by h)`;
  /** Added and removed between two bags. */
  const balance = (
    of: string,
  ) => `(select coalesce(sum(greatest(n - o, 0)), 0) as added, coalesce(sum(greatest(o - n, 0)), 0) as removed
    from (select coalesce(a.n, 0) as n, coalesce(b.n, 0) as o
      from ${bag('rows_now', of)} a full join ${bag('rows_before', of)} b on a.h is not distinct from b.h))`;
  const row = `hash(${names.join(', ') || '1'})`;
  const plain = `hash(${names.map(alike).join(', ') || '1'})`;
  const surplus = (
    one: string,
    other: string,
  ) => `select ${names.map((name) => `r.${name}`).join(', ') || '1'} from (
      select *, row_number() over (partition by h) as place from (select ${[...names, `${plain} as h`].join(', ')} from ${one})) r
    left join ${bag(other, plain)} o on o.h = r.h where place > coalesce(o.n, 0) limit ${limit}`;
  const example = (one: string, other: string, name: string) =>
    `(select min(v) from (select ${name} as v from ${one} except all select ${name} from ${other}))`;
  return {
    prepare: [],
    ask: [
      `select (select count(*) from rows_before), (select count(*) from rows_now), r.added, r.removed, r.added - p.added
        from ${balance(row)} r, ${balance(plain)} p`,
      ...names.map(
        (
          name,
        ) => `select greatest(r.added, r.removed), greatest(r.added, r.removed) - greatest(p.added, p.removed),
          ${example('rows_before', 'rows_now', name)}, ${example('rows_now', 'rows_before', name)}
          from ${balance(name)} r, ${balance(alike(name))} p`,
      ),
      surplus('rows_now', 'rows_before'),
      surplus('rows_before', 'rows_now'),
    ],
  };
}

const textOf = (value: unknown): string | null => (value === null ? null : String(value));

/** @param results Rows of the statements that ask, in their order. */
export function readBagDiff(
  { columns }: DiffQuestion,
  results: readonly (readonly (readonly unknown[])[])[],
): BagDiff {
  const [before, now, added, removed, respelled] = results[0]![0]!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [addedRows, removedRows] = results.slice(columns.length + 1);
  return {
    before,
    now,
    added,
    removed,
    respelled,
    columns: columns.map((_, i) => {
      const [changed, same, a, b] = results[i + 1]![0]!;
      return { changed: Number(changed), respelled: Number(same), before: textOf(a), now: textOf(b) };
    }),
    addedRows: addedRows!.map((cells) => cells.map(textOf)),
    removedRows: removedRows!.map((cells) => cells.map(textOf)),
  };
}
