/**
 * Two states of a table compared row by row, found by their key, in texts. Each changed value is put down to one cause:
 * the same value in another spelling, one mapping that holds for all rows (`'0'` → NULL), a column that is another in
 * nearly every row; what is left are edits. Pure.
 */
import { quoteIdent, quoteText } from '../../sql/quote.js';

/** The first seven are spellings of one value. */
export const CAUSES = [
  'nothing',
  'blanks',
  'case',
  'leading zeros',
  'number',
  'date',
  'notation',
  'suffix',
  'mapping',
  'everywhere',
  'edit',
] as const;
export type Cause = (typeof CAUSES)[number];

export interface DiffQuestion {
  /** Temporary tables `rows_before` and `rows_now` have them all, as text, and the key's columns. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly nullIf: readonly string[];
  readonly timezone: string;
  /** Edits and keys that are shown. */
  readonly limit: number;
}

export interface CauseCount {
  readonly cause: Cause;
  /** A suffix's shape; else ''. */
  readonly detail: string;
  readonly rows: number;
  readonly example: { readonly key: string; readonly before: string | null; readonly now: string | null };
}

export interface KeyedDiff {
  readonly before: number;
  readonly now: number;
  readonly added: number;
  readonly removed: number;
  /** Rows with at least one changed value, and of these the rows with an edit. */
  readonly changed: number;
  readonly edited: number;
  /** In the order of the question's columns; none for a column that is the same in every row. */
  readonly columns: readonly (readonly CauseCount[])[];
  readonly edits: readonly {
    readonly key: string;
    readonly column: number;
    readonly before: string | null;
    readonly now: string | null;
  }[];
  readonly addedKeys: readonly string[];
  readonly removedKeys: readonly string[];
}

/** A mapping or a suffix must explain so many rows, or it is a number of edits that look alike. */
const LEAST = 10;
/** Of the rows with the old value, those that have the new one. */
const MAPPED = 0.95;
/** Of all rows. */
const NEARLY_ALL = 0.95;

export interface DiffStatements {
  readonly prepare: readonly string[];
  /** Their results, in order, are what `readKeyedDiff` reads. */
  readonly ask: readonly string[];
}

/**
 * What differs is gathered into one long table of cells first, and judged there: a table has many columns, few of them
 * change, and the engine plans each rule once instead of once for every column.
 */
export function keyedDiffSql(question: DiffQuestion): DiffStatements {
  const { columns, key, limit } = question;
  const names = key.map(quoteIdent).join(', ');
  const keyText = concatenated(key, '');
  const cells = columns.map(
    (_, i) =>
      `select key, ${i} as col, a${i} as a, b${i} as b from changed where a${i} is distinct from b${i}`,
  );
  const hashed = (alias: string) =>
    `hash(${columns.map((name) => `${alias}.${quoteIdent(name)}`).join(', ') || '1'})`;
  const values = columns.flatMap((name, i) => [
    `a.${quoteIdent(name)} as a${i}`,
    `b.${quoteIdent(name)} as b${i}`,
  ]);
  const only = (one: string, other: string) =>
    `select r.* from rows_${one} r anti join rows_${other} o using (${names})`;
  return {
    prepare: [
      `create temp table added as ${only('now', 'before')}`,
      `create temp table removed as ${only('before', 'now')}`,
      `create temp table changed as select ${[`${concatenated(key, 'a.')} as key`, ...values].join(', ')}
        from rows_before a join rows_now b using (${names}) where ${hashed('a')} <> ${hashed('b')}`,
      `create temp table cells as ${cells.join('\n union all ') || 'select null::varchar as key, 0 as col, null::varchar as a, null::varchar as b where false'}`,
      judgedSql(question),
      ...mappingSql(question),
      VERDICTS,
      `create temp table verdicts as select c.key, c.col, c.a, c.b, v.cause, v.detail
        from cells c join verdict v on c.col = v.col and c.a is not distinct from v.a and c.b is not distinct from v.b`,
    ],
    ask: [
      `select (select count(*) from rows_before), (select count(*) from rows_now), (select count(*) from added),
        (select count(*) from removed), count(distinct key), count(distinct key) filter (cause = 'edit') from verdicts`,
      `select col, cause, detail, count(*) as n, arg_min(struct_pack(k := key, a := a, b := b), key) from verdicts group by col, cause, detail
        qualify row_number() over (partition by col order by n desc, cause, detail) <= ${CAUSES_OF_A_COLUMN}
        order by col, n desc, cause, detail`,
      `select key, col, a, b from verdicts where cause = 'edit' order by key, col limit ${limit}`,
      `select ${keyText} from added order by 1 limit ${limit}`,
      `select ${keyText} from removed order by 1 limit ${limit}`,
    ],
  };
}

const CAUSES_OF_A_COLUMN = 12;

function concatenated(key: readonly string[], alias: string): string {
  return `concat_ws(' ', ${key.map((name) => `${alias}${quoteIdent(name)}`).join(', ')})`;
}

