/** Rows as GeoJSON: the first point or location is the geometry, every other field a property, NULL as null. */
import { type RowStore, type Run, writtenRows } from '../rows/row-store.js';
import { readerOf } from './fields.js';
import { jsonOf, type WrittenField } from './rows-as-json.js';

/** The rows of `runs` as one feature collection, in blocks. */
export async function* rowsAsGeojson(
  store: RowStore,
  runs: readonly Run[],
  fields: readonly WrittenField[],
): AsyncGenerator<Buffer> {
  const place = fields.find(({ field }) => field.type === 'point' || field.type === 'location');
  const geometry = place && readerOf(place.source);
  const properties = fields
    .filter((field) => field !== place)
    .map(({ field, alias, source }) => ({ name: alias, read: readerOf(source), json: jsonOf(field.type) }));
  let separator = '{"type":"FeatureCollection","features":[';
  yield* writtenRows(store, runs, (values, row) => {
    const members = properties.map(({ name, read, json }) => {
      const value = read(values, row);
      return `${JSON.stringify(name)}:${value === null ? 'null' : json(value)}`;
    });
    const point = geometry?.(values, row) ?? null;
    const line = `${separator}{"type":"Feature","geometry":${pointOf(point)},"properties":{${members.join(',')}}}`;
    separator = '\n,';
    return line;
  });
  const end = ']\n,"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}\n';
  yield Buffer.from(separator.startsWith('{') ? separator + end : end);
}

/** `POINT (lon lat)` or `(lat, lon)`. */
function pointOf(value: string | null): string {
  const [, lon, lat] = /^POINT\s*\(\s*(-?[\d.eE+-]+)\s+(-?[\d.eE+-]+)\s*\)$/.exec(value ?? '') ?? [];
  if (lon !== undefined) return JSON.stringify({ type: 'Point', coordinates: [Number(lon), Number(lat)] });
  const [, north, east] = /^\(\s*(-?[\d.eE+-]+)\s*,\s*(-?[\d.eE+-]+)\s*\)$/.exec(value ?? '') ?? [];
  if (north === undefined) return 'null';
  return JSON.stringify({ type: 'Point', coordinates: [Number(east), Number(north)] });
}
