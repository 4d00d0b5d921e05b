/** What a person should read of a publication although all is well. */
import type { Changes } from './changes.js';
import type { Fit } from './fit.js';
import type { Load, Written } from './loads.js';
import { LONGEST } from './names.js';
import type { There } from './there.js';
import type { Wanted } from './wanted.js';
import type { Way } from './way.js';

export interface Done {
  readonly wanted: Wanted;
  readonly there: There | undefined;
  readonly load: Load | undefined;
  readonly fit: Fit;
  readonly way: Way;
  readonly changes: Changes;
  readonly written: Written;
}

export function notesOf({ wanted, there, load, fit, way, changes, written }: Done): readonly string[] {
  const { place, mode, columns } = wanted;
  const notes: string[] = [];
  const cut = columns.filter(({ name, source }) => name !== source);
  if (cut.length > 0 && load === undefined)
    notes.push(
      `names of columns beyond ${LONGEST} bytes are cut: ${cut.map(({ name, source }) => `${source} is ${name}`).join(', ')}`,
    );
  if (there && load === undefined && (mode === 'sync' || way !== 'merge'))
    notes.push(`${place} was there already: it is lake's now, and has the rows of the lake alone`);
  else if (there && load === undefined)
    notes.push(`${place} was there already: its rows are kept, and those of the lake are merged into it`);
  if (fit.gone.length > 0)
    notes.push(`the lake has no ${fit.gone.join(', ')} any more: ${place} keeps the column, with NULLs`);
  if (way === 'in place' && mode === 'replace')
    notes.push(
      `${place} could not be swapped, for a new table would lose what somebody else has on it (a view, an index, a default, a setting): its rows were deleted and written anew`,
    );
  const { removed = 0, changed = 0, added, base } = changes;
  if (base && mode === 'upsert' && removed > 0)
    notes.push(
      `${rows(removed)} gone from the lake since version ${base.state.version} stay in ${place}; mode: sync deletes them there`,
    );
  if (base && mode === 'append' && removed + changed > 0)
    notes.push(
      `${rows(removed + changed)} changed or gone in the lake since version ${base.state.version} stay in ${place} as they were: mode: append`,
    );
  const missed =
    (mode !== 'append' && written.added !== added) || (mode === 'sync' && written.removed !== removed);
  if (base && missed)
    notes.push(
      `somebody else wrote to ${place}: ${added} new and ${removed} gone rows of the lake made ${written.added} and ${written.removed} there. lake publish --full-refresh compares all of them`,
    );
  return notes;
}

const rows = (n: number): string => (n === 1 ? '1 row' : `${n} rows`);