/** Each pair of an old and a new value once, with its number of rows and the spelling that explains it, if one does. */
function judgedSql({ nullIf, timezone }: DiffQuestion): string {
  const tz = quoteText(timezone);
  const tokens = [...new Set(['', ...nullIf])].map(quoteText).join(', ');
  const nothing = (v: string) => `(${v} is null or trim(${v}) in (${tokens}))`;
  const bracketed = (v: string) => `regexp_matches(${v}, '[\\[({]')`;
  const rest = (long: string, short: string) =>
    `regexp_replace(${long}[length(${short}) + 1:], '[0-9]+', '9', 'g')`;
  return `create temp table judged as select col, a, b, n, case
        when ${nothing('a')} and ${nothing('b')} then 'nothing'
        when ${nothing('a')} or ${nothing('b')} then null
        when regexp_replace(trim(a), '\\s+', ' ', 'g') = regexp_replace(trim(b), '\\s+', ' ', 'g') then 'blanks'
        when spelled_plainly(a) = spelled_plainly(b) then 'case'
        when regexp_full_match(a, '[0-9]+') and regexp_full_match(b, '[0-9]+') and ltrim(a, '0') = ltrim(b, '0') then 'leading zeros'
        when spelled_number(trim(a)) = spelled_number(trim(b)) then 'number'
        when spelled_instant(trim(a), ${tz}) = spelled_instant(trim(b), ${tz}) then 'date'
        when ${bracketed('a')} and ${bracketed('b')} and len(spelled_numbers(a)) > 1 and spelled_numbers(a) = spelled_numbers(b) then 'notation'
        when starts_with(b, a) then 'suffix' when starts_with(a, b) then 'suffix' end as cause,
        case when cause <> 'suffix' or cause is null then ''
          when starts_with(b, a) then '+' || ${rest('b', 'a')} else '-' || ${rest('a', 'b')} end as detail
      from (select col, a, b, count(*) as n from cells group by all)`;
}

/** A mapping holds for nearly all rows of both states that had the old value, changed or not. */
function mappingSql({ columns }: DiffQuestion): readonly string[] {
  const having = (table: string) =>
    columns.map(
      (name, i) => `select ${i} as col, r.${quoteIdent(name)} as a, ${table === 'removed' ? -1 : 1} as one
        from ${table} r join (select a from open_values where col = ${i}) o on r.${quoteIdent(name)} is not distinct from o.a`,
    );
  const totals = [...having('rows_before'), ...having('removed')].join('\n union all ');
  return [
    `create temp table open_values as select distinct col, a from judged where cause is null and n >= ${LEAST}`,
    `create temp table mapping as select j.col, j.a, j.b, j.n from judged j
        join (select col, a, sum(one) as total from (${totals || 'select 0 as col, null as a, 0 as one where false'}) group by all) t
          on j.col = t.col and j.a is not distinct from t.a
      where j.cause is null and j.n >= ${LEAST} and j.n >= ${MAPPED} * total`,
  ];
}

const VERDICTS = `create temp table verdict as
  with kept as (select (select count(*) from rows_before) - (select count(*) from removed) as n),
    open as (select col, sum(n) as n from judged where cause is null group by col),
    best as (select col, max(n) as n from mapping group by col),
    everywhere as (select open.col from open left join best using (col) where open.n >= ${LEAST}
      and open.n >= ${NEARLY_ALL} * (select n from kept) and coalesce(best.n, 0) < 0.9 * open.n),
    suffixes as (select col, detail from judged where cause = 'suffix' group by all having sum(n) >= ${LEAST})
  select j.col, j.a, j.b, case
      when j.cause = 'suffix' and s.detail is null then 'edit'
      when j.cause is not null then j.cause
      when e.col is not null then 'everywhere'
      when m.n is not null then 'mapping' else 'edit' end as verdict,
    case verdict when 'suffix' then j.detail
      when 'mapping' then coalesce(j.a, '∅') || ' → ' || coalesce(j.b, '∅') else '' end as detail,
    verdict as cause
  from judged j left join everywhere e on j.col = e.col
    left join suffixes s on j.cause = 'suffix' and j.col = s.col and j.detail = s.detail
    left join mapping m on j.col = m.col and j.a is not distinct from m.a and j.b is not distinct from m.b`;

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

/** @param results Rows of the statements that ask, in their order. */
export function readKeyedDiff(
  { columns }: DiffQuestion,
  results: readonly (readonly (readonly unknown[])[])[],
): KeyedDiff {
  const [before, now, added, removed, changed, edited] = results[0]![0]!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [, causes, edits, addedKeys, removedKeys] = results;
  return {
    before,
    now,
    added,
    removed,
    changed,
    edited,
    columns: columns.map((_, i) => merged(causes!.filter(([col]) => Number(col) === i).map(readCause))),
    edits: edits!.map(([key, column, a, b]) => ({
      key: String(key),
      column: Number(column),
      before: textOf(a),
      now: textOf(b),
    })),
    addedKeys: addedKeys!.map(([key]) => String(key)),
    removedKeys: removedKeys!.map(([key]) => String(key)),
  };
}

function readCause([, cause, detail, rows, example]: readonly unknown[]): CauseCount {
  const { k, a, b } = (example ?? {}) as Record<string, unknown>;
  return {
    cause: String(cause) as Cause,
    detail: cause === 'suffix' ? String(detail) : '',
    rows: Number(rows),
    example: { key: String(k), before: textOf(a), now: textOf(b) },
  };
}

/** Edits and changes everywhere are one cause each, whatever mapping some of their rows also fit. */
function merged(causes: readonly CauseCount[]): readonly CauseCount[] {
  const found = new Map<string, CauseCount>();
  for (const [i, one] of causes.entries()) {
    const key = one.cause === 'mapping' ? `mapping ${i}` : `${one.cause} ${one.detail}`;
    const first = found.get(key);
    found.set(key, first ? { ...first, rows: first.rows + one.rows } : one);
  }
  return [...found.values()];
}
