/** Rows as SODA 2.1 JSON: one row a line, NULL left out, numbers as text, locations and points as objects. */
import { type RowStore, type Run, writtenRows } from '../rows/row-store.js';
import { type Field, readerOf, type StoredSource } from './fields.js';

/** A field as it is written: under its alias, read from where it lies. */
export interface WrittenField {
  readonly field: Field;
  readonly alias: string;
  readonly source: StoredSource;
}

/** The rows of `runs` as one array, in blocks. */
export async function* rowsAsJson(
  store: RowStore,
  runs: readonly Run[],
  fields: readonly WrittenField[],
): AsyncGenerator<Buffer> {
  const columns = fields.map(({ field, alias, source }) => ({
    name: `${JSON.stringify(alias)}:`,
    read: readerOf(source),
    json: jsonOf(field.type),
  }));
  let separator = '[';
  yield* writtenRows(store, runs, (values, row) => {
    let members = '';
    for (const { name, read, json } of columns) {
      const value = read(values, row);
      if (value === null) continue;
      members += `${members === '' ? '' : ','}${name}${json(value)}`;
    }
    const line = `${separator}{${members}}`;
    separator = '\n,';
    return line;
  });
  yield Buffer.from(separator === '[' ? '[]\n' : ']\n');
}

/** A type's values as JSON text. */
export function jsonOf(type: string): (value: string) => string {
  if (type === 'checkbox') return (value) => (value === 'true' ? 'true' : 'false');
  if (type === 'location') return location;
  if (type === 'point') return point;
  if (type === 'url') return (value) => JSON.stringify({ url: value });
  return (value) => JSON.stringify(value);
}

const noAddress = JSON.stringify({ address: '', city: '', state: '', zip: '' });

/** `(40.6, -73.9)` → latitude and longitude as text, as v2 has them. */
function location(value: string): string {
  const match = /^\(\s*(-?[\d.eE+-]+)\s*,\s*(-?[\d.eE+-]+)\s*\)$/.exec(value);
  if (match === null) return JSON.stringify(value);
  return JSON.stringify({ latitude: match[1], longitude: match[2], human_address: noAddress });
}

/** `POINT (-73.9 40.6)` → GeoJSON. */
function point(value: string): string {
  const match = /^POINT\s*\(\s*(-?[\d.eE+-]+)\s+(-?[\d.eE+-]+)\s*\)$/.exec(value);
  if (match === null) return JSON.stringify(value);
  return JSON.stringify({ type: 'Point', coordinates: [Number(match[1]), Number(match[2])] });
}
