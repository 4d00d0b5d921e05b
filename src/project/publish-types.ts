/** Where else tables go: the targets of an output, and what datasets and models say of them. */
import type { LakeLocation } from './lake-location.js';

export type FileKind = 'parquet' | 'csv' | 'json' | 'geojson';

/** A publish target of the active output. What is secret of it stands in `Secrets.publish` under its name. */
export type PublishTarget =
  | { readonly type: 'postgres'; readonly schema?: string }
  /** A folder, relative to the project root or absolute. */
  | { readonly type: 'files'; readonly path: string; readonly format?: FileKind }
  | { readonly type: 'gcs' | 's3'; readonly location: LakeLocation; readonly format?: FileKind }
  /** One file that holds all tables that are published to it; path relative to the project root or absolute. */
  | { readonly type: 'duckdb' | 'sqlite'; readonly path: string }
  | { readonly type: 'openlineage'; readonly url: string };

export type PublishMode = 'replace' | 'upsert' | 'sync' | 'append';

export interface PublishedIndex {
  readonly columns: readonly string[];
  readonly name?: string;
  readonly unique?: boolean;
  readonly method?: string;
  readonly where?: string;
}

export interface PublishedView {
  readonly name: string;
  readonly sql: string;
  readonly materialized: boolean;
  readonly indexes: readonly PublishedIndex[];
}

/** A geometry of PostGIS. */
export interface PublishedGeometry {
  readonly name: string;
  /** One column of GeoJSON, WKT or WKB, or longitude and latitude. */
  readonly from: readonly string[];
  readonly srid: number;
}

/** One entry of `publish:` as it is written, each list in its long form. */
export interface PublishSpec {
  readonly to: string;
  readonly columns?: readonly string[];
  readonly table?: string;
  readonly schema?: string;
  readonly mode?: PublishMode;
  readonly key?: readonly string[];
  readonly indexes?: readonly PublishedIndex[];
  readonly geometry?: readonly PublishedGeometry[];
  readonly views?: readonly PublishedView[];
  readonly refresh?: readonly string[];
  readonly path?: string;
  readonly format?: FileKind;
}
