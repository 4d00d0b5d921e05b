/** What lies beside published files: which they are, with their checksums, what their rows are and whose. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { rightsOf } from '../../lakehouse/data-package.js';
import type { StoredHead } from '../../lakehouse/head.js';
import type { Store } from '../../lakehouse/stores/store.js';
import type { TableSource } from '../../lakehouse/types.js';
import type { PublishTask } from '../types.js';

export interface ManifestFile {
  /** Relative to the manifest. */
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Sources, contributors and licences besides, as Data Package has them: https://datapackage.org/standard/data-package/ */
export interface Manifest {
  readonly format: 1;
  readonly publication: string;
  /** `silver.crashes` of the lake. */
  readonly table: string;
  /** Of the table: another one means another table of that name. */
  readonly table_id: string;
  readonly version: number;
  /** The last version that changed rows. */
  readonly data_version: number;
  /** Hash of what the project says of the publication. */
  readonly definition: string;
  readonly run: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly description?: string;
  }[];
  readonly files: readonly ManifestFile[];
}

/** Which rows of the lake a manifest is of, and written how: the same of all three, the same content. */
export function contentOf(task: PublishTask): Pick<Manifest, 'table_id' | 'data_version' | 'definition'> {
  return {
    table_id: deltaOf(task).id,
    data_version: task.table.state.dataVersion,
    definition: task.publication.definitionHash,
  };
}

export function newManifest(
  task: PublishTask,
  { rows, files }: { readonly rows: number; readonly files: readonly ManifestFile[] },
): Manifest {
  const { publication, table, run, columns, description } = task;
  const sources = JSON.parse(deltaOf(task).properties['lake.sources'] ?? '[]') as readonly TableSource[];
  return {
    format: 1,
    publication: publication.id,
    table: table.table,
    version: table.version,
    ...contentOf(task),
    run,
    at: new Date().toISOString(),
    ...(description !== undefined && { description }),
    ...rightsOf(sources),
    rows,
    columns,
    files,
  };
}

/** One column or file a line. */
export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Undefined where there is none, or something else that bears its name. */
export async function readManifest(store: Store, key: string): Promise<Manifest | undefined> {
  const text = (await store.get(key))?.toString('utf8');
  try {
    const manifest = JSON.parse(text ?? 'null') as Manifest | null;
    return manifest?.format === 1 && Array.isArray(manifest.files) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** @param path Absolute. */
export async function manifestFile(path: string, name: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { name, bytes: statSync(path).size, sha256: hash.digest('hex') };
}

/** Whatever reads a version yields all that is stored of it. */
const deltaOf = ({ table }: Pick<PublishTask, 'table'>) => (table as StoredHead).state.delta;
