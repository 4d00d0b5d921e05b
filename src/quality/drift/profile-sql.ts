/**
 * One column of a load as a small table of facts: how many values, in which forms, and which where they are few. SQL over
 * the texts that the portal delivered; nothing of it runs in a build. Pure.
 */
import { quoteIdent, quoteText } from '../../sql/quote.js';

/** What a value is, whatever its form: a change between these is a change of type. */
export type ValueKind = 'number' | 'date' | 'yes or no' | 'JSON' | 'text';

export interface FormCount {
  readonly kind: ValueKind;
  /** `whole number`, `leading zeros`, `dates like 9999-99-99`, … */
  readonly form: string;
  readonly rows: number;
  readonly example: string;
}

export interface ColumnProfile {
  readonly rows: number;
  /** NULL, or one of the texts that stand for it. */
  readonly nulls: number;
  /** Values with blanks around them. */
  readonly padded: number;
  readonly distinct: number;
  /** Most frequent first; the rarest of very many are left out. */
  readonly forms: readonly FormCount[];
  /** All values with their rows, most frequent first; undefined where there are more than `FEW_VALUES`. */
  readonly values?: readonly (readonly [value: string, rows: number])[];
}

/** A column of at most so many values has a vocabulary. */
export const FEW_VALUES = 50;
const FORMS = 20;

/** Macros that tell the form of a value; a date's form shows where its digits stand. */
export const formMacros: readonly string[] = [
  `create macro form_of(v) as case
    when regexp_full_match(v, '0[0-9]+') then 'number:leading zeros'
    when regexp_full_match(v, '1[0-9]{11,12}') then 'date:milliseconds since 1970'
    when regexp_full_match(v, '[-+]?[0-9]+') then 'number:whole numbers'
    when regexp_full_match(v, '[-+]?(?:[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?') then 'number:decimals'
    when regexp_full_match(v, '[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[0-9]+)?') then 'number:with thousands commas'
    when regexp_matches(v, '^(?:0[0-9]|1[0-7])[0-9]{2}-[0-9]{2}-[0-9]{2}') then 'date:years before 1800'
    when regexp_matches(v, '^(?:[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}|[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4})(?:[ T].*)?$')
      then 'date:' || regexp_replace(regexp_replace(v, '\\.[0-9]+', '.9', 'g'), '[0-9]', '9', 'g')
    when lower(v) in ('true', 'false', 'yes', 'no', 'y', 'n') then 'yes or no:' || case when strlen(v) = 1 then 'one letter' else 'words' end
    when v[1] in ('{', '[') then 'JSON:JSON'
    when not regexp_matches(v, '\\p{L}') then 'text:no letters'
    when regexp_matches(v, '\\p{L}.* \\([0-9]+\\)$') then 'text:a number in brackets at the end'
    when upper(v) = v then 'text:capitals'
    when lower(v) = v then 'text:small letters'
    else 'text:capitals and small letters' end`,
];

/** Three results: figures, forms, values. Read them with `readProfile`. */
export function profileSql(relation: string, column: string, nullIf: readonly string[]): readonly string[] {
  const c = quoteIdent(column);
  const tokens = [...new Set(['', ...nullIf])].map(quoteText).join(', ');
  const values = `(select case when trim(${c}) not in (${tokens}) then ${c} end as v, count(*) as n from ${relation} group by 1)`;
  return [
    `select coalesce(sum(n), 0), coalesce(sum(n) filter (v is null), 0), coalesce(sum(n) filter (v <> trim(v)), 0), count(v) from ${values}`,
    `select form_of(trim(v)) as form, sum(n), min(v) from ${values} where v is not null group by 1 order by 2 desc, 1 limit ${FORMS}`,
    `select v, n from ${values} where v is not null order by n desc, v limit ${FEW_VALUES + 1}`,
  ];
}

/** @param results Rows of the three statements of `profileSql`. */
export function readProfile(results: readonly (readonly (readonly unknown[])[])[]): ColumnProfile {
  const [rows, nulls, padded, distinct] = results[0]![0]!.map(Number) as [number, number, number, number];
  const forms = results[1]!.map(([form, count, example]): FormCount => {
    const [kind, ...rest] = String(form).split(':');
    return { kind: kind as ValueKind, form: rest.join(':'), rows: Number(count), example: String(example) };
  });
  const values = results[2]!.map(([value, count]) => [String(value), Number(count)] as const);
  return { rows, nulls, padded, distinct, forms, ...(values.length <= FEW_VALUES ? { values } : {}) };
}
