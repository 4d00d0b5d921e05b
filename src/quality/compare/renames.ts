/** Which gone column lives on under which new name: found by the values, never by how the names look. Pure. */
import { looseName } from '../../sql/loose-name.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';

/** One column as a relation of the task shows it. */
export interface ComparedColumn {
  /** As the portal spells it. */
  readonly name: string;
  /** Its name in the relation. */
  readonly as: string;
}

export interface RenameQuestion {
  readonly gone: readonly ComparedColumn[];
  readonly added: readonly ComparedColumn[];
  /** Relations as SQL names them, and the columns that identify a row in both; none: values alone are compared. */
  readonly before: string;
  readonly now: string;
  readonly key: readonly string[];
  readonly timezone: string;
}

export interface ColumnMatch {
  readonly from: string;
  readonly to: string;
  /** Of the compared rows, those with the same value; from 0 to 1. */
  readonly share: number;
}

/** Rows that are compared at most: enough to know a column by, and little work in the largest table. */
const SAMPLE = 5_000;
/** Columns of either side that are compared at most. */
const COLUMNS = 40;
/** The same value in this share of the rows, found by their key, is the same column, with edits. */
const SAME_BY_KEY = 0.8;
/** Columns of few values resemble each other: by values alone more is asked for. */
const SAME_BY_VALUES = 0.9;
/** A column of few values fits another by chance: the best must be better than the next by this much. */
const MARGIN = 0.02;

/** One row: for every pair, `renamePairs` in order, the share of rows that agree; NULL where no row has a value. */
export function renameByKeySql(question: RenameQuestion): string {
  const { before, now, key, timezone } = question;
  const names = key.map(quoteIdent).join(', ');
  const side = (relation: string, columns: readonly ComparedColumn[], letter: string) =>
    `(select ${[names, ...columns.slice(0, COLUMNS).map((c, i) => `${alikeSql(c, timezone)} as ${letter}${i}`)].join(', ')}
      from ${relation} where hash(${names}) % greatest(1, (select count(*) from ${before}) // ${SAMPLE}) = 0)`;
  const shares = renamePairs(question).map(([from, to]) => {
    const [a, b] = [`a${question.gone.indexOf(from)}`, `b${question.added.indexOf(to)}`];
    // NULL on one side alone is a difference: a sparse column is not the same as a full one that agrees with it there.
    return `count(*) filter (${a} = ${b}) / nullif(count(*) filter (${a} is not null or ${b} is not null), 0)`;
  });
  return `select ${shares.join(',\n  ')}
    from ${side(before, question.gone, 'a')} join ${side(now, question.added, 'b')} using (${names})`;
}

/** The same row without a key: how much of either column's values, counted as a bag, the other has. */
export function renameByValuesSql(question: RenameQuestion): string {
  const { before, now, timezone } = question;
  const bags = (relation: string, columns: readonly ComparedColumn[]) =>
    columns
      .slice(0, COLUMNS)
      .map(
        (column, i) => `select ${i} as col, v, count(*) / sum(count(*)) over () as share
          from (select ${alikeSql(column, timezone)} as v from ${relation}) where v is not null group by v`,
      )
      .join('\n union all ');
  const shares = renamePairs(question).map(
    ([from, to]) =>
      `max(share) filter (a = ${question.gone.indexOf(from)} and b = ${question.added.indexOf(to)})`,
  );
  return `with bags_before as (${bags(before, question.gone)}), bags_now as (${bags(now, question.added)})
    select ${shares.join(',\n  ')} from (
      select a.col as a, b.col as b, sum(least(a.share, b.share)) as share
      from bags_before a join bags_now b using (v) group by all)`;
}

function alikeSql({ as }: ComparedColumn, timezone: string): string {
  return `nullif(spelled_alike(${quoteIdent(as)}, ${quoteText(timezone)}), '')`;
}

/** Pairs in the order of the results' columns. */
function renamePairs({
  gone,
  added,
}: RenameQuestion): readonly (readonly [ComparedColumn, ComparedColumn])[] {
  return gone.slice(0, COLUMNS).flatMap((from) => added.slice(0, COLUMNS).map((to) => [from, to] as const));
}

/** Reads such a row: each gone column has at most one heir, and each heir one ancestor. */
export function readRenames(
  question: RenameQuestion,
  row: readonly unknown[],
  by: 'key' | 'values',
): readonly ColumnMatch[] {
  const least = by === 'key' ? SAME_BY_KEY : SAME_BY_VALUES;
  const matches = renamePairs(question)
    .map(([from, to], i) => ({ from: from.name, to: to.name, share: Number(row[i] ?? 0) }))
    .filter(({ share }) => share >= least)
    .sort((a, b) => b.share - a.share || Number(alike(b)) - Number(alike(a)));
  const found: ColumnMatch[] = [];
  for (const match of matches) {
    const rival = matches.some(
      (other) =>
        other !== match &&
        (other.from === match.from) !== (other.to === match.to) &&
        match.share - other.share < MARGIN &&
        !alike(match),
    );
    const taken = found.some(({ from, to }) => from === match.from || to === match.to);
    if (!taken && !rival) found.push(match);
  }
  return found;
}

/** Two names that differ in case, blanks or punctuation alone settle a tie between columns of the same values. */
function alike({ from, to }: ColumnMatch): boolean {
  return looseName(from) === looseName(to);
}
