/**
 * Geometries of PostGIS, as columns that Postgres itself computes from others: they are right whoever writes a row.
 * Source: https://www.postgresql.org/docs/15/ddl-generated-columns.html
 */
import { LakeError } from '../../errors/lake-error.js';
import type { PublishedGeometry } from '../../project/publish-types.js';
import { quoteIdent } from '../../sql/quote.js';
import type { Load } from './loads.js';
import type { Session } from './session.js';
import type { There } from './there.js';
import { hashOf, type Wanted, type WantedColumn } from './wanted.js';

/** The wanted table with the geometries that the server can have, and what is said of the others. */
export interface Geometries {
  readonly wanted: Wanted;
  readonly notes: readonly string[];
}

/** Takes geometries, and indexes of them, out of what is wanted where the server has no PostGIS; else SQL finds its functions. */
export async function possibleGeometries(session: Session, wanted: Wanted): Promise<Geometries> {
  if (wanted.geometry.length === 0) return { wanted, notes: [] };
  const found = await session.row(
    "select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'postgis'",
  );
  if (found !== undefined) {
    await session.run(
      `select set_config('search_path', current_setting('search_path') || ', ' || quote_ident($1), true)`,
      [found['schema']],
    );
    return { wanted, notes: [] };
  }
  const names = wanted.geometry.map(({ name }) => name);
  const indexes = wanted.indexes.filter(({ columns }) => !columns.some((name) => names.includes(name)));
  return {
    wanted: { ...wanted, geometry: [], indexes },
    notes: [
      `${wanted.place} is without ${names.join(', ')}: the database has no PostGIS. Run there: create extension postgis; then lake publish --full-refresh`,
    ],
  };
}

/** `"place" geometry(Point, 4326) generated always as (…) stored` @throws LakeError LK8017 for a column that is not published. */
export function geometryColumn({ columns, place }: Wanted, { name, from, srid }: PublishedGeometry): string {
  const sources = from.map((source) => {
    const column = columns.find((one) => one.source === source);
    if (column === undefined)
      throw new LakeError(
        'LK8017',
        `the geometry ${name} of ${place} is made of ${source}, which is not published`,
        {
          hint: `Add ${source} to columns`,
        },
      );
    return column;
  });
  const type = sources.length === 2 ? 'Point' : 'Geometry';
  return `${quoteIdent(name)} geometry(${type}, ${srid}) generated always as (${expression(sources, srid)}) stored`;
}

function expression([first, second]: readonly WantedColumn[], srid: number): string {
  const column = quoteIdent(first!.name);
  if (second !== undefined)
    return `ST_SetSRID(ST_MakePoint(${column}::double precision, ${quoteIdent(second.name)}::double precision), ${srid})`;
  if (first!.type.name === 'bytea') return `ST_SetSRID(ST_GeomFromWKB(${column}), ${srid})`;
  const text = first!.type.name === 'text' ? column : `${column}::text`;
  return `case when btrim(${text}) = '' then null when left(ltrim(${text}), 1) = '{' then ST_SetSRID(ST_GeomFromGeoJSON(${text}), ${srid}) else ST_GeomFromText(${text}, ${srid}) end`;
}

export const geometryHashes = ({ geometry }: Pick<Wanted, 'geometry'>): Readonly<Record<string, string>> =>
  Object.fromEntries(geometry.map((one) => [one.name, hashOf(one)]));

/** Statements that give a table the geometries that are wanted. */
export function geometryAlterations(wanted: Wanted, there: There, load: Load | undefined): readonly string[] {
  const hashes = geometryHashes(wanted);
  const made = load?.made.geometry ?? {};
  const has = (name: string) => there.columns.some((column) => column.name === name);
  const stale = Object.keys(made).filter((name) => made[name] !== hashes[name] && has(name));
  const missing = wanted.geometry.filter(({ name }) => stale.includes(name) || !has(name));
  return [
    ...stale.map((name) => `alter table ${wanted.qualified} drop column ${quoteIdent(name)}`),
    ...missing.map((one) => `alter table ${wanted.qualified} add column ${geometryColumn(wanted, one)}`),
  ];
}
