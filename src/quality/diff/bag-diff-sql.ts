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

/**
 * Equal rows of both states cancel out first: what is left over is all that makes a difference, to the rows and to each
 * column's values alike. Their values are judged once each, in one long table, for the engine plans the rules of spelling
 * slowly.
 */
export function bagDiffSql(question: DiffQuestion): DiffStatements {
  const { columns, limit } = question;
  const names = columns.map(quoteIdent);
  const row = `hash(${names.join(', ') || '1'})`;
  const cells = columns.map((_, i) => `hash(${i}, c${i})::hugeint`);
  const left = (side: 'before' | 'now', own: string, others: string) =>
    `select ${[`'${side}' as side`, ...names.map((name, i) => `${name} as c${i}`)].join(', ')}
      from (select *, ${row} as h from rows_${side}) join odd using (h)
      qualify row_number() over (partition by h) > ${others} and ${own} > ${others}`;
  const unexplained = (side: 'before' | 'now', own: string, others: string) =>
    `select ${columns.map((_, i) => `c${i}`).join(', ') || '1'} from spelled join odd_spelled using (plain) where side = '${side}'
      qualify row_number() over (partition by plain) > ${others} and ${own} > ${others} limit ${limit}`;
  return {
    prepare: [
      `create temp table odd as select h, count(*) filter (side = 'now') as n, count(*) filter (side = 'before') as o
        from (select ${row} as h, 'now' as side from rows_now union all select ${row}, 'before' from rows_before)
        group by h having n <> o`,
      `create temp table surplus as select row_number() over () as id, * from (
        ${left('now', 'n', 'o')}\n union all ${left('before', 'o', 'n')})`,
      ...valuesSql(question),
      // A row's hash is a sum over its cells, so that only the cells with a second spelling are looked at once more.
      `create temp table spelled as select s.*, list_sum([0::hugeint, ${cells.join(', ')}]) + coalesce(shift, 0) as plain
        from surplus s left join (select id, sum(shift) as shift from (${shifts(columns)}) group by id) using (id)`,
      `create temp table odd_spelled as select plain, count(*) filter (side = 'now') as n,
        count(*) filter (side = 'before') as o from spelled group by plain having n <> o`,
    ],
    ask: [
      `select (select count(*) from rows_before), (select count(*) from rows_now), ${['now', 'before']
        .map((side) => `(select count(*) from surplus where side = '${side}')`)
        .join(', ')},
        (select coalesce(sum(greatest(n - o, 0)), 0) from odd_spelled)`,
      `select col, sum(greatest(n - o, 0)), sum(greatest(o - n, 0)), min(v) filter (o > n), min(v) filter (n > o)
        from cell_values group by col`,
      `select col, sum(greatest(n - o, 0)), sum(greatest(o - n, 0))
        from (select col, spelling, sum(n) as n, sum(o) as o from cell_values group by all) group by col`,
      unexplained('now', 'n', 'o'),
      unexplained('before', 'o', 'n'),
    ],
  };
}

/** `cell_values`: each value of a column with how often either state has it left over, and the one spelling for all its spellings. */
function valuesSql({ columns, nullIf, timezone }: DiffQuestion): readonly string[] {
  const tokens = [...new Set(['', ...nullIf])].map(quoteText).join(', ');
  const counts = columns.map(
    (_, i) => `select ${i} as col, c${i} as v, count(*) filter (side = 'now') as n,
      count(*) filter (side = 'before') as o from surplus group by c${i}`,
  );
  return [
    `create temp table cell_values as
      select *, case when trim(v) not in (${tokens}) then spelled_alike(v, ${quoteText(timezone)}) end as spelling
      from (${counts.join('\n union all ') || 'select 0 as col, null::varchar as v, 0 as n, 0 as o where false'})`,
    // The values that another value of their column also spells, each with the one that stands for all.
    `create temp table respelled as select col, v, first_value(v) over one as stands
      from cell_values window one as (partition by col, spelling order by v nulls first)
      qualify count(*) over (partition by col, spelling) > 1`,
  ];
}

function shifts(columns: readonly string[]): string {
  const cells = columns.map(
    (
      _,
      i,
    ) => `select s.id, hash(${i}, r.stands)::hugeint - hash(${i}, s.c${i})::hugeint as shift from surplus s
      join (select v, stands from respelled where col = ${i}) r on s.c${i} is not distinct from r.v`,
  );
  return cells.join('\n union all ') || 'select 0 as id, 0::hugeint as shift where false';
}

const textOf = (value: unknown): string | null => (value === null ? null : String(value));

/** @param results Rows of the statements that ask, in their order. */
export function readBagDiff(
  { columns }: DiffQuestion,
  results: readonly (readonly (readonly unknown[])[])[],
): BagDiff {
  const [totals, values, spellings, addedRows, removedRows] = results;
  const [before, now, added, removed, unexplained] = totals![0]!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const most = (rows: readonly (readonly unknown[])[] | undefined, column: number) => {
    const found = rows!.find(([col]) => Number(col) === column);
    return { found, rows: Math.max(Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)) };
  };
  return {
    before,
    now,
    added,
    removed,
    respelled: added - unexplained,
    columns: columns.map((_, i) => {
      const { found, rows: changed } = most(values, i);
      const [a, b] = [found?.[3] ?? null, found?.[4] ?? null];
      const respelled = changed - most(spellings, i).rows;
      return { changed, respelled, before: textOf(a), now: textOf(b) };
    }),
    addedRows: addedRows!.map((cells) => cells.map(textOf)),
    removedRows: removedRows!.map((cells) => cells.map(textOf)),
  };
}
