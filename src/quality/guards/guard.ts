/** What a guard says when it trips, and the names under which guards are accepted on the command line. */

/** Judged on the staged files, before anything is committed. */
export const LOAD_GUARDS = [
  'count',
  'empty',
  'cap',
  'row_drop',
  'half_refreshed',
  'unfinished',
  'columns',
] as const;
/** Judged on staged silver: a load that trips one is taken back. */
export const SILVER_GUARDS = ['renamed', 'null_rise', 'type_flip', 'changed', 'quarantine_rise'] as const;
export const GUARDS = [...LOAD_GUARDS, ...SILVER_GUARDS] as const;
export type GuardName = (typeof GUARDS)[number];

export interface GuardBreach {
  readonly guard: GuardName;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** How a tripped guard is passed over, where a version is published that stays. */
export function acceptHint(dataset: string, ...guards: readonly GuardName[]): string {
  return `${acceptance(dataset, guards)}; the last good version stays published`;
}

/** The same of a first load: there is no version that could stay. */
export function firstHint(dataset: string, ...guards: readonly GuardName[]): string {
  return `${acceptance(dataset, guards)}; nothing of ${dataset} is published yet`;
}

function acceptance(dataset: string, guards: readonly GuardName[]): string {
  const flags = guards.map((guard) => `${dataset}:${guard}`).join(' ');
  return `if this is right, run the same command with \`--accept ${flags}\``;
}

/** Whether a guard's objection may be passed over. @param accept `shootings` for all of a dataset's guards, `shootings:row_drop` for one. */
export function isAccepted(accept: readonly string[], dataset: string, guard: GuardName): boolean {
  return accept.includes(dataset) || accept.includes(`${dataset}:${guard}`);
}

/** `1 row`, `32,000 rows`. */
export function counted(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
}

/** `88.8 %`; never 0.0 for something, nor 100.0 for not quite all. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.05) return 'under 0.1 %';
  if (value < 100 && value >= 99.95) return 'over 99.9 %';
  return `${Number(value.toFixed(1))} %`;
}
