/** Names of bronze columns: the portal's own, as far as a table can hold them. */
import { LOAD_COLUMNS } from '../../sql/own-columns.js';

/**
 * One name for each delivered column, unique whatever the case (tables cannot tell `Name` from `name`): a repeated name
 * gets the first free suffix (`name_2`), a blank one its place (`column_3`). A name that another column was delivered
 * under, and a name that lake needs itself, is never taken.
 */
export function bronzeNames(delivered: readonly string[], variables: readonly string[]): readonly string[] {
  const cleaned = delivered.map((name, i) => {
    const text = name.replace(/^\uFEFF/, '').replaceAll('\0', '');
    return text.trim() === '' ? `column_${i + 1}` : text;
  });
  const original = new Set(cleaned.map((name) => name.toLowerCase()));
  const taken = new Set<string>(
    [...LOAD_COLUMNS.map(({ name }) => name), ...variables.map((name) => `_${name}`)].map((name) =>
      name.toLowerCase(),
    ),
  );
  return cleaned.map((name) => {
    let free = name;
    for (
      let n = 2;
      taken.has(free.toLowerCase()) || (free !== name && original.has(free.toLowerCase()));
      n++
    ) {
      free = `${name}_${n}`;
    }
    taken.add(free.toLowerCase());
    return free;
  });
}
