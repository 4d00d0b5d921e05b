/** A portal for a test, written as rows: one Socrata, one CKAN and one file server, each with what the test names. */
import type { Files } from '../../support/small-city.js';

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

export interface ServedTable {
  /** Column → type in the portal's words. System fields (`:id`, `:updated_at`) are taken from the rows. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** The portal's own date of the data. */
  readonly at?: string;
  /** Socrata: most rows of one answer. CKAN: most rows of one page. */
  readonly cap?: number;
}

export interface Fault {
  readonly at: string;
  readonly kind: 'status' | 'html' | 'reset' | 'cut' | 'rows' | 'count' | 'delay';
  readonly [setting: string]: string | number;
}

export interface PortalContent {
  /** Four-by-four → table. */
  readonly socrata?: Readonly<Record<string, ServedTable>>;
  /** Package → table, in a resource of the same name with the id `res-<name>`. */
  readonly ckan?: Readonly<Record<string, ServedTable>>;
  /** URL path → text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
  /** Origins that refuse connections. */
  readonly down?: readonly ('socrata' | 'ckan' | 'files')[];
}

const ORIGINS = {
  socrata: 'https://data.city.example',
  ckan: 'https://ckan.city.example',
  files: 'https://files.city.example',
};

/** The project's side of it: portals `soda`, `ckan` and `files`, and two targets over the same portal: `dev`, `fresh`. */
export const CITY: Files = {
  'project.yml': `name: city
version: 1
profile: city
portals:
  soda: {type: socrata, url: '${ORIGINS.socrata}', timezone: America/Toronto}
  ckan: {type: ckan, url: '${ORIGINS.ckan}', timezone: America/Toronto}
  refilled: {type: ckan, url: '${ORIGINS.ckan}', timezone: America/Toronto, refresh_batch: 4}
  files: {type: http, url: '${ORIGINS.files}', timezone: America/Toronto}
`,
  'profiles.yml': `city:
  target: dev
  outputs:
    dev: {type: duckdb, portal: portal, lake: {type: local, path: lake}}
    fresh: {type: duckdb, portal: portal, lake: {type: local, path: fresh}}
`,
};

/** The portal's folder as files of a project. What an earlier day served besides is not served any more. */
export function portalFiles({ socrata = {}, ckan = {}, files = {}, faults, down }: PortalContent): Files {
  const written: Record<string, string> = {};
  const table = (name: string, { columns, rows, at }: ServedTable) => {
    written[`portal/${name}.csv`] = csv(rows, Object.keys(columns));
    return { files: [`${name}.csv`], updated_at: at ?? '2026-10-01T10:00:00Z', columns };
  };
  const served: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) {
    served[path] = `files/${path}`;
    written[`portal/files/${path}`] = text;
  }
  const origins = {
    [ORIGINS.socrata]: {
      type: 'socrata',
      down: down?.includes('socrata') ?? false,
      datasets: mapped(socrata, (id, one) => ({ cap: one.cap, table: table(id, one) })),
    },
    [ORIGINS.ckan]: {
      type: 'ckan',
      down: down?.includes('ckan') ?? false,
      packages: mapped(ckan, (name, one) => ({
        resources: [{ id: `res-${name}`, name, format: 'CSV', cap: one.cap, table: table(name, one) }],
      })),
    },
    [ORIGINS.files]: { type: 'http', down: down?.includes('files') ?? false, files: served },
  };
  written['portal/portal.yml'] = JSON.stringify({ origins, faults });
  return written;
}

function mapped<T, R>(record: Readonly<Record<string, T>>, make: (key: string, value: T) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(key, value)]));
}

/** Every value quoted, NULL as an empty field. */
function csv(rows: readonly Row[], declared: readonly string[]): string {
  const system = [':id', ':updated_at'].filter((name) => rows.some((row) => name in row));
  const names = [...declared, ...system];
  const quoted = (value: Cell) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
  const lines = rows.map((row) => names.map((name) => quoted(row[name] ?? null)).join(','));
  return `${[names.map(quoted).join(','), ...lines].join('\n')}\n`;
}
