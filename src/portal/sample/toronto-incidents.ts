/** What the Toronto police tables have in common: where and when an incident was, with the quirks of the real ones. */
import { addDays, type CivilDate, civilDate, firstDay, pastSpan } from './calendar.js';
import type { Random } from './random.js';
import type { Cell } from './sample-table.js';
import { type Place, places } from './toronto-places.js';

/** What stands for no place in the City's geometry. */
export const noPlace = { lng: '5.6843418860808e-14', lat: '5.08888749034163e-14' };

/** Where an incident happened, as far as the City says. */
export interface Spot {
  readonly place: Place | undefined;
  readonly division: string;
  readonly lng: string;
  readonly lat: string;
}

/** Where most happens, in the order of `pickEarly`: downtown, some corners of the north-west and Scarborough, the rest. */
const busiest = [170, 168, 73, 164, 166, 1, 27, 78, 167, 136, 25, 2, 70, 163, 138, 120, 85, 72, 95, 21];
const busy: readonly Place[] = [...places].sort((a, b) => rank(a) - rank(b));

function rank(place: Place): number {
  const position = busiest.indexOf(place.hood158);
  return position >= 0 ? position : busiest.length + ((place.hood158 * 2654435761) % 1009);
}

/** @param lost share of incidents without a place. */
export function spot(random: Random, lost: number): Spot {
  const place = random.pickEarly(busy);
  const lng = (place.lng + (random.next() - 0.5) * 0.018).toFixed(9);
  const lat = (place.lat + (random.next() - 0.5) * 0.014).toFixed(9);
  if (random.chance(lost)) {
    return { place: undefined, division: random.chance(0.4) ? 'NSA' : place.division, ...noPlace };
  }
  return { place, division: place.division, lng, lat };
}

/** An event number that no other item of the table has: `GO-2019` and six digits, by a bijection of the item. */
export function eventId(year: number, item: number, salt: number): string {
  return `GO-${year}${100000 + ((item * 7919 + salt) % 900000)}`;
}

/** A day between two years, later years a little more often; never after the sample's day 1. */
export function pastDay(random: Random, firstYear: number): CivilDate {
  return civilDate(firstDay - 1 - Math.floor(random.next() ** 1.2 * pastSpan(firstYear)));
}

/** The day before a sample day on which something new was reported. */
export function recentDay(random: Random, day: number): CivilDate {
  return civilDate(addDays(firstDay, day - 2 - random.between(0, 6)));
}

/** `Wednesday `: as wide as ArcGIS's field. */
export function padded(weekday: string): string {
  return weekday.padEnd(10);
}

/** A neighbourhood's number, zero-padded; `NSA` where there is none. */
export function hoodCode(hood: number | undefined, width: number): Cell {
  return hood === undefined ? 'NSA' : String(hood).padStart(width, '0');
}

/** A neighbourhood's name with its number; `NSA` where there is none. */
export function hoodName(name: string | undefined, hood: number | undefined): Cell {
  return name === undefined ? 'NSA' : `${name} (${hood})`;
}

/** GeoJSON as the City's cleaner writes it now. */
export function jsonPoint(at: { readonly lng: string; readonly lat: string }): string {
  return `{"coordinates": [[${at.lng}, ${at.lat}]], "type": "MultiPoint"}`;
}

/** The same as a Python dictionary's text, as in older loads: not JSON. */
export function pythonPoint(at: { readonly lng: string; readonly lat: string }): string {
  return `{'type': 'MultiPoint', 'coordinates': [[${at.lng}, ${at.lat}]]}`;
}

/** The quarter of the day that an hour belongs to, in the City's words. */
export function timeRange(hour: number): string {
  if (hour < 6) return 'Night';
  if (hour < 12) return 'Morning';
  return hour < 18 ? 'Afternoon' : 'Evening';
}
