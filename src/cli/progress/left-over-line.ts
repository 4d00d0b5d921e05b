import { counted } from './format.js';
import { listed } from './named.js';

/** Tables that stay readable although no file of the project speaks of them any more. @param flags With a blank before, or empty. */
export function leftOverLine(names: readonly string[], flags: string): string {
  const are = names.length === 1 ? 'is' : 'are';
  return `${counted(names.length, 'table')} of the lake ${are} no longer in the project: ${listed(names)}; lake drop${flags}`;
}
