/**
 * Where a table has places on the map, as GeoJSON: a column with text (WKT or GeoJSON) or bytes (WKB), or two columns of degrees.
 * Source: RFC 7946, https://www.rfc-editor.org/rfc/rfc7946#section-3.1
 */
import type { ColumnInfo } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { quoteIdent, quoteText } from '../sql/quote.js';

export interface GeometryColumns {
  /** SQL of type JSON, NULL where a row has no place. It fails where a value is none. */
  readonly sql: string;
  /** SQL that looks at what `sql` gave, and fails where it is no geometry or no degrees. */
  readonly checked: (column: string) => string;
  /** Columns that it is made of and that are no property of their own any more. */
  readonly used: readonly string[];
}

const LONGITUDE = ['lng', 'lon', 'long', 'longitude'];
const LATITUDE = ['lat', 'latitude'];
const GEOMETRY = ['geometry', 'geom', 'the_geom', 'wkt', 'wkb', 'geojson', 'shape'];
const NUMBER = /^(?:FLOAT|DOUBLE|DECIMAL|.*INT)/;

/**
 * @param asked `lng,lat` or the name of one column, where a person says it.
 * @throws LakeError LK7041 where there is none, or more than one.
 */
export function geometryOf(columns: readonly ColumnInfo[], asked: string | undefined): GeometryColumns {
  const names = asked?.split(',').map((name) => name.trim());
  const chosen = names ? names.map((name) => columnNamed(columns, name)) : found(columns);
  const [first, second] = chosen;
  if (first && second && chosen.length === 2)
    return { sql: pointSql(first, second), checked: (column) => column, used: [] };
  if (first && chosen.length === 1) return { sql: geometrySql(first), checked, used: [first.name] };
  throw new LakeError('LK7041', `--geometry ${asked} is neither one column nor two`, {
    hint: 'name the column of geometries, or those of longitude and latitude: --geometry lng,lat',
  });
}

function found(columns: readonly ColumnInfo[]): readonly ColumnInfo[] {
  const named = (names: readonly string[], fits: (type: string) => boolean) =>
    columns.filter(({ name, type }) => names.includes(name.toLowerCase()) && fits(type));
  const geometries = [
    ...columns.filter(({ type }) => /^GEOMETRY/.test(type)),
    ...named(GEOMETRY, (type) => ['VARCHAR', 'JSON', 'BLOB'].includes(type)),
  ];
  const [geometry] = geometries;
  if (geometry && geometries.length === 1) return [geometry];
  const lngs = named(LONGITUDE, (type) => NUMBER.test(type));
  const lats = named(LATITUDE, (type) => NUMBER.test(type));
  if (geometries.length === 0 && lngs.length === 1 && lats.length === 1) return [...lngs, ...lats];
  const candidates = [...geometries, ...lngs, ...lats].map(({ name }) => name);
  throw new LakeError(
    'LK7041',
    candidates.length === 0
      ? 'GeoJSON needs a geometry, and no column looks like one'
      : `GeoJSON needs one geometry, and these columns may be it: ${candidates.join(', ')}`,
    {
      hint: `say which with --geometry: one column with WKT, GeoJSON or WKB, or two with degrees, --geometry lng,lat. There are ${columns.map(({ name }) => name).join(', ')}`,
    },
  );
}

function columnNamed(columns: readonly ColumnInfo[], name: string): ColumnInfo {
  const column = columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (column) return column;
  throw new LakeError('LK7041', `--geometry: there is no column ${JSON.stringify(name)}`, {
    hint: `there are ${columns.map((one) => one.name).join(', ')}`,
  });
}

/** Degrees beyond the globe are those of another projection, or a mistake: a map would show the row anywhere. */
function pointSql(lng: ColumnInfo, lat: ColumnInfo): string {
  const [x, y] = [lng, lat].map(({ name }) => `cast(${quoteIdent(name)} as double)`) as [string, string];
  const off = `error('these are no degrees: ' || ${x} || ' ' || ${y})`;
  return `case
    when ${x} is null or ${y} is null or isnan(${x}) or isnan(${y}) then null
    when abs(${x}) > 180 or abs(${y}) > 90 then ${off}
    else json_object('type', 'Point', 'coordinates', [${x}, ${y}]) end`;
}

function geometrySql({ name, type }: ColumnInfo): string {
  const column = quoteIdent(name);
  if (type === 'BLOB') return fromWkt(`cast(st_geomfromwkb(${column}) as varchar)`);
  if (/^GEOMETRY/.test(type)) return fromWkt(`cast(${column} as varchar)`);
  const text = `trim(cast(${column} as varchar))`;
  // A document's own geometry is taken as it is.
  return `case
    when ${text} = '' then null
    when starts_with(${text}, '{') then cast(${text} as json)
    else ${fromWkt(`cast(cast(${text} as geometry) as varchar)`)} end`;
}

const KINDS = ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'];

/**
 * DuckDB writes every geometry in one way: `POLYGON ((30 10, 40 40, 30 10))`, `POINT Z (1 2 3)`. Its numbers and brackets are those of
 * GeoJSON but for the comma and the shape of the brackets.
 */
function fromWkt(wkt: string): string {
  const kinds = KINDS.map((kind) => `when ${quoteText(kind.toUpperCase())} then ${quoteText(kind)}`);
  const kind = `case regexp_extract(${wkt}, '^[A-Z]+') ${kinds.join(' ')}
      else error('GeoJSON is not made of ' || ${wkt}[:60]) end`;
  const inner = `regexp_extract(${wkt}, '\\((.*)\\)$', 1)`;
  const place = '([^ ,()]+) ([^ ,()]+)';
  const flat = `regexp_replace(${inner}, '${place}( [^ ,()]+)*', '[\\1,\\2]', 'g')`;
  const high = `regexp_replace(${inner}, '${place} ([^ ,()]+)( [^ ,()]+)?', '[\\1,\\2,\\3]', 'g')`;
  const places = `case when regexp_matches(${wkt}, '^[A-Z]+ ZM? ') then ${high} else ${flat} end`;
  const brackets = `translate(${places}, '()', '[]')`;
  return `case
    when ${wkt} is null or ends_with(${wkt}, 'EMPTY') then null
    else cast('{"type":"' || ${kind} || '","coordinates":'
      || case when starts_with(${wkt}, 'POINT') then ${brackets} else '[' || ${brackets} || ']' end || '}' as json) end`;
}

/** Looks at the first place of each. */
function checked(column: string): string {
  const text = `cast(${column} as varchar)`;
  const pair = String.raw`'\[\s*([-+0-9.eE]+)\s*,\s*([-+0-9.eE]+)'`;
  const degree = (n: number) => `try_cast(regexp_extract(${text}, ${pair}, ${n}) as double)`;
  return `case
    when json_extract_string(${column}, '$.type') not in (${[...KINDS, 'GeometryCollection'].map(quoteText).join(', ')})
      then error('this is no geometry: ' || ${text}[:60])
    when abs(${degree(1)}) > 180 or abs(${degree(2)}) > 90 then error('these are no degrees: ' || ${text}[:60])
    else ${column} end`;
}
