/**
 * `datapackage.json` beside an exported file: what it is, where its rows come from, who may use them.
 * Source: Data Package 2.0, https://datapackage.org/standard/data-package/
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ColumnInfo } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { type Format, mediaTypes } from '../../formats/format.js';
import { rightsOf } from '../../lakehouse/data-package.js';
import type { StoredHead } from '../../lakehouse/head.js';
import { temporaryBeside } from '../../lakehouse/stores/durable-files.js';
import type { Lake, RunSet, TableSource } from '../../lakehouse/types.js';

interface Describing {
  readonly lake: Lake;
  readonly set: RunSet | undefined;
  readonly sql: string;
  readonly table: string | undefined;
  readonly columns: readonly ColumnInfo[];
  /** The file's place, and where it lies until it is there; absolute. */
  readonly file: string;
  readonly whole: string;
  readonly format: Format;
}

/**
 * @returns Writes the description and says where; the file has to be in its place by then.
 * @throws LakeError LK7040 where the folder has a description of something else.
 */
export async function describeExport(of: Describing): Promise<() => string> {
  const path = join(dirname(of.file), 'datapackage.json');
  const name = basename(of.file);
  checkOther(path, name);
  const heads = await headsOf(of);
  const sources = new Map<string, TableSource>();
  for (const { state } of heads)
    for (const source of JSON.parse(state.delta.properties['lake.sources'] ?? '[]') as TableSource[])
      sources.set(JSON.stringify(source), source);
  const [own] = heads.filter(({ table }) => table === of.table);
  const comments = own?.state.documents?.comments ?? {};
  const description = own?.state.delta.description;
  const id = (of.table ?? name).toLowerCase().replaceAll(/[^a-z0-9._/-]+/g, '-');
  const text = {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: id,
    ...(description === undefined ? {} : { description }),
    created: new Date().toISOString(),
    ...rightsOf([...sources.values()]),
    resources: [
      {
        name: id,
        path: name,
        format: of.format,
        mediatype: mediaTypes[of.format],
        ...(['csv', 'json', 'ndjson', 'geojson'].includes(of.format) &&
          !name.endsWith('.gz') && { encoding: 'utf-8' }),
        bytes: statSync(of.whole).size,
        hash: `sha256:${await sha256(of.whole)}`,
        schema: {
          fields: of.columns.map((column) => ({
            name: column.name,
            type: fieldType(column.type),
            ...(comments[column.name] === undefined ? {} : { description: comments[column.name] }),
          })),
          ...(of.format === 'csv' && { missingValues: [''] }),
        },
      },
    ],
  };
  return () => {
    const temporary = temporaryBeside(path);
    writeFileSync(temporary, `${JSON.stringify(text, null, 2)}\n`);
    renameSync(temporary, path);
    return path;
  };
}

/** A folder has one description: that of another file is not lost for this one. */
function checkOther(path: string, name: string): void {
  let there: string;
  try {
    there = readFileSync(path, 'utf8');
  } catch {
    return;
  }
  let resources: unknown;
  try {
    resources = JSON.parse(there)?.resources;
  } catch {
    resources = undefined;
  }
  const isOurs = Array.isArray(resources) && resources.length === 1 && resources[0]?.path === name;
  if (isOurs) return;
  throw new LakeError('LK7040', `${path} describes something else`, {
    hint: 'export into a folder of its own, or without --datapackage',
  });
}

/** Tables whose rows are in the export: its own, those beneath a view, those that a question names. */
async function headsOf({ lake, set, sql, table }: Describing): Promise<readonly StoredHead[]> {
  const wanted = new Set<string>();
  const add = async (id: string): Promise<void> => {
    if (wanted.has(id)) return;
    wanted.add(id);
    const view = set?.views?.[id];
    if (view === undefined) return;
    const { state } = await lake.viewAt(id, view);
    const reads = [state, ...Object.values(state.ephemerals)].flatMap((one) => one.reads);
    for (const read of reads) await add(read);
  };
  const all = Object.keys({ ...set?.tables, ...set?.views });
  const text = sql.toLowerCase();
  const named = all.filter((id) => text.includes(id.slice(id.indexOf('.') + 1).toLowerCase()));
  for (const id of table === undefined ? named : [table]) await add(id);
  const versions = Object.entries(set?.tables ?? {}).filter(([id]) => wanted.has(id));
  // Whatever reads a version yields all that is stored of it.
  return Promise.all(versions.map(async ([id, version]) => (await lake.at(id, version)) as StoredHead));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Table Schema's field types, https://datapackage.org/standard/table-schema/#field-types */
function fieldType(type: string): string {
  if (/\[\d*\]$/.test(type)) return 'array';
  if (/^(?:STRUCT|MAP)\(|^JSON$/.test(type)) return 'object';
  if (/INT(?:EGER)?$/.test(type)) return 'integer';
  if (/^(?:FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'number';
  if (type.startsWith('TIMESTAMP')) return 'datetime';
  if (/^(?:BOOLEAN|DATE|TIME)$/.test(type)) return type.toLowerCase();
  return 'string';
}
