/** What changed between two loads of a dataset, as sentences. Pure. */
import { type ColumnDifference, sameness } from '../compare/column-change.js';
import { percent } from '../guards/guard.js';
import type { ColumnProfile, FormCount, ValueKind } from './profile-sql.js';

export type DriftKind = 'renamed' | 'gone' | 'added' | 'type' | 'format' | 'values' | 'nulls';

export interface Drift {
  /** As the newer load spells it; a gone one as the older did. */
  readonly column: string;
  readonly kind: DriftKind;
  /** One sentence, without the column's name. */
  readonly drift: string;
  readonly before?: string;
  readonly now?: string;
}

export interface ComparedProfiles {
  readonly column: string;
  readonly before: ColumnProfile;
  readonly now: ColumnProfile;
}

/** A form that gains or loses this share of a column's values is told. */
const FORM_SHIFT = 0.1;
const NULL_SHIFT = 0.05;
/** Values that are named. */
const NAMED = 5;

/** Columns first, then what is in them, column by column. */
export function findDrift(
  columns: ColumnDifference | undefined,
  profiles: readonly ComparedProfiles[],
): readonly Drift[] {
  return [...(columns ? columnDrift(columns) : []), ...profiles.flatMap(valueDrift)];
}

function columnDrift({ added, gone, renamed }: ColumnDifference): readonly Drift[] {
  return [
    ...renamed.map((one): Drift => {
      const drift = `was called "${one.from}"${sameness(one)}`;
      return { column: one.to, kind: 'renamed', drift, before: one.from, now: one.to };
    }),
    ...gone
      .filter((name) => !renamed.some(({ from }) => from === name))
      .map((name): Drift => ({ column: name, kind: 'gone', drift: 'the column is gone', before: name })),
    ...added
      .filter((name) => !renamed.some(({ to }) => to === name))
      .map((name): Drift => ({ column: name, kind: 'added', drift: 'a new column', now: name })),
  ];
}

function valueDrift({ column, before, now }: ComparedProfiles): readonly Drift[] {
  const nulls = nullDrift(before, now);
  // Of a column that was or is empty nothing else can be said.
  const filled = before.nulls < before.rows && now.nulls < now.rows;
  const form = filled ? (typeDrift(before, now) ?? formDrift(before, now)) : undefined;
  const values = filled && form?.kind !== 'type' ? vocabularyDrift(before, now) : undefined;
  return [form, values, nulls].flatMap((one) => (one ? [{ column, ...one }] : []));
}

type Found = Omit<Drift, 'column'> | undefined;

/** Another kind of value in most rows, or in many that had none of it. */
function typeDrift(before: ColumnProfile, now: ColumnProfile): Found {
  const kinds = [...new Set(now.forms.map(({ kind }) => kind))];
  const grown = kinds
    .map((kind) => ({ kind, was: kindShare(before, kind), is: kindShare(now, kind) }))
    .filter(({ was, is }) => is - was >= FORM_SHIFT)
    .sort((a, b) => b.is - b.was - (a.is - a.was))[0];
  if (!grown) return undefined;
  const main = before.forms[0]!;
  const example = now.forms.find(({ kind }) => kind === grown.kind)!;
  return {
    kind: 'type',
    drift: `${grown.kind} in ${percent(grown.is)} of the values, such as ${quoted(example)}, before in ${percent(grown.was)}; before mostly ${main.kind}, such as ${quoted(main)}`,
    before: main.kind,
    now: grown.kind,
  };
}

