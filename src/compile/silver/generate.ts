/**
 * Writes the silver SELECT of a dataset: text (trim, null_if) → typed (exact casts) → valued (rules, defaults) →
 * derived (`sql:` over other fields). It is meant to be read: one line a field, in the manifest's order.
 */

import type { Dataset, Field } from '../../project/types.js';
import { BOUND_COLUMNS, JUDGEMENT_COLUMNS } from '../../sql/own-columns.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { OutputColumn } from '../types.js';
import { bindFields } from './binds.js';
import { type Breach, breaches, literal } from './rules.js';
import { castText, isText, sqlType } from './types.js';
import { substituteValue } from './value.js';

const SYSTEM_COLUMNS = BOUND_COLUMNS.map(({ name }) => name);

interface FieldPlan {
  readonly field: Field;
  /** SQL of the value after trim and null_if; undefined when the field is computed from other fields. */
  readonly text?: string;
  /** SQL of the typed value. */
  readonly typed: string;
  readonly breaches: readonly Breach[];
}

export interface SilverSelect {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/** The SELECT for a dataset that declares fields. `inputs` are the bound columns by field, see `bindFields`. */
export function generateSelect(dataset: Dataset, fields: readonly Field[]): SilverSelect {
  const { inputs } = bindFields(dataset, fields);
  const plans = fields.map((field) => planField(field, inputs.get(field.name) ?? []));
  const direct = plans.filter((p) => p.text !== undefined);
  const derived = plans.filter((p) => p.text === undefined);
  const system = SYSTEM_COLUMNS.join(', ');

  const textLines = direct.map(
    ({ field }) => `${textOf(field, inputs.get(field.name)!)} as ${textName(field)}`,
  );
  const typedLines = direct.map(({ field, typed }) => `${typed} as ${quoteIdent(field.name)}`);
  const valueLines = direct.map(namedValue);
  const ctes = [
    cte(
      'text',
      'what the portal delivered: trimmed, its spellings of nothing as NULL',
      [system, ...textLines],
      `from "bronze".${quoteIdent(dataset.name)}`,
    ),
    cte(
      'typed',
      'exact casts: a text that is not of its type becomes NULL and is counted',
      ['*', ...typedLines],
      'from text',
    ),
    cte('valued', 'rules and defaults', [system, ...valueLines, ...judgements(direct)], 'from typed'),
  ];
  let last = 'valued';
  if (derived.length > 0) {
    const lines = derived.map((p) => `${p.typed} as ${quoteIdent(p.field.name)}`);
    ctes.push(cte('derived', 'fields computed from other fields', ['*', ...lines], 'from valued'));
    last = 'derived';
  }
  const outputs = plans.map((p) =>
    p.text === undefined ? `${finalValue(p)} as ${quoteIdent(p.field.name)}` : quoteIdent(p.field.name),
  );
  const judged = derived.some((p) => problems(p).length > 0)
    ? judgements(derived, true)
    : [...JUDGEMENT_COLUMNS];
  const sql = `with ${ctes.join(',\n')}\nselect\n${indent([...outputs, system, ...judged])}\nfrom ${last}\n`;
  const columns = fields.map((f) => ({ name: f.name, type: sqlType(f.type), description: f.description }));
  return {
    sql,
    columns: [
      ...columns,
      { name: '_load_id', type: 'VARCHAR', description: 'The load that delivered the row.' },
    ],
  };
}

/**
 * The SELECT for a dataset without fields: every column as text under its own name. The CASE stands over bare columns, for
 * DuckDB compares all expressions within it with each other: of thousands of columns that takes many seconds.
 */
export function generateUndeclared(dataset: Dataset): SilverSelect {
  const system = SYSTEM_COLUMNS.join(', ');
  const tokens = dataset.nullIf.map(quoteText).join(', ');
  const column = `columns(* exclude (${system}))`;
  const table = `"bronze".${quoteIdent(dataset.name)}`;
  const from = dataset.trim ? `(select trim(${column}) as '\\0', ${system} from ${table})` : table;
  const value = tokens ? `case when ${column} not in (${tokens}) then ${column} end as '\\0'` : column;
  const none = JUDGEMENT_COLUMNS.map((name) => `'' as ${name}`);
  return {
    sql: `select\n${indent([value, system, ...none])}\nfrom ${from}\n`,
    columns: [],
  };
}

function planField(field: Field, inputs: readonly string[]): FieldPlan {
  const text = textName(field);
  if (field.sql === undefined)
    return { field, text, typed: castText(field, text), breaches: breaches(field, text) };
  const { sql, found } = substituteValue(field.sql, text);
  if (!found || inputs.length === 0) {
    return {
      field,
      typed: `cast((${field.sql}) as ${sqlType(field.type).toLowerCase()})`,
      breaches: breaches(field, undefined),
    };
  }
  const typed = isText(field.type)
    ? `cast((${sql}) as varchar)`
    : castText(field, `cast((${sql}) as varchar)`);
  // A NULL that the user's expression made is meant; only a result that does not cast is a breach.
  return { field, text, typed, breaches: breaches(field, isText(field.type) ? undefined : `(${sql})`) };
}

/**
 * One field's first two steps by themselves, over `"bronze"."x"` or what has its columns: the text after trim and
 * null_if, the name under which `typed` expects it, and the typed value before rules and default. A field that is
 * computed from others has the text NULL.
 */
export function deliveredField(
  dataset: Dataset,
  field: Field,
): { readonly text: string; readonly textName: string; readonly typed: string } {
  const inputs = bindFields(dataset, dataset.fields ?? [field]).inputs.get(field.name) ?? [];
  const plan = planField(field, inputs);
  if (plan.text === undefined || inputs.length === 0)
    return { text: 'null::varchar', textName: textName(field), typed: textName(field) };
  return { text: textOf(field, inputs), textName: plan.text, typed: plan.typed };
}

/** The text column of a field in the first two steps: `$occurred_on` beside the typed `occurred_on`. */
function textName(field: Field): string {
  return quoteIdent(`$${field.name}`);
}

function textOf(field: Field, inputs: readonly string[]): string {
  const tokens = field.nullIf.map(quoteText).join(', ');
  const each = inputs.map((name) => {
    const column = field.trim ? `trim(${quoteIdent(name)})` : quoteIdent(name);
    return tokens ? `case when ${column} not in (${tokens}) then ${column} end` : column;
  });
  return each.length === 1 ? each[0]! : `coalesce(${each.join(', ')})`;
}

/** The value that silver shows: NULL instead of a nullified breach, the default instead of NULL. */
function finalValue({ field, breaches: list }: FieldPlan): string {
  const name = quoteIdent(field.name);
  const rules = field.onInvalid === 'nullify' ? list.filter((b) => b.kind === 'rule') : [];
  const value =
    rules.length > 0 ? `case when ${rules.map((b) => b.when).join(' or ')} then null else ${name} end` : name;
  if (field.default === undefined || field.default === null) return value;
  return `coalesce(${value}, ${literal(field.default, field.type)})`;
}

function namedValue(plan: FieldPlan): string {
  const name = quoteIdent(plan.field.name);
  const value = finalValue(plan);
  return value === name ? name : `${value} as ${name}`;
}

interface Problem {
  readonly kind: 'quarantine' | 'nullify' | 'fail';
  /** SQL that is true for a value with the problem. */
  readonly when: string;
  /** SQL of what is wrong, NULL where nothing is. */
  readonly sql: string;
}

function problems(plan: FieldPlan): readonly Problem[] {
  const { field } = plan;
  const found: Problem[] = [];
  if (plan.breaches.length > 0) {
    const whens = plan.breaches.map((b) => `when ${b.when} then ${quoteText(`${field.name}: ${b.what}`)}`);
    const when = plan.breaches.map((b) => b.when).join(' or ');
    found.push({ kind: field.onInvalid, when, sql: `case ${whens.join(' ')} end` });
  }
  if (field.required) {
    // A nullified value of a required field is missing all the same: the row cannot stand without it.
    const missing = `${finalValue(plan)} is null`;
    const other =
      field.onInvalid === 'quarantine' && plan.breaches.length > 0
        ? ` and not (${plan.breaches.map((b) => `coalesce(${b.when}, false)`).join(' or ')})`
        : '';
    found.push({
      kind: field.onInvalid === 'fail' ? 'fail' : 'quarantine',
      when: missing,
      sql: `case when ${missing}${other} then ${quoteText(`${field.name}: required`)} end`,
    });
  }
  return found;
}

/**
 * The three judgement columns; each lists `field: breach`, separated by `; `, and is '' where nothing is wrong. Which rows
 * have a problem is asked first: to put a list together for every row costs as much as all casts.
 */
function judgements(plans: readonly FieldPlan[], extend = false): string[] {
  const all = plans.flatMap(problems);
  const kinds = { _errors: 'quarantine', _nullified: 'nullify', _failures: 'fail' } as const;
  return JUDGEMENT_COLUMNS.map((column) => {
    const own = all.filter((p) => p.kind === kinds[column]);
    if (own.length === 0) return extend ? column : `'' as ${column}`;
    const lines = (list: readonly string[], separator: string) => list.join(`${separator}\n      `);
    const any = [...(extend ? [`${column} <> ''`] : []), ...own.map(({ when }) => `(${when})`)];
    const each = [...(extend ? [`nullif(${column}, '')`] : []), ...own.map(({ sql }) => sql)];
    return `case when ${lines(any, ' or')}\n    then concat_ws('; ',\n      ${lines(each, ',')}) else '' end as ${column}`;
  });
}

function cte(name: string, comment: string, columns: readonly string[], from: string): string {
  return `${name} as (\n  -- ${comment}\n  select\n${indent(columns, '    ')}\n  ${from}\n)`;
}

function indent(lines: readonly string[], by = '  '): string {
  return lines.map((line) => by + line).join(',\n');
}
