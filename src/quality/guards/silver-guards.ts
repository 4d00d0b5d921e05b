/**
 * Silver guards: what is wrong with a silver table that a new load has made, compared with the version before
 * (DESIGN §4). Pure: figures in, breaches out; examples are looked for afterwards, by whoever has the rows.
 */
import type { Dataset } from '../../project/types.js';
import { acceptHint, counted, firstHint, type GuardBreach, percent } from './guard.js';

/** One silver table as figures. */
export interface SilverFigures {
  /** Current rows of bronze, and those of silver. */
  readonly bronze: number;
  readonly silver: number;
  readonly quarantined: number;
  /** Field → rows of silver in which it is NULL. */
  readonly nulls: Readonly<Record<string, number>>;
  /** Field with a default → rows of bronze without a value: a default must not hide that values are gone. */
  readonly defaulted: Readonly<Record<string, number>>;
  /** `field: not a date` → rows of bronze. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Rows with the same key before and now, and of each field those in which one value became another. */
export interface ChangedValues {
  readonly compared: number;
  readonly fields: Readonly<Record<string, number>>;
}

/** A declared field whose column the portal renamed. */
export interface RenamedField {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** Of the compared rows, those in which both columns hold the same value; from 0 to 1. */
  readonly share: number;
  /** Names that the field's `from:` has already. */
  readonly sources: readonly string[];
}

export interface SilverBreach extends GuardBreach {
  /** The field that tripped, where it is one. */
  readonly field?: string;
}

/** Where the manifest says nothing, only the worst is stopped, and small tables are left alone. */
export const DEFAULTS = { nullRise: 0.5, typeFlip: 0.2, quarantineRise: 0.2, leastRows: 20 } as const;
/** A field that had values in at least this share of rows and has none now is empty, whatever its rise. */
const FILLED = 0.1;

/** Every guard that the new table trips, worst first; of one field the guard that explains most. */
export function silverGuards(
  dataset: Dataset,
  before: SilverFigures,
  now: SilverFigures,
  seen: { readonly renamed: readonly RenamedField[]; readonly changed?: ChangedValues },
): readonly SilverBreach[] {
  const renamed = seen.renamed.map((one) => renamedBreach(dataset, one));
  const explained = new Set(renamed.map((breach) => breach.field));
  const flips = typeFlips(dataset, before, now).filter(({ field }) => !explained.has(field));
  for (const { field } of flips) explained.add(field);
  return [
    ...renamed,
    ...flips,
    ...nullRises(dataset, before, now).filter(({ field }) => !explained.has(field)),
    ...quarantineRise(dataset, before, now),
    ...changes(dataset, seen.changed),
  ];
}

function renamedBreach(dataset: Dataset, renamed: RenamedField): SilverBreach {
  const { field, from, to, share, sources } = renamed;
  return {
    guard: 'renamed',
    code: 'LK4020',
    field,
    message: `${dataset.name}: the portal has no column "${from}" any more, and its values stand in the new column "${to}" (the same in ${percent(share)} of the rows): ${field} would be NULL in every row`,
    hint: `write \`from: [${[...new Set([...sources, to])].join(', ')}]\` for ${field} in ${dataset.path}, or, ${acceptHint(dataset.name, 'renamed')}`,
  };
}

function nullRises(dataset: Dataset, before: SilverFigures, now: SilverFigures): SilverBreach[] {
  const { maxNullRise, maxNullRiseOf } = dataset.guards;
  const rises = [
    ...Object.keys(now.nulls).map((field) => ({
      field,
      was: share(before.nulls[field], before.silver),
      is: share(now.nulls[field], now.silver),
      count: now.nulls[field]!,
      of: now.silver,
      what: 'NULL',
    })),
    ...Object.keys(now.defaulted).map((field) => ({
      field,
      was: share(before.defaulted[field], before.bronze),
      is: share(now.defaulted[field], now.bronze),
      count: now.defaulted[field]!,
      of: now.bronze,
      what: 'the portal delivered no value',
    })),
  ];
  return rises
    .filter(({ was }) => was !== undefined)
    .filter(({ field, was, is }) => {
      const own = maxNullRiseOf?.[field] ?? maxNullRise;
      if (own !== undefined) return exceeds(is!, was!, own);
      if (small(before)) return false;
      return exceeds(is!, was!, DEFAULTS.nullRise) || (is === 1 && 1 - was! >= FILLED);
    })
    .sort((a, b) => b.is! - b.was! - (a.is! - a.was!))
    .map(({ field, was, is, count, of, what }) => {
      const own = maxNullRiseOf?.[field] ?? maxNullRise;
      return {
        guard: 'null_rise' as const,
        code: 'LK4021',
        field,
        message: `${dataset.name}: ${field}: ${what} in ${count.toLocaleString('en')} of ${counted(of)} (${percent(is!)}), before in ${percent(was!)}; ${allowed(own, DEFAULTS.nullRise)}`,
        hint: acceptHint(dataset.name, 'null_rise'),
      };
    });
}

/** Values that were of the field's type and are so no longer: numbers that became words, dates in another form. */
function typeFlips(dataset: Dataset, before: SilverFigures, now: SilverFigures): SilverBreach[] {
  const { maxTypeFlip, maxTypeFlipOf } = dataset.guards;
  return Object.entries(now.errors).flatMap(([error, count]): SilverBreach[] => {
    const [, field = '', what = ''] = /^([^:]+): (not an? .+)$/.exec(error) ?? [];
    if (field === '' || what === 'not an accepted value') return [];
    const own = maxTypeFlipOf?.[field] ?? maxTypeFlip;
    if (own === undefined && small(before)) return [];
    const [was, is] = [share(before.errors[error] ?? 0, before.bronze)!, share(count, now.bronze)!];
    if (!exceeds(is, was, own ?? DEFAULTS.typeFlip)) return [];
    return [
      {
        guard: 'type_flip',
        code: 'LK4022',
        field,
        message: `${dataset.name}: ${field}: ${what} in ${count.toLocaleString('en')} of ${counted(now.bronze)} (${percent(is)}), before in ${percent(was)}; ${allowed(own, DEFAULTS.typeFlip)}`,
        hint: `correct \`type:\` or \`format:\` of ${field} in ${dataset.path}, or, ${acceptHint(dataset.name, 'type_flip')}`,
      },
    ];
  });
}

function quarantineRise(dataset: Dataset, before: SilverFigures, now: SilverFigures): SilverBreach[] {
  const own = dataset.guards.maxQuarantineRise;
  if (own === undefined && small(before)) return [];
  const [was, is] = [share(before.quarantined, before.bronze) ?? 0, share(now.quarantined, now.bronze) ?? 0];
  if (!exceeds(is, was, own ?? DEFAULTS.quarantineRise)) return [];
  return [
    {
      guard: 'quarantine_rise',
      code: 'LK4023',
      message: `${dataset.name}: ${now.quarantined.toLocaleString('en')} of ${counted(now.bronze)} (${percent(is)}) would be quarantined, before ${percent(was)}; ${allowed(own, DEFAULTS.quarantineRise)}: ${worstErrors(now)}`,
      hint: `correct the rules in ${dataset.path}, or, ${acceptHint(dataset.name, 'quarantine_rise')}`,
    },
  ];
}

/**
 * Where there is no version to compare with, a first build or one of another manifest: a table that keeps no row of those
 * that came says more of its manifest than of the portal, and would be an empty table that looks like a success.
 */
export function nothingKept(dataset: Dataset, now: SilverFigures, isFirst: boolean): readonly SilverBreach[] {
  const own = dataset.guards.maxQuarantineRise;
  if (now.silver > 0 || now.quarantined === 0 || !exceeds(1, 0, own ?? DEFAULTS.quarantineRise)) return [];
  const hint = (isFirst ? firstHint : acceptHint)(dataset.name, 'quarantine_rise');
  const which = now.quarantined === now.bronze ? 'all' : `${now.quarantined.toLocaleString('en')} of`;
  return [
    {
      guard: 'quarantine_rise',
      code: 'LK4023',
      message: `${dataset.name}: ${which} ${counted(now.bronze)} would be quarantined, and silver would be empty: ${worstErrors(now)}`,
      hint: `correct \`type:\`, \`format:\` or the rules in ${dataset.path}, or, ${hint}`,
    },
  ];
}

/** What a person should know of a table that is published although it keeps less than half of what came. */
export function mostlyQuarantined(now: Pick<SilverFigures, 'bronze' | 'quarantined'>): boolean {
  return now.quarantined * 2 > now.bronze;
}

/** The three breaches with the most rows: `height: not a number in 20, …`. */
export function worstErrors({ errors }: Pick<SilverFigures, 'errors'>): string {
  return Object.entries(errors)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([error, count]) => `${error} in ${count.toLocaleString('en')}`)
    .join(', ');
}

