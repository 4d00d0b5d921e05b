/**
 * Socrata exports write `MM/DD/YYYY[ hh:mm:ss AM]` where the API says `YYYY-MM-DDThh:mm:ss.000`: the same
 * floating timestamp. Values of any other shape stay as they are.
 */
export function apiDate(value: string | null): string | null {
  const match = value?.match(/^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d):(\d\d):(\d\d) ([AP])M)?$/);
  if (!match) return value;
  const [, month, day, year, hour = '12', minute = '00', second = '00', half = 'A'] = match;
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return `${year}-${month}-${day}T${String(hours).padStart(2, '0')}:${minute}:${second}.000`;
}
