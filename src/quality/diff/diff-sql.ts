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

export function keyedDiffSql(question: DiffQuestion): DiffStatements {
  const { columns, key, limit } = question;
  const names = key.map(quoteIdent).join(', ');
  const keyText = (alias: string) =>
    `concat_ws(' ', ${key.map((name) => `${alias}${quoteIdent(name)}`).join(', ')})`;
  const values = columns.flatMap((column, i) => [
    `a.${quoteIdent(column)} as a${i}`,
    `b.${quoteIdent(column)} as b${i}`,
  ]);
  const only = (one: string, other: string) => `from ${one} r anti join ${other} o using (${names})`;
  const verdicts = columns.map((_, i) => `select key, ${i} as col, a, b, cause from verdict_${i}`);
  const all = verdicts.join('\n union all ') || 'select null, null, null, null, null where false';
  return {
    prepare: [
      `create temp table matched as select ${[`${keyText('a.')} as key`, ...values].join(', ')}
        from rows_before a join rows_now b using (${names})`,
      ...columns.flatMap((_, i) => verdictSql(question, i)),
    ],
    ask: [
      `select (select count(*) from rows_before), (select count(*) from rows_now),
        (select count(*) ${only('rows_now', 'rows_before')}), (select count(*) ${only('rows_before', 'rows_now')}),
        count(distinct key), count(distinct key) filter (cause = 'edit') from (${all})`,
      ...columns.map(
        (_, i) => `select cause, detail, count(*), arg_min(struct_pack(k := key, a := a, b := b), key)
          from verdict_${i} group by 1, 2 order by 3 desc, 1, 2 limit 12`,
      ),
      `select key, col, a, b from (${all}) where cause = 'edit' order by key, col limit ${limit}`,
      `select ${keyText('r.')} ${only('rows_now', 'rows_before')} order by 1 limit ${limit}`,
      `select ${keyText('r.')} ${only('rows_before', 'rows_now')} order by 1 limit ${limit}`,
    ],
  };
}

function verdictSql({ nullIf, timezone }: DiffQuestion, i: number): readonly string[] {
  const tz = quoteText(timezone);
  const tokens = [...new Set(['', ...nullIf])].map(quoteText).join(', ');
  const nothing = (v: string) => `(${v} is null or trim(${v}) in (${tokens}))`;
  const bracketed = (v: string) => `regexp_matches(${v}, '[\\[({]')`;
  const rest = (long: string, short: string) =>
    `regexp_replace(${long}[length(${short}) + 1:], '[0-9]+', '9', 'g')`;
  return [
    `create temp table change_${i} as select key, a, b, case
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
      from (select key, a${i} as a, b${i} as b from matched where a${i} is distinct from b${i})`,
    `create temp table mapping_${i} as select c.a, c.b, n from
        (select a, b, count(*) as n from change_${i} where cause is null group by all) c
        join (select a${i} as a, count(*) as total from matched group by all) t on c.a is not distinct from t.a
      where n >= ${LEAST} and n >= ${MAPPED} * total`,
    `create temp table verdict_${i} as
      with open as (select count(*) as n from change_${i} where cause is null),
        suffixes as (select detail from change_${i} where cause = 'suffix' group by detail having count(*) >= ${LEAST}),
        facts as (select open.n >= ${LEAST} and open.n >= ${NEARLY_ALL} * (select count(*) from matched)
          and coalesce((select max(n) from mapping_${i}), 0) < 0.9 * open.n as everywhere from open)
      select c.key, c.a, c.b, case
          when c.cause = 'suffix' and c.detail not in (select detail from suffixes) then 'edit'
          when c.cause is not null then c.cause
          when (select everywhere from facts) then 'everywhere'
          when m.n is not null then 'mapping' else 'edit' end as cause,
        case cause when 'suffix' then c.detail
          when 'mapping' then coalesce(c.a, '∅') || ' → ' || coalesce(c.b, '∅') else '' end as detail
      from change_${i} c left join mapping_${i} m on c.a is not distinct from m.a and c.b is not distinct from m.b`,
  ];
}

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
  const [edits, addedKeys, removedKeys] = results.slice(columns.length + 1);
  return {
    before,
    now,
    added,
    removed,
    changed,
    edited,
    columns: columns.map((_, i) => merged(results[i + 1]!.map(readCause))),
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

function readCause([cause, detail, rows, example]: readonly unknown[]): CauseCount {
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