function changes(dataset: Dataset, changed: ChangedValues | undefined): SilverBreach[] {
  if (changed === undefined || changed.compared === 0) return [];
  const { maxChanged, maxChangedOf } = dataset.guards;
  return Object.entries(changed.fields)
    .flatMap(([field, count]) => {
      const most = maxChangedOf?.[field] ?? maxChanged;
      const is = count / changed.compared;
      return most !== undefined && exceeds(is, 0, most) ? [{ field, count, is, most }] : [];
    })
    .sort((a, b) => b.is - a.is)
    .map(({ field, count, is, most }) => ({
      guard: 'changed' as const,
      code: 'LK4024',
      field,
      message: `${dataset.name}: ${field} has another value in ${count.toLocaleString('en')} of ${counted(changed.compared)} that were there before (${percent(is)}); at most ${percent(most)} are allowed`,
      hint: acceptHint(dataset.name, 'changed'),
    }));
}

/** Undefined where the field was not there, or there was no row to judge it by. */
function share(count: number | undefined, of: number): number | undefined {
  return count === undefined || of === 0 ? undefined : count / of;
}

/** Shares are quotients: the limit itself is allowed, whatever its last digit. */
function exceeds(is: number, was: number, limit: number): boolean {
  return is - was > limit + 1e-9;
}

const small = (before: SilverFigures): boolean => before.bronze < DEFAULTS.leastRows;

function allowed(own: number | undefined, byDefault: number): string {
  const note = own === undefined ? ' where the manifest says nothing' : '';
  return `a rise of at most ${percent(own ?? byDefault)} is allowed${note}`;
}
