/** Finds every key of every record, file by file, before the records are read: a portal leaves out what is null. */

import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../../errors/lake-error.js';
import { printable } from '../../../errors/printable.js';
import { readReport } from '../../sql/duckdb-error.js';
import type { ReadyFile } from '../layout.js';
import { jsonFault } from './json-error.js';
import { pointer } from './pointer.js';
import { type DocumentShape, type KeyPath, selectRecords } from './records-source.js';
import { MOST_BYTES, tooLarge } from './shape.js';

export interface FileKeys {
  /** In order of appearance; of GeoJSON features, `properties` is opened. */
  readonly keys: readonly KeyPath[];
  /** GeoJSON features whose geometry is null or has no coordinates. */
  readonly withoutGeometry: number;
  /** Records of whose list nothing becomes a row: it is empty, null or not there. 0 where no list is opened. */
  readonly withoutElements: number;
}

export interface FoundKeys {
  /** One for each file; undefined for a file without records. */
  readonly files: readonly (FileKeys | undefined)[];
  /** The shape that the files can be read with: larger documents, or a single object at the path. */
  readonly shape: DocumentShape;
}

/**
 * @param list Keys that lead to the list whose elements become rows, where records without any are to be counted.
 * @throws LakeError LK5014 for broken JSON, LK5015 when a record is no object, has a key twice, or none stands at the
 * path, LK5017 when a document is too large.
 */
export async function findKeys(
  connection: DuckDBConnection,
  files: readonly ReadyFile[],
  shape: DocumentShape,
  list?: KeyPath,
): Promise<FoundKeys> {
  try {
    return { files: await keysByFile(connection, files, shape, list), shape };
  } catch (error) {
    const { message } = readReport(error instanceof Error ? error.message : String(error));
    if (/maximum_object_size/.test(message)) {
      if (shape.maxBytes >= MOST_BYTES) throw tooLarge(files[0]!.part, basename(files[0]!.origin));
      const maxBytes = Math.min(MOST_BYTES, shape.maxBytes * 8);
      return findKeys(connection, files, { ...shape, maxBytes }, list);
    }
    if (!shape.single && shape.path.length > 0 && /Expected ARRAY, but got OBJECT/.test(message)) {
      return findKeys(connection, files, { ...shape, single: true }, list);
    }
    throw (await jsonFault(message, new Map(files.map((file) => [file.path, file])))) ?? error;
  }
}

const EMPTY_GEOMETRY = `coalesce(json_type(record, '/geometry'), 'NULL') = 'NULL'
  OR json_array_length(coalesce(json_extract(record, '/geometry/coordinates'), json_extract(record, '/geometry/geometries'), '[]')) = 0`;

/** SQL that is true of a record in which a list has no elements. */
function noElements(list: KeyPath): string {
  const at = pointer(list);
  return `coalesce(json_type(record, ${at}), 'NULL') = 'NULL'
    OR json_type(record, ${at}) = 'ARRAY' AND json_array_length(record, ${at}) = 0`;
}

async function keysByFile(
  connection: DuckDBConnection,
  files: readonly ReadyFile[],
  shape: DocumentShape,
  list: KeyPath | undefined,
): Promise<FoundKeys['files']> {
  const paths = files.map((file) => file.path);
  const [opened, empty] = shape.features
    ? [`json_keys(record, '/properties')`, `count(*) FILTER (${EMPTY_GEOMETRY})`]
    : ['NULL', '0'];
  const barren = list ? `count(*) FILTER (${noElements(list)})` : '0';
  const result = await connection.runAndReadAll(
    `SELECT file_index::INTEGER, missing, json_type(record), json_keys(record), ${opened} AS opened,
       ${empty}::DOUBLE, ${barren}::DOUBLE, min(place)::DOUBLE
     FROM (SELECT *, row_number() OVER () AS place FROM (${selectRecords(paths, shape)}))
     GROUP BY 1, 2, 3, 4, 5 ORDER BY min(place)`,
  );
  const found = files.map((): Counted | undefined => undefined);
  const groups = result.getRowsJson();
  // The reader for a single object is tried where one stands at the path: beside lists it is the odd one, not they.
  const odd = shape.single && groups.some(([, , type]) => type === 'ARRAY');
  const oddOne = odd ? groups.find(([, , type]) => type === 'OBJECT') : undefined;
  if (oddOne) throw notAList(files[oddOne[0] as number]!, shape);
  for (const [index, missing, type, names, properties, flat, bare] of groups) {
    const file = files[index as number]!;
    if (missing === true || type !== 'OBJECT')
      throw noRecord(file, shape, missing === true, type as string | null);
    const own = found[index as number] ?? { paths: new Map(), flat: 0, bare: 0 };
    found[index as number] = own;
    own.flat += flat as number;
    own.bare += bare as number;
    const keys = shape.features
      ? featureKeys(names as string[], properties as string[] | null)
      : (names as string[]).map((name) => [name]);
    requireDistinct(names as string[], file);
    requireDistinct((properties as string[] | null) ?? [], file);
    for (const key of keys) own.paths.set(JSON.stringify(key), key);
  }
  return found.map(
    (own) => own && { keys: [...own.paths.values()], withoutGeometry: own.flat, withoutElements: own.bare },
  );
}

/** What is known of a file while its records are looked through: keys, features without geometry, lists without elements. */
interface Counted {
  readonly paths: Map<string, KeyPath>;
  flat: number;
  bare: number;
}

/** A feature's properties, then what else it has. Source: RFC 7946, 3.2. */
function featureKeys(members: readonly string[], properties: readonly string[] | null): readonly KeyPath[] {
  return [
    ...(properties ?? []).map((name) => ['properties', name]),
    ...members.filter((name) => name !== 'type' && name !== 'properties').map((name) => [name]),
  ];
}

/** Of two values under one key, one would be lost without a word. */
function requireDistinct(names: readonly string[], file: ReadyFile): void {
  if (new Set(names).size === names.length) return;
  const name = names.find((one, i) => names.indexOf(one) !== i)!;
  throw new LakeError(
    'LK5015',
    `${file.part}: ${basename(file.origin)} holds a record with the key "${printable(name)}" twice`,
    { hint: 'have the portal correct the file', details: { path: file.origin, key: name } },
  );
}

function noRecord(file: ReadyFile, shape: DocumentShape, missing: boolean, type: string | null): LakeError {
  const path = shape.path.join('.');
  const where = `${file.part}: ${basename(file.origin)}`;
  const message = missing
    ? `${where} has no records at "${path}"`
    : `${where} holds a record that is ${WORDS[type ?? 'NULL'] ?? 'a value'}, not an object`;
  return new LakeError('LK5015', message, {
    hint: 'see where the records are in what the portal sends, and name it in `records:`',
    details: { path: file.origin, records: path },
  });
}

function notAList(file: ReadyFile, shape: DocumentShape): LakeError {
  const path = shape.path.join('.');
  return new LakeError(
    'LK5015',
    `${file.part}: ${basename(file.origin)} has an object at "${path}", where other files of this load have a list`,
    {
      hint: 'open both addresses: the portal answered in another way, or `records:` means something else there',
      details: { path: file.origin, records: path },
    },
  );
}

const WORDS: Readonly<Record<string, string>> = {
  NULL: 'null',
  ARRAY: 'a list',
  VARCHAR: 'a text',
  BOOLEAN: 'true or false',
  UBIGINT: 'a number',
  BIGINT: 'a number',
  DOUBLE: 'a number',
};
