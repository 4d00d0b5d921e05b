import { nearest } from '../../errors/nearest.js';

/** True for a name of the IANA time zone database, which the engine knows too. */
export function isTimeZone(name: string): boolean {
  return name === 'UTC' || zones().includes(name) || isAlias(name);
}

/** The zone that was most likely meant, or undefined. */
export function nearestTimeZone(name: string): string | undefined {
  return nearest(name, ['UTC', ...zones()]);
}

/** The list is ready at once; a first formatter takes 20 ms to make. */
function zones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

/** Older names such as US/Eastern, which the list leaves out. */
function isAlias(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