/** The same kind of value, written otherwise. */
function formDrift(before: ColumnProfile, now: ColumnProfile): Found {
  const [was, is] = [share(before.padded, before), share(now.padded, now)];
  if (Math.abs(is - was) >= FORM_SHIFT) {
    const drift = `blanks around ${percent(is)} of the values, before around ${percent(was)}`;
    return { kind: 'format', drift, before: percent(was), now: percent(is) };
  }
  const forms = [...new Set([...before.forms, ...now.forms].map(({ form }) => form))];
  const shift = forms
    .map((form) => ({
      old: before.forms.find((one) => one.form === form),
      fresh: now.forms.find((one) => one.form === form),
    }))
    .map(({ old, fresh }) => ({ old, fresh, by: formShare(fresh, now) - formShare(old, before) }))
    .filter(({ by }) => Math.abs(by) >= FORM_SHIFT)
    .sort((a, b) => b.by - a.by);
  const grown = shift.find(({ by }) => by > 0);
  if (!grown?.fresh) return undefined;
  const lost = shift.findLast(({ by }) => by < 0)?.old;
  return {
    kind: 'format',
    drift: `${formWords(grown.fresh)} in ${percent(formShare(grown.fresh, now))} of the values, before in ${percent(formShare(grown.old, before))}${lost ? `; before more often ${formWords(lost)}` : ''}`,
    before: lost?.example,
    now: grown.fresh.example,
  };
}

/** Values that came and went in a column of few; numbers and dates have no vocabulary. */
function vocabularyDrift(before: ColumnProfile, now: ColumnProfile): Found {
  if (!before.values || !now.values) return undefined;
  const isWord = ({ kind }: FormCount) => kind === 'text' || kind === 'yes or no';
  if (!now.forms.some(isWord) || !before.forms.some(isWord)) return undefined;
  const plain = (value: string) => value.trim().toLowerCase();
  const missingIn = (values: ColumnProfile['values'], others: ColumnProfile['values']) => {
    const known = new Set(others!.map(([value]) => plain(value)));
    return values!.filter(([value]) => !known.has(plain(value)));
  };
  const came = missingIn(now.values, before.values);
  const went = missingIn(before.values, now.values);
  if (came.length + went.length === 0) return undefined;
  const words = [
    ...(came.length > 0 ? [`new ${named(came)}`] : []),
    ...(went.length > 0 ? [`gone ${named(went)}`] : []),
  ];
  const text = (list: readonly (readonly [string, number])[]) => list.map(([value]) => value).join(', ');
  return { kind: 'values', drift: words.join('; '), before: text(went), now: text(came) };
}

function named(values: readonly (readonly [string, number])[]): string {
  const shown = values
    .slice(0, NAMED)
    .map(([value, rows]) => `'${value}' (${rows.toLocaleString('en')}×)`)
    .join(', ');
  return values.length > NAMED ? `${shown} and ${values.length - NAMED} more` : shown;
}

function nullDrift(before: ColumnProfile, now: ColumnProfile): Found {
  const [was, is] = [before, now].map(({ nulls, rows }) => (rows === 0 ? 0 : nulls / rows)) as [
    number,
    number,
  ];
  const turned = (was === 1) !== (is === 1);
  if (Math.abs(is - was) < NULL_SHIFT && !turned) return undefined;
  const drift =
    is === 1
      ? `no values any more, before in ${percent(1 - was)} of the rows`
      : `no value in ${percent(is)} of the rows, before in ${percent(was)}`;
  return { kind: 'nulls', drift, before: percent(was), now: percent(is) };
}

/** `leading zeros, such as '023'`; a date's form is best said by an example alone. */
function formWords(form: FormCount): string {
  return form.kind === 'date' && form.form.startsWith('9')
    ? `dates like ${quoted(form)}`
    : `${form.form}, such as ${quoted(form)}`;
}

const LONGEST = 40;

function quoted({ example }: FormCount): string {
  return `'${example.length > LONGEST ? `${example.slice(0, LONGEST - 1)}…` : example}'`;
}

function share(count: number, { rows, nulls }: ColumnProfile): number {
  return rows === nulls ? 0 : count / (rows - nulls);
}

function kindShare(profile: ColumnProfile, kind: ValueKind): number {
  const rows = profile.forms.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.rows, 0);
  return share(rows, profile);
}

function formShare(form: FormCount | undefined, profile: ColumnProfile): number {
  return form === undefined ? 0 : share(form.rows, profile);
}
