/** Dates of the sample. It has no clock: everything hangs on the day number. */

const millisecondsPerDay = 86_400_000;
const months = 'January February March April May June July August September October November December'.split(
  ' ',
);
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Day 1 of the sample: all that the portals know on it happened before. */
export const firstDay = Date.UTC(2026, 9, 1);

/** A day, in the words of the portals' columns. */
export interface CivilDate {
  /** `2019-03-05`. */
  readonly iso: string;
  readonly year: number;
  readonly month: string;
  readonly day: number;
  readonly dayOfYear: number;
  readonly weekday: string;
  /** Milliseconds since 1970 of its UTC midnight. */
  readonly time: number;
}

/** @param time milliseconds since 1970, any time of that UTC day. */
export function civilDate(time: number): CivilDate {
  const midnight = time - (((time % millisecondsPerDay) + millisecondsPerDay) % millisecondsPerDay);
  const date = new Date(midnight);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return {
    iso: `${year}-${two(month + 1)}-${two(day)}`,
    year,
    month: months[month]!,
    day,
    dayOfYear: 1 + Math.round((midnight - Date.UTC(year, 0, 1)) / millisecondsPerDay),
    weekday: weekdays[date.getUTCDay()]!,
    time: midnight,
  };
}

/** An instant so many days later, or earlier; milliseconds since 1970. */
export function addDays(time: number, days: number): number {
  return time + days * millisecondsPerDay;
}

/** Milliseconds from a year's first day to the sample's day 1. */
export function pastSpan(firstYear: number): number {
  return firstDay - Date.UTC(firstYear, 0, 1);
}

/** The instant at which a portal published its state of a sample day, ISO 8601 UTC. */
export function publishedOn(day: number, hour = 10, millisecond = 425): string {
  return new Date(addDays(firstDay, day - 1) + hour * 3_600_000 + millisecond).toISOString();
}

/** Midnight in Toronto as epoch milliseconds, the way ArcGIS writes dates. */
export function torontoMidnight(date: CivilDate): number {
  const [start, end] = [sundayOf(date.year, 2, 2), sundayOf(date.year, 10, 1)];
  const isSummer = date.time > start && date.time <= end;
  return date.time + (isSummer ? 4 : 5) * 3_600_000;
}

/** UTC midnight of the nth Sunday of a month, from which the clocks differ on the following midnight. */
function sundayOf(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + (nth - 1) * 7);
}

/** `7` as `07`. */
export function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
